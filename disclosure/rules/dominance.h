// The (n,k)-dominance rule: a cell is sensitive when its n largest contributors together hold more
// than k per cent of its total, because the others can then estimate them too closely.
// Source: SDC Handbook (2024), 4.2.1; with weights its sample rule, in which the largest are sample
// values and the total is weighted.
#ifndef KLUIS_DISCLOSURE_RULES_DOMINANCE_H_
#define KLUIS_DISCLOSURE_RULES_DOMINANCE_H_

#include <string>

#include "disclosure/policy/rule_set.h"
#include "disclosure/rules/protection_level.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// Exact integer arithmetic: a share of exactly k is not sensitive, nor is an empty cell.
// Levels: 100/k (x1 + ... + xn) - X, rounded up, on both sides.
// REQUIRES: cell.largest holds the min(n, contributors) largest, descending.
ProtectionLevel JudgeDominance(const Contributions& cell, int weight_decimals,
                               const DominanceParameters& parameters);

// "dominance(2,85)"; shares that are no whole per cent keep their decimals.
std::string DominanceName(const DominanceParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_DOMINANCE_H_
