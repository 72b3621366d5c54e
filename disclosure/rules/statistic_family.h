// Which checks a statistic must pass: the family that it belongs to, and the checks of the family.
// Source: statbarns (w3id.org/statbarnsdc) as ACRO 1.0.1 has them, and the Guidelines for output
// checking (DwB, 2015) where these ask more: extremes are not released. A rule set may say
// otherwise per family (`statistics:`), so no check is a constant of the program.
#ifndef KLUIS_DISCLOSURE_RULES_STATISTIC_FAMILY_H_
#define KLUIS_DISCLOSURE_RULES_STATISTIC_FAMILY_H_

#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/policy/statistic_checks.h"

namespace kluis {

// The checks of a family: the rule set's, or the default. Of the default only those that the rule
// set has parameters for (no `dominance:`, no dominance check). Never empty.
std::vector<StatisticCheck> ChecksOf(StatisticFamily family, const RuleSet& rules);

// The rule set as a family of statistics is judged by it: without the rules whose checks the rule
// set leaves out for the family. The rule set itself where it says nothing of the family.
RuleSet RulesFor(StatisticFamily family, const RuleSet& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_STATISTIC_FAMILY_H_
