// The p% rule: a cell is sensitive when a coalition of c contributors, which subtracts its own
// contributions from the total, can estimate the largest other contribution to within p per cent.
// Sensitive: X - x1 - ... - x(c+1) < p/100 x1. Source: SDC Handbook (2024), 4.2.1: the (p,q) rule
// with q = 100. The coalition counts intruders, so c = 1 is the plain rule.
#ifndef KLUIS_DISCLOSURE_RULES_P_PERCENT_H_
#define KLUIS_DISCLOSURE_RULES_P_PERCENT_H_

#include "absl/numeric/int128.h"
#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/concentration.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// Exact: a remainder of exactly p per cent is not sensitive.
// Levels: p/100 x1 - remainder, rounded up, on both sides.
// REQUIRES: cell.largest holds the min(coalition + 1, contributors) largest; divisor_percent >=
// 100.
ProtectionLevel JudgePPercent(const Concentration& cell, const PPercentParameters& parameters,
                              int divisor_percent = 100);

// p/100 x1, rounded up: the level when nothing else hides x1.
absl::int128 PPercentOfLargest(const Concentration& cell, int64_t p_ppm);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_P_PERCENT_H_
