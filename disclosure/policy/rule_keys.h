// The keys of a rule set with their order, one line each. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_RULE_KEYS_H_
#define KLUIS_DISCLOSURE_POLICY_RULE_KEYS_H_

#include <functional>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/policy/strictness.h"

namespace kluis {

struct RuleKey {
  std::string path;
  std::function<std::string(const RuleSet&)> text;
  // Of the change; not asked when the texts are equal.
  std::function<Judgement(const RuleSet& before, const RuleSet& after)> judge;
  // Makes *rules as strict as `other` as well; empty: the key has no order.
  std::function<void(RuleSet* rules, const RuleSet& other)> join;
};

// In the order of docs/rules.md.
const std::vector<RuleKey>& RuleKeys();

// Judgement and union of lists of rules, of which one may imply another. In ruled_lists.cc.
Judgement JudgeDominance(const RuleSet& before, const RuleSet& after);
Judgement JudgePPercentChange(const RuleSet& before, const RuleSet& after);
Judgement JudgePriorPosteriorChange(const RuleSet& before, const RuleSet& after);
Judgement JudgeGroupDisclosureChange(const RuleSet& before, const RuleSet& after);
Judgement JudgeHeldStatistics(const RuleSet& before, const RuleSet& after);
Judgement JudgeStatisticChecks(const RuleSet& before, const RuleSet& after);
void JoinDominance(RuleSet* rules, const RuleSet& other);
void JoinPPercent(RuleSet* rules, const RuleSet& other);
void JoinPriorPosterior(RuleSet* rules, const RuleSet& other);
void JoinGroupDisclosure(RuleSet* rules, const RuleSet& other);
void JoinHeldStatistics(RuleSet* rules, const RuleSet& other);
std::string DominanceText(const RuleSet& rules);
std::string PPercentText(const RuleSet& rules);
std::string PriorPosteriorText(const RuleSet& rules);
std::string GroupDisclosureText(const RuleSet& rules);
std::string StatisticChecksText(const RuleSet& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_RULE_KEYS_H_
