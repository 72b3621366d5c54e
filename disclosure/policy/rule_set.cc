#include "disclosure/policy/rule_set.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/project_parser.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

constexpr int kMinimumFloor = 3;
constexpr int kContributorsMax = 1'000'000;
constexpr int kCoalitionMax = 10;
constexpr int kDominanceContributorsMax = 100;

void ReadFrequency(const YamlNode& node, DiagnosticSink* sink, FrequencyParameters* out) {
  MapReader map(node, "frequency", sink);
  map.Integer("minimum", kMinimumFloor, kContributorsMax, &out->minimum);
  std::string zeros = "protect", protect = "threshold";
  map.Choice("zeros", {"protect", "publish"}, &zeros);
  map.Choice("protect", {"threshold", "exact"}, &protect);
  map.Integer("range", 1, 100, &out->range_percent);
  map.Integer("coalition", 1, kCoalitionMax, &out->coalition);
  out->protect_zeros = zeros == "protect";
  out->threshold = protect == "threshold";
  if (out->coalition >= out->minimum) {
    map.Error("coalition", absl::StrCat("frequency.coalition must be less than frequency.minimum, ",
                                        out->minimum));
  }
  map.Finish();
}

void ReadDominance(const YamlNode& node, DiagnosticSink* sink,
                   std::vector<DominanceParameters>* out) {
  if (node.kind != YamlNode::Kind::kSequence) {
    AddError(node, "dominance must be a list of {n, share}", "write [{n: 1, share: 0.50}]", sink);
    return;
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    MapReader map(node.items[i], absl::StrCat("dominance[", i, "]"), sink);
    DominanceParameters rule;
    const bool has_n = map.Require("n") && map.Integer("n", 1, kDominanceContributorsMax, &rule.n);
    if (map.Require("share") != nullptr) map.Fraction("share", &rule.share_ppm);
    map.Finish();
    const bool twice = std::any_of(out->begin(), out->end(), [&](const DominanceParameters& other) {
      return other.n == rule.n;
    });
    if (has_n && twice)
      map.Error("n", absl::StrCat("dominance has n = ", rule.n, " twice"), "keep one");
    if (has_n) out->push_back(rule);
  }
}

void ReadPPercent(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "p_percent", sink);
  PPercentParameters rule;
  if (map.Require("p") != nullptr) map.Percent("p", &rule.p_ppm);
  map.Integer("coalition", 1, kCoalitionMax, &rule.coalition);
  map.Finish();
  out->p_percent = rule;
}

void ReadGroupDisclosure(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "group_disclosure", sink);
  GroupDisclosureParameters rule;
  if (map.Require("share") != nullptr) map.Fraction("share", &rule.share_ppm);
  map.Finish();
  out->group_disclosure = rule;
}

void ReadSecondary(const YamlNode& node, DiagnosticSink* sink, SecondaryParameters* out) {
  MapReader map(node, "secondary", sink);
  std::string protect = "interval";
  map.Choice("protect", {"interval", "exact"}, &protect);
  out->interval = protect == "interval";
  map.Name("cost", "", &out->cost);
  map.Duration("deadline", &out->deadline_ms);
  map.Finish();
}

// Only `none` is safe: a table with noise needs an engine of its own.
void ReadNoise(const YamlNode& node, DiagnosticSink* sink) {
  MapReader map(node, "noise", sink);
  std::string method = "none";
  if (map.Require("method") != nullptr) {
    map.Choice("method", {"none", "round", "cell_key", "discrete_gaussian"}, &method);
  }
  if (method != "none") {
    map.Error("method", absl::StrCat("noise.method ", method, " is not available in this version"),
              "write method: none");
    return;
  }
  map.Finish();
}

