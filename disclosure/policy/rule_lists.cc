#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/rule_keys.h"

namespace kluis {
namespace {

std::string Share(int64_t ppm) { return FormatFixed(ppm, 6); }
std::string Percent(int64_t ppm) { return FormatFixed(ppm, 4); }

// Whoever violates `b` violates `a`.
bool Implies(const DominanceParameters& a, const DominanceParameters& b) {
  return a.n >= b.n && a.share_ppm <= b.share_ppm;
}
// p / q is compared with the rest, and of squares 2p + p^2 with 2q - q^2: both grow with p and fall
// with q.
bool Implies(const PriorPosteriorParameters& a, const PriorPosteriorParameters& b) {
  return a.p_ppm >= b.p_ppm && a.q_ppm <= b.q_ppm && a.coalition >= b.coalition;
}
bool Implies(const PPercentParameters& a, const PPercentParameters& b) {
  return a.p_ppm >= b.p_ppm && a.coalition >= b.coalition;
}

template <typename T>
bool ImpliesAll(const std::vector<T>& rules, const std::vector<T>& others) {
  return std::all_of(others.begin(), others.end(), [&](const T& other) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const T& rule) { return Implies(rule, other); });
  });
}

template <typename T>
Judgement JudgeLists(const std::vector<T>& before, const std::vector<T>& after) {
  if (!ImpliesAll(after, before)) return Judgement::kWeaker;
  return ImpliesAll(before, after) ? Judgement::kNeither : Judgement::kStronger;
}

// Those of both that no other implies.
template <typename T>
std::vector<T> JoinLists(std::vector<T> rules, const std::vector<T>& others) {
  for (const T& other : others) {
    if (ImpliesAll(rules, {other})) continue;
    rules.erase(std::remove_if(rules.begin(), rules.end(),
                               [&](const T& rule) { return Implies(other, rule); }),
                rules.end());
    rules.push_back(other);
  }
  return rules;
}

bool Subset(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  return std::all_of(some.begin(), some.end(), [&](const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  });
}

}  // namespace

Judgement JudgeDominance(const RuleSet& before, const RuleSet& after) {
  return JudgeLists(before.dominance, after.dominance);
}
Judgement JudgePriorPosteriorChange(const RuleSet& before, const RuleSet& after) {
  return JudgeLists(before.prior_posterior, after.prior_posterior);
}

// Without the rule sums have none, but variances and ranges are judged with its default, 10 %.
Judgement JudgePPercentChange(const RuleSet& before, const RuleSet& after) {
  const PPercentParameters none;
  const bool removed = before.p_percent && !after.p_percent;
  if (removed || !Implies(after.p_percent.value_or(none), before.p_percent.value_or(none)))
    return Judgement::kWeaker;
  return Judgement::kStronger;
}

// A share of sensitive categories and one of every line look at other cells; only what looks at the
// same can be compared.
Judgement JudgeGroupDisclosureChange(const RuleSet& before, const RuleSet& after) {
  if (!before.group_disclosure) return Judgement::kStronger;
  if (!after.group_disclosure) return Judgement::kWeaker;
  const GroupDisclosureParameters &a = *before.group_disclosure, &b = *after.group_disclosure;
  const bool weaker = a.every_line != b.every_line || b.share_ppm > a.share_ppm ||
                      (a.protect_none && !b.protect_none);
  return weaker ? Judgement::kWeaker : Judgement::kStronger;
}

Judgement JudgeHeldStatistics(const RuleSet& before, const RuleSet& after) {
  const auto &a = before.review.hold_statistics, &b = after.review.hold_statistics;
  if (!Subset(a, b)) return Judgement::kWeaker;
  return Subset(b, a) ? Judgement::kNeither : Judgement::kStronger;
}

Judgement JudgeStatisticChecks(const RuleSet& before, const RuleSet& after) {
  const auto asked = [](const RuleSet& rules, StatisticFamily family, StatisticCheck check) {
    const auto found = rules.statistics.find(family);
    return found != rules.statistics.end() &&
           std::find(found->second.begin(), found->second.end(), check) != found->second.end();
  };
  for (const auto& [name, family] : StatisticFamilies()) {
    if (asked(after, family, StatisticCheck::kRefuse)) continue;
    // A list stands for the defaults, which may ask more.
    if (before.statistics.count(family) != after.statistics.count(family))
      return Judgement::kWeaker;
    for (const auto& [check_name, check] : StatisticChecks()) {
      if (asked(before, family, check) && !asked(after, family, check)) return Judgement::kWeaker;
    }
  }
  return Judgement::kStronger;
}

