// The p% rule: a cell is sensitive when a coalition of c contributors, which subtracts its own
// contributions from the total, can estimate the largest other contribution to within p per cent.
// Sensitive: X - x1 - ... - x(c+1) < p/100 x1. Source: SDC Handbook (2024), 4.2.1. The coalition
// counts intruders, so c = 1 is the plain rule.
#ifndef KLUIS_DISCLOSURE_RULES_P_PERCENT_H_
#define KLUIS_DISCLOSURE_RULES_P_PERCENT_H_

#include "absl/numeric/int128.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/rules/protection_level.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// Exact integer arithmetic: a remainder of exactly p per cent is not sensitive.
// Levels: p/100 x1 - remainder, rounded up, on both sides.
// REQUIRES: cell.largest holds the min(coalition + 1, contributors) largest, descending.
ProtectionLevel JudgePPercent(const Contributions& cell, int weight_decimals,
                              const PPercentParameters& parameters);

// p/100 x1 in the unit of the total, rounded up: the level when nothing else hides x1.
absl::int128 PPercentOfLargest(const Contributions& cell, int weight_decimals, int64_t p_ppm);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_P_PERCENT_H_
