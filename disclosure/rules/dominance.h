// The (n,k)-dominance rule: a cell is sensitive when its n largest contributors together hold more
// than k per cent of its total, because the others can then estimate them too closely.
// Sensitive: x1 + ... + xn > k/100 X. Source: SDC Handbook (2024), 4.2.1.
//
// A declared divisor f of negative contributions raises k: 100 - k_f = (100 - k) / f, same section.
#ifndef KLUIS_DISCLOSURE_RULES_DOMINANCE_H_
#define KLUIS_DISCLOSURE_RULES_DOMINANCE_H_

#include <string>

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/concentration.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// Exact: a share of exactly k is not sensitive, nor is a cell whose largest contribution is 0.
// Levels: 100/k (x1 + ... + xn) - X, rounded up, on both sides.
// REQUIRES: cell.largest holds the min(n, contributors) largest; divisor_percent >= 100.
ProtectionLevel JudgeDominance(const Concentration& cell, const DominanceParameters& parameters,
                               int divisor_percent = 100);

// "dominance(2,85)"; shares that are no whole per cent keep their decimals.
std::string DominanceName(const DominanceParameters& parameters);

// 125'000 -> "12.5": millionths as per cent.
std::string PerCent(int64_t ppm);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_DOMINANCE_H_
