#include "disclosure/policy/rule_keys.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

Judgement WeakerUnless(bool stricter) {
  return stricter ? Judgement::kStronger : Judgement::kWeaker;
}

// `get` gives a reference to a number of the rule set.
template <typename Get>
RuleKey Higher(const char* path, Get get) {
  return {path, [get](const RuleSet& rules) { return absl::StrCat(get(rules)); },
          [get](const RuleSet& before, const RuleSet& after) {
            return WeakerUnless(get(after) > get(before));
          },
          [get](RuleSet* rules, const RuleSet& other) {
            get(*rules) = std::max(get(*rules), get(other));
          }};
}

template <typename Get>
RuleKey Lower(const char* path, Get get) {
  RuleKey key = Higher(path, get);
  key.judge = [get](const RuleSet& before, const RuleSet& after) {
    return WeakerUnless(get(after) < get(before));
  };
  key.join = [get](RuleSet* rules, const RuleSet& other) {
    get(*rules) = std::min(get(*rules), get(other));
  };
  return key;
}

// Stricter when true; `words` are those of false and true.
template <typename Get>
RuleKey Flag(const char* path, std::pair<const char*, const char*> words, Get get) {
  RuleKey key = Higher(path, get);
  key.text = [get, words](const RuleSet& rules) {
    return std::string(get(rules) ? words.second : words.first);
  };
  return key;
}

using Text = std::function<std::string(const RuleSet&)>;

// No order is known: every change counts as weaker.
RuleKey Unordered(const char* path, Text text) {
  return {path, std::move(text), [](const RuleSet&, const RuleSet&) { return Judgement::kWeaker; },
          nullptr};
}

// Which cells are hidden may change, but not how well, nor which must be.
RuleKey Indifferent(const char* path, Text text) {
  return {path, std::move(text), [](const RuleSet&, const RuleSet&) { return Judgement::kNeither; },
          nullptr};
}

std::string OrNone(const std::string& text) { return text.empty() ? "none" : text; }

std::string RequestText(const RuleSet& rules) {
  if (!rules.request) return "none";
  const RequestParameters& request = *rules.request;
  const std::string codes =
      absl::StrJoin(request.codes, ", ", [](std::string* out, const RequestCode& code) {
        absl::StrAppend(out, "{code: ", code.code, ", share: ", FormatFixed(code.share_ppm, 6),
                        "}");
      });
  return absl::StrCat("{variable: ", request.variable, ", codes: [", codes,
                      "], minimum: ", request.minimum, ", range: ", request.range_percent, "}");
}

std::string WaiverText(const RuleSet& rules) {
  if (!rules.waiver) return "none";
  return absl::StrCat("{variable: ", rules.waiver->variable, ", code: ", rules.waiver->code, "}");
}

std::string NegativeText(const RuleSet& rules) {
  switch (rules.negative.policy) {
    case NegativePolicy::kAbsolute:
      return "absolute";
    case NegativePolicy::kDivide:
      return absl::StrCat("divide by ", FormatFixed(rules.negative.divisor_percent, 2));
    case NegativePolicy::kFrequency:
      return "frequency";
  }
  return "";
}

// Sizes as they are, then divided by ever more, then not compared at all.
int64_t NegativeLooseness(const RuleSet& rules) {
  if (rules.negative.policy == NegativePolicy::kFrequency)
    return std::numeric_limits<int64_t>::max();
  return rules.negative.policy == NegativePolicy::kDivide ? rules.negative.divisor_percent : 0;
}

std::string WeightsText(const RuleSet& rules) {
  if (rules.weights == WeightsMethod::kSample) return "sample";
  return rules.weights == WeightsMethod::kSpread ? "spread" : "public";
}

std::string CostText(const RuleSet& rules) {
  const SecondaryParameters& secondary = rules.secondary;
  return secondary.cost_power_percent == 100
             ? secondary.cost
             : absl::StrCat(secondary.cost, "^", FormatFixed(secondary.cost_power_percent, 2));
}

int64_t CellsOver(const RuleSet& rules) {
  return rules.review.hold_cells_over.value_or(std::numeric_limits<int64_t>::max());
}

RuleKey ZeroKey() {
  const auto range = [](const RuleSet& rules) { return rules.zero ? rules.zero->range : 0; };
  return {"zero.range",
          [range](const RuleSet& rules) {
            return rules.zero ? absl::StrCat(range(rules)) : std::string("none");
          },
          [range](const RuleSet& before, const RuleSet& after) {
            return WeakerUnless(range(after) > range(before));
          },
          [range](RuleSet* rules, const RuleSet& other) {
            if (other.zero) rules->zero = ZeroParameters{std::max(range(*rules), range(other))};
          }};
}

RuleKey HeldCellsKey() {
  return {"review.hold.cells_over",
          [](const RuleSet& rules) {
            return rules.review.hold_cells_over ? absl::StrCat(*rules.review.hold_cells_over)
                                                : std::string("none");
          },
          [](const RuleSet& before, const RuleSet& after) {
            return WeakerUnless(CellsOver(after) < CellsOver(before));
          },
          [](RuleSet* rules, const RuleSet& other) {
            if (other.review.hold_cells_over)
              rules->review.hold_cells_over = std::min(CellsOver(*rules), CellsOver(other));
          }};
}

