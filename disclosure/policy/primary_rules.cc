#include "disclosure/policy/primary_rules.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/legal_floor.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/primary_rules_reader.h"

namespace kluis {
namespace {

constexpr int kContributorsMax = 1'000'000;
constexpr int kCoalitionMax = 10;
constexpr int kDominanceContributorsMax = 100;
constexpr int kRequestCodesMax = 9;
constexpr int kLevelsMax = 20;

// Walks a list of maps; false, with a diagnostic, when `node` is no list.
template <typename ReadItem>
bool ReadList(const YamlNode& node, const std::string& path, const std::string& of,
              const std::string& hint, DiagnosticSink* sink, ReadItem read_item) {
  if (node.kind != YamlNode::Kind::kSequence) {
    AddError(node, absl::StrCat(path, " must be a list of ", of), hint, sink);
    return false;
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    MapReader map(node.items[i], absl::StrCat(path, "[", i, "]"), sink);
    read_item(&map);
    map.Finish();
  }
  return true;
}

// A minimum of 1 is no rule: then an empty cell is like no other, so nothing hides it.
void CheckFrequency(const FrequencyParameters& frequency, MapReader* map) {
  if (frequency.minimum <= 1 && frequency.protect_zeros) {
    map->Error(
        "zeros", "frequency.zeros: protect needs a frequency.minimum of at least 2, not 1",
        "an empty cell is protected as one of 1 to minimum - 1: write publish, or a minimum");
  }
  if (frequency.coalition > 1 && frequency.coalition >= frequency.minimum) {
    map->Error("coalition",
               absl::StrCat("frequency.coalition must be less than frequency.minimum, ",
                            frequency.minimum));
  }
}

void ReadFrequency(const YamlNode& node, RuleReading reading, DiagnosticSink* sink,
                   RuleSet* rules) {
  FrequencyParameters* out = &rules->frequency;
  MapReader map(node, "frequency", sink);
  const int floor = reading.use == RuleSetUse::kOwnFile ? 1 : kLeastContributors;
  map.Integer("minimum", floor, kContributorsMax, &out->minimum);
  std::string zeros = out->protect_zeros && out->minimum > 1 ? "protect" : "publish";
  std::string protect = out->threshold ? "threshold" : "exact";
  map.Choice("zeros", {"protect", "publish"}, &zeros);
  map.Choice("protect", {"threshold", "exact"}, &protect);
  map.Integer("range", 1, 100, &out->range_percent);
  map.Integer("coalition", 1, kCoalitionMax, &out->coalition);
  map.Integer("records", 1, kContributorsMax, &out->records);
  map.Integer("weighted", 1, kContributorsMax, &out->weighted);
  out->protect_zeros = zeros == "protect";
  out->threshold = protect == "threshold";
  if (!reading.scoped || map.Find("minimum") != nullptr) CheckFrequency(*out, &map);
  map.Finish();
}

void ReadDominance(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  std::vector<DominanceParameters>* out = &rules->dominance;
  out->clear();
  ReadList(node, "dominance", "{n, share}", "write [{n: 1, share: 0.50}]", sink,
           [&](MapReader* map) {
             DominanceParameters rule;
             const bool has_n =
                 map->Require("n") && map->Integer("n", 1, kDominanceContributorsMax, &rule.n);
             if (map->Require("share") != nullptr) map->Fraction("share", &rule.share_ppm);
             const bool twice =
                 std::any_of(out->begin(), out->end(),
                             [&](const DominanceParameters& other) { return other.n == rule.n; });
             if (has_n && twice) {
               map->Error("n", absl::StrCat("dominance has n = ", rule.n, " twice"), "keep one");
             }
             if (has_n) out->push_back(rule);
           });
}

void ReadPPercent(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "p_percent", sink);
  PPercentParameters rule = out->p_percent.value_or(PPercentParameters{});
  if (!out->p_percent) map.Require("p");
  map.Percent("p", &rule.p_ppm);
  map.Integer("coalition", 1, kCoalitionMax, &rule.coalition);
  map.Finish();
  out->p_percent = rule;
}

void ReadPriorPosterior(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  rules->prior_posterior.clear();
  ReadList(node, "prior_posterior", "{p, q}", "write [{p: 10, q: 60}]", sink, [&](MapReader* map) {
    PriorPosteriorParameters rule;
    const bool has_p = map->Require("p") && map->Percent("p", &rule.p_ppm);
    const bool has_q = map->Require("q") && map->Percent("q", &rule.q_ppm);
    map->Integer("coalition", 1, kCoalitionMax, &rule.coalition);
    if (has_p && has_q && rule.p_ppm >= rule.q_ppm) {
      map->Error("p", absl::StrCat(map->Path("p"), " must be less than ", map->Path("q")),
                 "p is how closely nobody may know a contribution afterwards, q how closely "
                 "everybody does before");
    }
    rules->prior_posterior.push_back(rule);
  });
}

void ReadRequest(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  RequestParameters request;
  MapReader map(node, "request", sink);
  if (map.Require("variable") != nullptr) map.Name("variable", "", &request.variable);
  map.Integer("minimum", 1, kContributorsMax, &request.minimum);
  map.Integer("range", 1, 100, &request.range_percent);
  const YamlNode* codes = map.Require("codes");
  const auto read_code = [&](MapReader* item) {
    RequestCode code;
    if (item->Require("code") != nullptr) item->Text("code", &code.code);
    if (item->Require("share") != nullptr) item->Fraction("share", &code.share_ppm);
    const bool twice =
        std::any_of(request.codes.begin(), request.codes.end(),
                    [&](const RequestCode& other) { return other.code == code.code; });
    if (twice && !code.code.empty()) {
      item->Error("code", absl::StrCat("request.codes has '", code.code, "' twice"), "keep one");
    }
    request.codes.push_back(std::move(code));
  };
  if (codes != nullptr &&
      ReadList(*codes, "request.codes", "{code, share}", "write [{code: \"1\", share: 0.70}]", sink,
               read_code) &&
      (request.codes.empty() || request.codes.size() > kRequestCodesMax)) {
    map.Error("codes", absl::StrCat("request.codes must have 1 to ", kRequestCodesMax, " codes"));
  }
  map.Finish();
  rules->request = std::move(request);
}

void ReadWaiver(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  WaiverParameters waiver;
  MapReader map(node, "waiver", sink);
  if (map.Require("variable") != nullptr) map.Name("variable", "", &waiver.variable);
  if (map.Require("code") != nullptr) map.Text("code", &waiver.code);
  map.Finish();
  rules->waiver = std::move(waiver);
}

void ReadZero(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  ZeroParameters zero;
  MapReader map(node, "zero", sink);
  map.Integer("range", 1, kContributorsMax, &zero.range);
  map.Finish();
  rules->zero = zero;
}

// f has at most two decimals, so that q x f stays a whole number.
void ReadDivisor(MapReader* map, NegativeParameters* out) {
  constexpr int kDivisorMax = 100;
  const YamlNode* node = map->Require("divisor");
  int64_t percent = 0;
  if (node == nullptr) return;
  if (node->plain && ParseFixed(node->text, 2, &percent) && percent >= 100 &&
      percent <= 100 * kDivisorMax) {
    out->divisor_percent = static_cast<int>(percent);
    return;
  }
  map->Error("divisor",
             absl::StrCat(map->Path("divisor"), " must be a number of 1 to ", kDivisorMax,
                          " with at most 2 decimals"),
             "2 halves p and 100 - k");
}

void ReadNegative(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  MapReader map(node, "negative", sink);
  std::string policy;
  if (map.Require("policy") != nullptr) {
    map.Choice("policy", {"absolute", "divide", "frequency"}, &policy);
  }
  rules->negative = NegativeParameters{};
  if (policy == "divide") {
    rules->negative.policy = NegativePolicy::kDivide;
    ReadDivisor(&map, &rules->negative);
  } else if (map.Find("divisor") != nullptr && !policy.empty()) {
    map.Error("divisor", "negative.divisor is for policy: divide",
              "remove it, or write policy: divide");
  }
  if (policy == "frequency") rules->negative.policy = NegativePolicy::kFrequency;
  map.Finish();
}

void ReadGroupDisclosure(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "group_disclosure", sink);
  GroupDisclosureParameters rule = out->group_disclosure.value_or(GroupDisclosureParameters{});
  std::string of = rule.every_line ? "lines" : "sensitive";
  std::string none = rule.protect_none ? "protect" : "publish";
  if (!out->group_disclosure) map.Require("share");
  map.Fraction("share", &rule.share_ppm);
  map.Choice("of", {"sensitive", "lines"}, &of);
  map.Choice("none", {"publish", "protect"}, &none);
  map.Finish();
  rule.every_line = of == "lines";
  rule.protect_none = none == "protect";
  out->group_disclosure = rule;
}