void ReadHistory(const YamlNode& node, DiagnosticSink* sink, HistoryParameters* out) {
  MapReader map(node, "history", sink);
  std::string scope, on_hit = "suppress";
  if (map.Text("scope", &scope) && scope != "everyone") {
    map.Error("scope", absl::StrCat("history.scope must be everyone, not ", scope),
              "what one researcher has, another may combine: the scope is a legal floor");
  }
  map.Choice("on_hit", {"suppress", "hold"}, &on_hit);
  out->hold_on_hit = on_hit == "hold";
  map.Finish();
}

void ReadHold(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              ReviewParameters* out) {
  MapReader map(node, path, sink);
  std::string statistic;
  int64_t cells = 0;
  const bool has_statistic = map.Name("statistic", "", &statistic);
  const bool has_cells = map.Integer("cells_over", 0, INT64_MAX, &cells);
  if (has_statistic) out->hold_statistics.push_back(statistic);
  if (has_cells) out->hold_cells_over = std::min(out->hold_cells_over.value_or(cells), cells);
  if (map.is_map() && node.keys.size() != 1) {
    AddError(node, absl::StrCat(path, " must have one key"), "statistic or cells_over", sink);
  }
  map.Finish();
}

void ReadReview(const YamlNode& node, DiagnosticSink* sink, ReviewParameters* out) {
  MapReader map(node, "review", sink);
  map.Integer("reviewers", 1, 10, &out->reviewers);
  const YamlNode* hold = map.Find("hold");
  if (hold != nullptr && hold->kind != YamlNode::Kind::kSequence) {
    map.Error("hold", "review.hold must be a list", "write [{statistic: regression}]");
  } else if (hold != nullptr) {
    for (size_t i = 0; i < hold->items.size(); ++i) {
      ReadHold(hold->items[i], absl::StrCat("review.hold[", i, "]"), sink, out);
    }
  }
  map.Finish();
}

void ReadPercentile(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "percentile", sink);
  map.Integer("each_side", 1, kContributorsMax, &out->percentile_each_side);
  map.Finish();
}

void ReadLimits(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "limits", sink);
  map.Integer("queries_per_day", 1, 1'000'000, &out->queries_per_day);
  map.Integer("cells_per_query", 1, 100'000'000, &out->cells_per_query);
  map.Finish();
}

}  // namespace

RuleSet ReadRuleSet(const YamlNode& root, DiagnosticSink* sink) {
  RuleSet rules;
  MapReader map(root, "", sink);
  if (map.Require("rules") != nullptr) map.Name("rules", "-.", &rules.name);
  std::string contributor;
  if (map.Name("contributor", "", &contributor)) rules.contributor = contributor;
  if (const auto* node = map.Find("frequency")) ReadFrequency(*node, sink, &rules.frequency);
  if (const auto* node = map.Find("dominance")) ReadDominance(*node, sink, &rules.dominance);
  if (const auto* node = map.Find("p_percent")) ReadPPercent(*node, sink, &rules);
  if (const auto* node = map.Find("group_disclosure")) ReadGroupDisclosure(*node, sink, &rules);
  if (const auto* node = map.Find("percentile")) ReadPercentile(*node, sink, &rules);
  if (const auto* node = map.Find("secondary")) ReadSecondary(*node, sink, &rules.secondary);
  if (const auto* node = map.Find("noise")) ReadNoise(*node, sink);
  if (const auto* node = map.Find("history")) ReadHistory(*node, sink, &rules.history);
  if (const auto* node = map.Find("review")) ReadReview(*node, sink, &rules.review);
  if (const auto* node = map.Find("limits")) ReadLimits(*node, sink, &rules);
  map.Finish();
  return rules;
}

int RuleSet::LargestNeeded() const {
  int largest = 0;
  for (const DominanceParameters& rule : dominance) largest = std::max(largest, rule.n);
  if (p_percent.has_value()) largest = std::max(largest, p_percent->coalition + 1);
  return largest;
}

Parsed<RuleSet> ParseRuleSet(absl::string_view yaml, absl::string_view file_name) {
  DiagnosticSink sink(yaml, file_name);
  Parsed<RuleSet> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) parsed.value = ReadRuleSet(*root, &sink);
  parsed.value.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