void JoinDominance(RuleSet* rules, const RuleSet& other) {
  rules->dominance = JoinLists(std::move(rules->dominance), other.dominance);
}
void JoinPriorPosterior(RuleSet* rules, const RuleSet& other) {
  rules->prior_posterior = JoinLists(std::move(rules->prior_posterior), other.prior_posterior);
}

// The larger p and the larger coalition together: at least as strict as both.
void JoinPPercent(RuleSet* rules, const RuleSet& other) {
  if (!other.p_percent) return;
  PPercentParameters joined = rules->p_percent.value_or(PPercentParameters{});
  joined.p_ppm = std::max(joined.p_ppm, other.p_percent->p_ppm);
  joined.coalition = std::max(joined.coalition, other.p_percent->coalition);
  rules->p_percent = joined;
}

// Of what the rule set looks at, or else of what the other does.
void JoinGroupDisclosure(RuleSet* rules, const RuleSet& other) {
  if (!other.group_disclosure) return;
  if (!rules->group_disclosure) {
    rules->group_disclosure = other.group_disclosure;
    return;
  }
  GroupDisclosureParameters& own = *rules->group_disclosure;
  own.share_ppm = std::min(own.share_ppm, other.group_disclosure->share_ppm);
  own.protect_none |= other.group_disclosure->protect_none;
}

void JoinHeldStatistics(RuleSet* rules, const RuleSet& other) {
  for (const std::string& name : other.review.hold_statistics) {
    if (!Subset({name}, rules->review.hold_statistics))
      rules->review.hold_statistics.push_back(name);
  }
}

std::string DominanceText(const RuleSet& rules) {
  if (rules.dominance.empty()) return "none";
  return absl::StrCat("[",
                      absl::StrJoin(rules.dominance, ", ",
                                    [](std::string* out, const DominanceParameters& rule) {
                                      absl::StrAppend(out, "{n: ", rule.n,
                                                      ", share: ", Share(rule.share_ppm), "}");
                                    }),
                      "]");
}

std::string PPercentText(const RuleSet& rules) {
  if (!rules.p_percent) return "none";
  return absl::StrCat("{p: ", Percent(rules.p_percent->p_ppm),
                      ", coalition: ", rules.p_percent->coalition, "}");
}

std::string PriorPosteriorText(const RuleSet& rules) {
  if (rules.prior_posterior.empty()) return "none";
  return absl::StrCat("[",
                      absl::StrJoin(rules.prior_posterior, ", ",
                                    [](std::string* out, const PriorPosteriorParameters& rule) {
                                      absl::StrAppend(out, "{p: ", Percent(rule.p_ppm),
                                                      ", q: ", Percent(rule.q_ppm),
                                                      ", coalition: ", rule.coalition, "}");
                                    }),
                      "]");
}

std::string GroupDisclosureText(const RuleSet& rules) {
  if (!rules.group_disclosure) return "none";
  return absl::StrCat("{share: ", Share(rules.group_disclosure->share_ppm),
                      ", of: ", rules.group_disclosure->every_line ? "lines" : "sensitive",
                      ", none: ", rules.group_disclosure->protect_none ? "protect" : "publish",
                      "}");
}

std::string StatisticChecksText(const RuleSet& rules) {
  std::vector<std::string> families;
  for (const auto& [name, family] : StatisticFamilies()) {
    const auto found = rules.statistics.find(family);
    if (found == rules.statistics.end()) continue;
    std::vector<std::string> checks;
    for (const auto& [check_name, check] : StatisticChecks()) {
      if (std::find(found->second.begin(), found->second.end(), check) != found->second.end())
        checks.push_back(check_name);
    }
    families.push_back(absl::StrCat(name, ": [", absl::StrJoin(checks, ", "), "]"));
  }
  return families.empty() ? "none" : absl::StrCat("{", absl::StrJoin(families, ", "), "}");
}

}  // namespace kluis
