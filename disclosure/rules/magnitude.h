// All rules on one cell of one measure: which are violated, and the levels that satisfy them all.
#ifndef KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_
#define KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_

#include <string>

#include "disclosure/policy/rule_set.h"
#include "disclosure/rules/contributions.h"
#include "disclosure/rules/protection_level.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

struct MagnitudeVerdict {
  std::string rule;  // the first violated, in the order of docs/rules.md; empty when safe
  ProtectionLevel level;
};

struct MagnitudeUnits {
  int decimals = 0;         // of the measure
  int weight_decimals = 0;  // totals have both
  bool weighted = false;
  bool any_sign = false;  // the catalogue allows negative values
};

// Dominance, p%, (p,q), frequency on contributors with a non-zero value, and zero. The levels are
// the largest of the violated rules and at least one unit of the measure.
MagnitudeVerdict JudgeMagnitude(const Contributions& cell, const MagnitudeUnits& units,
                                const RuleSet& rules);

// The same from microdata, with waivers, requests and the weights of the largest. Where everybody
// has agreed to publication, none of the rules on contributors is asked.
MagnitudeVerdict JudgeMagnitude(const CellContributions& cell, const MagnitudeUnits& units,
                                const RuleSet& rules);

// The levels of a cell that is protected for the number of its contributors only: as
// FrequencyLevel with the rule set's p, or 10 per cent.
ProtectionLevel FrequencyOnlyLevel(const Contributions& cell, const MagnitudeUnits& units,
                                   const RuleSet& rules);

// How many contributors the rules take to put together what they know, at least 1: what others gave
// must be protected from so many.
int CoalitionOf(const RuleSet& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_MAGNITUDE_H_
