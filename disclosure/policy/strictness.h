// Which of two rule sets lets more out, key by key.
//
// A key has an order when a stricter value never shows a cell that the weaker one hides: who may
// see what is then known without a table. Dominance, p% and (p,q) are ordered by implication: (n,
// share) implies (m, t) when n >= m and share <= t, since the n largest hold what the m largest
// hold. Where no order is known (which level is judged, how weights enter), every change counts as
// weaker.
#ifndef KLUIS_DISCLOSURE_POLICY_STRICTNESS_H_
#define KLUIS_DISCLOSURE_POLICY_STRICTNESS_H_

#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/policy/scoped_rules.h"

namespace kluis {

// Of a change. "Neither" and "stronger" are proven; whatever is not, is weaker.
enum class Judgement { kNeither, kStronger, kWeaker };
const char* JudgementName(Judgement judgement);  // "neither", "stronger", "weaker"
Judgement Worse(Judgement a, Judgement b);       // weaker before stronger before neither

struct RuleFact {
  std::string key;    // as docs/rules.md names it: "frequency.minimum"
  std::string value;  // as a rule set writes it; "none": there is no such rule
};
// What holds, defaults included, in the order of docs/rules.md; without `stricter:`.
std::vector<RuleFact> RuleFacts(const RuleSet& rules);

// The facts as one text: equal for rule sets that hide the same.
std::string RulesText(const RuleSet& rules);

struct RuleDifference {
  std::string key, before, after;
  Judgement judgement = Judgement::kNeither;
};
// Of the keys of RuleFacts(), those whose value differs. Names, titles and sources are no keys.
std::vector<RuleDifference> CompareRules(const RuleSet& before, const RuleSet& after);

// Whether everything that `weaker` hides is hidden by `rules`, as far as CompareRules() can prove.
bool AtLeastAsStrict(const RuleSet& rules, const RuleSet& weaker);

// The stricter of each key that has an order, both of what each of the two protects; keys without
// an order, and what is no rule, are those of `rules`. Commutative in the ordered keys, so that the
// order in which rules are joined does not matter.
RuleSet Stricter(RuleSet rules, const RuleSet& other);

// Each ordered key as weak as it can be written: the start of scoped rules. Stricter(x, Weakest())
// is x.
RuleSet Weakest();

// The rules that a query is judged by: the rule set, and every one of `stricter:` that holds for
// it.
RuleSet EffectiveRules(const RuleSet& rules, const QueryTraits& query);

// Keys of a rule set (at its root) that scoped rules can have: those with an order.
const std::vector<std::string>& ScopedKeys();

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_STRICTNESS_H_