std::vector<RuleKey> FrequencyKeys() {
  return {
      Higher(
          "frequency.minimum", [](auto& rules) -> auto& { return rules.frequency.minimum; }),
      Higher(
          "frequency.coalition", [](auto& rules) -> auto& { return rules.frequency.coalition; }),
      Higher(
          "frequency.records", [](auto& rules) -> auto& { return rules.frequency.records; }),
      Higher(
          "frequency.weighted", [](auto& rules) -> auto& { return rules.frequency.weighted; }),
      Flag(
          "frequency.zeros", {"publish", "protect"},
          [](auto& rules) -> auto& { return rules.frequency.protect_zeros; }),
      Flag(
          "frequency.protect", {"exact", "threshold"},
          [](auto& rules) -> auto& { return rules.frequency.threshold; }),
      Higher(
          "frequency.range", [](auto& rules) -> auto& { return rules.frequency.range_percent; }),
  };
}

std::vector<RuleKey> ConcentrationKeys() {
  return {
      {"dominance", DominanceText, JudgeDominance, JoinDominance},
      {"p_percent", PPercentText, JudgePPercentChange, JoinPPercent},
      {"prior_posterior", PriorPosteriorText, JudgePriorPosteriorChange, JoinPriorPosterior},
      Unordered("request", RequestText),
      Unordered("waiver", WaiverText),
      ZeroKey(),
      {"negative", NegativeText,
       [](const RuleSet& before, const RuleSet& after) {
         return WeakerUnless(NegativeLooseness(after) < NegativeLooseness(before));
       },
       nullptr},
      Unordered("weights", WeightsText),
      Unordered("shadow", [](const RuleSet& rules) { return OrNone(rules.shadow); }),
      Flag(
          "missing", {"skip", "judge"}, [](auto& rules) -> auto& { return rules.judge_missing; }),
      {"group_disclosure", GroupDisclosureText, JudgeGroupDisclosureChange, JoinGroupDisclosure},
  };
}

std::vector<RuleKey> StatisticKeys() {
  return {
      Higher(
          "percentile.each_side", [](auto& rules) -> auto& { return rules.percentile_each_side; }),
      Higher(
          "degrees_of_freedom.minimum",
          [](auto& rules) -> auto& { return rules.degrees_of_freedom; }),
      Higher(
          "implied_tables.minimum",
          [](auto& rules) -> auto& { return rules.implied_tables.minimum; }),
      Higher(
          "implied_tables.levels",
          [](auto& rules) -> auto& { return rules.implied_tables.levels; }),
      Higher(
          "regression.degrees_of_freedom",
          [](auto& rules) -> auto& { return rules.regression.degrees_of_freedom; }),
      Higher(
          "regression.units_per_parameter",
          [](auto& rules) -> auto& { return rules.regression.units_per_parameter; }),
      Higher(
          "regression.level_minimum",
          [](auto& rules) -> auto& { return rules.regression.level_minimum; }),
      {"statistics", StatisticChecksText, JudgeStatisticChecks, nullptr},
  };
}

std::vector<RuleKey> ProcessKeys() {
  return {
      Flag(
          "secondary.protect", {"exact", "interval"},
          [](auto& rules) -> auto& { return rules.secondary.interval; }),
      Indifferent("secondary.cost", CostText),
      Indifferent(
          "secondary.deadline",
          [](const RuleSet& rules) { return absl::StrCat(rules.secondary.deadline_ms, "ms"); }),
      // Held, a person may let it go; suppressed, nobody looks at it.
      Unordered("history.on_hit",
                [](const RuleSet& rules) {
                  return std::string(rules.history.hold_on_hit ? "hold" : "suppress");
                }),
      Higher(
          "review.reviewers", [](auto& rules) -> auto& { return rules.review.reviewers; }),
      {"review.hold.statistic",
       [](const RuleSet& rules) {
         return OrNone(absl::StrJoin(rules.review.hold_statistics, ", "));
       },
       JudgeHeldStatistics, JoinHeldStatistics},
      HeldCellsKey(),
      Flag(
          "review.hold.new_dataset", {"false", "true"},
          [](auto& rules) -> auto& { return rules.review.hold_new_dataset; }),
      Flag(
          "review.hold.first_release", {"false", "true"},
          [](auto& rules) -> auto& { return rules.review.hold_first_release; }),
      Higher(
          "review.hold.sample",
          [](auto& rules) -> auto& { return rules.review.hold_sample_percent; }),
      Higher(
          "review.after_check",
          [](auto& rules) -> auto& { return rules.review.after_check_percent; }),
      Lower(
          "limits.queries_per_day", [](auto& rules) -> auto& { return rules.queries_per_day; }),
      Lower(
          "limits.cells_per_query", [](auto& rules) -> auto& { return rules.cells_per_query; }),
      Flag(
          "refuse", {"false", "true"}, [](auto& rules) -> auto& { return rules.refuse; }),
  };
}

std::vector<RuleKey> AllKeys() {
  std::vector<RuleKey> keys = {Unordered(
      "contributor", [](const RuleSet& rules) { return OrNone(rules.contributor.value_or("")); })};
  for (auto part : {FrequencyKeys(), ConcentrationKeys(), StatisticKeys(), ProcessKeys()})
    keys.insert(keys.end(), part.begin(), part.end());
  return keys;
}

}  // namespace

const std::vector<RuleKey>& RuleKeys() {
  static const auto& keys = *new std::vector<RuleKey>(AllKeys());
  return keys;
}

}  // namespace kluis
