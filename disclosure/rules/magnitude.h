// All rules on one cell of one measure: which are violated, and the levels that satisfy them all.
#ifndef KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_
#define KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_

#include <string>

#include "disclosure/policy/rule_set.h"
#include "disclosure/rules/protection_level.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

struct MagnitudeVerdict {
  std::string rule;  // the first violated of dominance, p%, frequency; empty when safe
  ProtectionLevel level;
};

// Dominance, p% and frequency on contributors with a non-zero value. The levels are the largest of
// the violated rules and at least one unit of the measure. `decimals` is the measure's.
MagnitudeVerdict JudgeMagnitude(const Contributions& cell, int decimals, int weight_decimals,
                                const RuleSet& rules);

// The levels of a cell that is protected for the number of its contributors only: as
// FrequencyLevel with the rule set's p, or 10 per cent.
ProtectionLevel FrequencyOnlyLevel(const Contributions& cell, int decimals, int weight_decimals,
                                   const RuleSet& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_
