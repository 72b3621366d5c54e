#include "disclosure/policy/rule_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/legal_floor.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/primary_rules_reader.h"
#include "disclosure/policy/project_parser.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

// A name, or a name and the power that its values are raised to.
void ReadCost(MapReader* map, SecondaryParameters* out) {
  std::string text;
  if (!map->AnyText("cost", &text)) return;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('^', 1));
  int64_t power = 100;
  const bool powered = absl::StrContains(text, '^');
  const bool good = !powered || (ParseFixed(parts.second, 2, &power) && power > 0 && power <= 200);
  if (!IsName(parts.first, "")) {
    map->Error("cost", absl::StrCat("secondary.cost must be a name, not '", text, "'"),
               "write value, frequency, unity or a measure; a power may follow, as in value^0.5");
  } else if (!good) {
    map->Error("cost", absl::StrCat("secondary.cost: '", parts.second, "' is no power of it"),
               "write a number above 0 and at most 2 with at most two decimals, as in value^0.5; "
               "equal costs are unity");
  } else if (powered && parts.first == "unity") {
    map->Error("cost", "secondary.cost: every power of unity is unity", "write unity");
  } else {
    out->cost = std::string(parts.first);
    out->cost_power_percent = static_cast<int>(power);
  }
}

void ReadSecondary(const YamlNode& node, DiagnosticSink* sink, SecondaryParameters* out) {
  MapReader map(node, "secondary", sink);
  std::string protect;
  if (map.Choice("protect", {"interval", "exact"}, &protect)) out->interval = protect == "interval";
  ReadCost(&map, out);
  map.Duration("deadline", &out->deadline_ms);
  map.Finish();
}

void ReadHistory(const YamlNode& node, DiagnosticSink* sink, HistoryParameters* out) {
  MapReader map(node, "history", sink);
  std::string scope, on_hit;
  if (map.Text("scope", &scope) && scope != kHistoryScope) {
    map.Error("scope", absl::StrCat("history.scope must be everyone, not ", scope),
              "what one researcher has, another may combine: the scope is a legal floor");
  }
  if (map.Choice("on_hit", {"suppress", "hold"}, &on_hit)) out->hold_on_hit = on_hit == "hold";
  map.Finish();
}

// Names of the language, of models, and of the families that both belong to.
std::vector<std::string> HoldableStatistics() {
  std::vector<std::string> names = {"count",  "count_distinct", "sum",        "avg",      "ratio",
                                    "share",  "median",         "percentile", "variance", "stddev",
                                    "gini",   "regression",     "model",      "ols",      "logit",
                                    "probit", "poisson"};
  for (const auto& [name, family] : StatisticFamilies()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

void ReadHold(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              ReviewParameters* out) {
  MapReader map(node, path, sink);
  std::string statistic;
  int64_t cells = 0;
  const bool has_statistic = map.Choice("statistic", HoldableStatistics(), &statistic);
  const bool has_cells = map.Integer("cells_over", 0, INT64_MAX, &cells);
  bool new_dataset = false, first_release = false;
  map.Boolean("new_dataset", &new_dataset);
  map.Boolean("first_release", &first_release);
  int sample = 0;
  map.Integer("sample", 1, 100, &sample);
  out->hold_sample_percent = std::max(out->hold_sample_percent, sample);
  out->hold_new_dataset |= new_dataset;
  out->hold_first_release |= first_release;
  if (has_statistic) out->hold_statistics.push_back(statistic);
  if (has_cells) out->hold_cells_over = std::min(out->hold_cells_over.value_or(cells), cells);
  if (map.is_map() && node.keys.size() != 1) {
    AddError(node, absl::StrCat(path, " must have one key"),
             "statistic, cells_over, new_dataset, first_release or sample", sink);
  }
  map.Finish();
}

void ReadReview(const YamlNode& node, DiagnosticSink* sink, ReviewParameters* out) {
  MapReader map(node, "review", sink);
  map.Integer("reviewers", 1, 10, &out->reviewers);
  map.Integer("after_check", 0, 100, &out->after_check_percent);
  const YamlNode* hold = map.Find("hold");
  if (hold != nullptr && hold->kind != YamlNode::Kind::kSequence) {
    map.Error("hold", "review.hold must be a list", "write [{statistic: regression}]");
  } else if (hold != nullptr) {
    // The list is replaced as a whole, what stands beside it is not.
    ReviewParameters held;
    held.reviewers = out->reviewers;
    held.after_check_percent = out->after_check_percent;
    *out = held;
    for (size_t i = 0; i < hold->items.size(); ++i) {
      ReadHold(hold->items[i], absl::StrCat("review.hold[", i, "]"), sink, out);
    }
  }
  map.Finish();
}

// What a model must have at the least is no matter of policy; more may be asked.
void ReadRegression(const YamlNode& node, DiagnosticSink* sink, RegressionParameters* out) {
  constexpr int kMost = 1'000'000;
  MapReader map(node, "regression", sink);
  map.Integer("degrees_of_freedom", kLeastModelDegreesOfFreedom, kMost, &out->degrees_of_freedom);
  map.Integer("units_per_parameter", kLeastUnitsPerParameter, kMost, &out->units_per_parameter);
  map.Integer("level_minimum", kLeastUnitsOfLevel, kMost, &out->level_minimum);
  map.Finish();
}

void ReadLimits(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "limits", sink);
  map.Integer("queries_per_day", 1, 1'000'000, &out->queries_per_day);
  map.Integer("cells_per_query", 1, 100'000'000, &out->cells_per_query);
  map.Finish();
}

// What a rule set takes over from the one that it extends: all that holds, not who it is.
RuleSet Inherited(const RuleSet* parent) {
  RuleSet rules;
  if (parent == nullptr) return rules;
  rules = *parent;
  rules.name = rules.extends = rules.source = rules.to_be_confirmed_by = rules.sha256 = "";
  return rules;
}

}  // namespace