// Files of one's own have no floor.
int FloorOf(RuleReading reading, int floor) {
  return reading.use == RuleSetUse::kOwnFile ? 1 : floor;
}

void ReadPercentile(const YamlNode& node, RuleReading reading, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "percentile", sink);
  map.Integer("each_side", FloorOf(reading, kLeastEachSide), kContributorsMax,
              &out->percentile_each_side);
  map.Finish();
}

void ReadDegreesOfFreedom(const YamlNode& node, RuleReading reading, DiagnosticSink* sink,
                          RuleSet* out) {
  MapReader map(node, "degrees_of_freedom", sink);
  map.Integer("minimum", FloorOf(reading, kLeastDegreesOfFreedom), kContributorsMax,
              &out->degrees_of_freedom);
  map.Finish();
}

void ReadImpliedTables(const YamlNode& node, DiagnosticSink* sink, RuleSet* out) {
  MapReader map(node, "implied_tables", sink);
  map.Integer("minimum", 2, 1000, &out->implied_tables.minimum);
  map.Integer("levels", 2, kLevelsMax, &out->implied_tables.levels);
  map.Finish();
}

template <typename T>
std::optional<T> Named(const std::vector<std::pair<std::string, T>>& names,
                       const std::string& name) {
  for (const auto& [known, value] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::vector<StatisticCheck> ReadChecks(const YamlNode& list, const std::string& path,
                                       DiagnosticSink* sink) {
  std::vector<std::string> names, known;
  std::vector<StatisticCheck> checks;
  ReadTextList(list, path, sink, &names);
  for (const auto& [name, check] : StatisticChecks()) known.push_back(name);
  if (sink->recorder() != nullptr)
    sink->recorder()->Add({path, KeyFact::Type::kChoiceList, 0, 0, known});
  if (list.kind != YamlNode::Kind::kSequence) return checks;
  for (const YamlNode& item : list.items) {
    if (const auto check = Named(StatisticChecks(), item.text)) {
      checks.push_back(*check);
    } else if (item.kind == YamlNode::Kind::kScalar) {
      AddError(item, absl::StrCat(path, ": there is no check '", item.text, "'"),
               NearestOrListHint(item.text, known), sink);
    }
  }
  if (list.items.empty()) {
    AddError(list, absl::StrCat(path, " must not be empty"), "write [refuse] to release none",
             sink);
  }
  return checks;
}

void ReadStatistics(const YamlNode& node, DiagnosticSink* sink, RuleSet* rules) {
  MapReader map(node, "statistics", sink);
  for (const auto& [name, family] : StatisticFamilies()) {
    if (const YamlNode* list = map.Find(name)) {
      rules->statistics[family] = ReadChecks(*list, map.Path(name), sink);
    }
  }
  map.Finish();
}

void ReadWords(MapReader* map, RuleSet* rules) {
  std::string weights, missing;
  if (map->Choice("weights", {"sample", "spread", "public"}, &weights)) {
    rules->weights = weights == "spread"   ? WeightsMethod::kSpread
                     : weights == "public" ? WeightsMethod::kPublic
                                           : WeightsMethod::kSample;
  }
  if (map->Choice("missing", {"judge", "skip"}, &missing))
    rules->judge_missing = missing == "judge";
  map->Name("shadow", "", &rules->shadow);
}

}  // namespace

void ReadPrimaryRules(MapReader* map, RuleReading reading, DiagnosticSink* sink, RuleSet* rules) {
  using Reader = std::function<void(const YamlNode&)>;
  const auto plain = [&](void (*read)(const YamlNode&, DiagnosticSink*, RuleSet*)) -> Reader {
    return [=](const YamlNode& node) { read(node, sink, rules); };
  };
  const auto with_floor =
      [&](void (*read)(const YamlNode&, RuleReading, DiagnosticSink*, RuleSet*)) -> Reader {
    return [=](const YamlNode& node) { read(node, reading, sink, rules); };
  };
  const std::pair<const char*, Reader> readers[] = {
      {"frequency", with_floor(ReadFrequency)},
      {"dominance", plain(ReadDominance)},
      {"p_percent", plain(ReadPPercent)},
      {"prior_posterior", plain(ReadPriorPosterior)},
      {"request", plain(ReadRequest)},
      {"waiver", plain(ReadWaiver)},
      {"zero", plain(ReadZero)},
      {"negative", plain(ReadNegative)},
      {"group_disclosure", plain(ReadGroupDisclosure)},
      {"percentile", with_floor(ReadPercentile)},
      {"degrees_of_freedom", with_floor(ReadDegreesOfFreedom)},
      {"implied_tables", plain(ReadImpliedTables)},
      {"statistics", plain(ReadStatistics)},
  };
  for (const auto& [key, read] : readers) {
    if (const YamlNode* node = map->Find(key)) read(*node);
  }
  ReadWords(map, rules);
}

}  // namespace kluis
