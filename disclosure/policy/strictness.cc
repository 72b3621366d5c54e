#include "disclosure/policy/strictness.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/rule_keys.h"

namespace kluis {

const char* JudgementName(Judgement judgement) {
  static constexpr const char* kNames[] = {"neither", "stronger", "weaker"};
  return kNames[static_cast<int>(judgement)];
}

Judgement Worse(Judgement a, Judgement b) { return std::max(a, b); }

std::vector<RuleFact> RuleFacts(const RuleSet& rules) {
  std::vector<RuleFact> facts;
  for (const RuleKey& key : RuleKeys()) facts.push_back({key.path, key.text(rules)});
  return facts;
}

std::string RulesText(const RuleSet& rules) {
  std::string text;
  for (const RuleFact& fact : RuleFacts(rules))
    absl::StrAppend(&text, fact.key, ": ", fact.value, "\n");
  return text;
}

std::vector<RuleDifference> CompareRules(const RuleSet& before, const RuleSet& after) {
  std::vector<RuleDifference> differences;
  for (const RuleKey& key : RuleKeys()) {
    RuleDifference difference{key.path, key.text(before), key.text(after)};
    if (difference.before == difference.after) continue;
    difference.judgement = key.judge(before, after);
    differences.push_back(std::move(difference));
  }
  return differences;
}

bool AtLeastAsStrict(const RuleSet& rules, const RuleSet& weaker) {
  if (rules.refuse) return true;  // nothing is released
  const std::vector<RuleDifference> differences = CompareRules(weaker, rules);
  return std::none_of(differences.begin(), differences.end(),
                      [](const RuleDifference& d) { return d.judgement == Judgement::kWeaker; });
}

RuleSet Stricter(RuleSet rules, const RuleSet& other) {
  for (const RuleKey& key : RuleKeys()) {
    if (key.join) key.join(&rules, other);
  }
  return rules;
}

RuleSet Weakest() {
  RuleSet rules;
  rules.frequency = {.minimum = 1,
                     .protect_zeros = false,
                     .threshold = false,
                     .range_percent = 1,
                     .coalition = 1,
                     .records = 0,
                     .weighted = 0};
  rules.judge_missing = false;
  rules.percentile_each_side = rules.degrees_of_freedom = 1;
  rules.implied_tables = {.minimum = 2, .levels = 2};
  rules.regression = {.degrees_of_freedom = 1, .units_per_parameter = 1, .level_minimum = 0};
  rules.secondary.interval = false;
  rules.review.reviewers = 1;
  rules.queries_per_day = rules.cells_per_query = std::numeric_limits<int64_t>::max();
  return rules;
}

RuleSet EffectiveRules(const RuleSet& rules, const QueryTraits& query) {
  RuleSet effective = rules;
  for (const ScopedRules& scoped : rules.stricter) {
    if (!scoped.when.Holds(query)) continue;
    effective = Stricter(std::move(effective), *scoped.rules);
    if (!scoped.rules->refuse || !effective.because_nl.empty()) continue;
    effective.because_nl = scoped.because_nl;
    effective.because_en = scoped.because_en;
  }
  return effective;
}

const std::vector<std::string>& ScopedKeys() {
  static const auto& keys = *new std::vector<std::string>{"frequency",
                                                          "dominance",
                                                          "p_percent",
                                                          "prior_posterior",
                                                          "group_disclosure",
                                                          "percentile",
                                                          "degrees_of_freedom",
                                                          "implied_tables",
                                                          "regression",
                                                          "review",
                                                          "limits",
                                                          "refuse"};
  return keys;
}

}  // namespace kluis