void ReadProcessRules(MapReader* map, DiagnosticSink* sink, RuleSet* rules) {
  if (const auto* node = map->Find("review")) ReadReview(*node, sink, &rules->review);
  if (const auto* node = map->Find("regression")) ReadRegression(*node, sink, &rules->regression);
  if (const auto* node = map->Find("limits")) ReadLimits(*node, sink, rules);
}

RuleSet ReadRuleSet(const YamlNode& root, RuleSetUse use, const RuleSet* parent,
                    DiagnosticSink* sink) {
  RuleSet rules = Inherited(parent);
  MapReader map(root, "", sink);
  if (map.Require("rules") != nullptr) map.Name("rules", "-.", &rules.name);
  map.Name("extends", "-.", &rules.extends);
  std::string contributor;
  if (map.Name("contributor", "", &contributor)) rules.contributor = contributor;
  ReadPrimaryRules(&map, {.use = use}, sink, &rules);
  if (const auto* node = map.Find("secondary")) ReadSecondary(*node, sink, &rules.secondary);
  ReadNoise(&map, use, sink, &rules.noise);
  ReadPublication(&map, sink, &rules.publication);
  if (const auto* node = map.Find("history")) ReadHistory(*node, sink, &rules.history);
  ReadProcessRules(&map, sink, &rules);
  ReadStricter(&map, use, sink, &rules);
  map.Text("source", &rules.source);
  map.Text("to_be_confirmed_by", &rules.to_be_confirmed_by);
  if (use == RuleSetUse::kPreset) {
    map.Require("source");
    map.Require("to_be_confirmed_by");
  }
  map.Finish();
  return rules;
}

int RuleSet::LargestNeeded() const {
  int largest = std::max(frequency.coalition, 1);
  for (const DominanceParameters& rule : dominance) largest = std::max(largest, rule.n);
  if (p_percent.has_value()) largest = std::max(largest, p_percent->coalition + 1);
  for (const PriorPosteriorParameters& rule : prior_posterior) {
    largest = std::max(largest, rule.coalition + 1);
  }
  return largest + 1;
}

Parsed<RuleSet> ParseRuleSet(absl::string_view yaml, absl::string_view file_name, RuleSetUse use,
                             KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<RuleSet> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) {
    parsed.value = ReadRuleSet(*root, use, nullptr, &sink);
    if (const YamlNode* extends = root->Find("extends")) {
      AddError(*extends, absl::StrCat("there is no rule set '", parsed.value.extends, "' here"),
               "read the folder that holds both", &sink);
    }
  }
  parsed.value.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
