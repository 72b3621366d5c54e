// Waivers: a contributor who agrees to publication need not be protected, but still knows its own
// part. With s the largest contributor without a waiver and r the largest except s, the rules
// become X - xs - xr < p/100 xs and xs + xr > k/100 X, because no other pair of an intruder and a
// contributor without a waiver holds more. Source: SDC Handbook (2024), 4.2.1, "Waivers".
#ifndef KLUIS_DISCLOSURE_RULES_WAIVER_H_
#define KLUIS_DISCLOSURE_RULES_WAIVER_H_

#include <vector>

#include "disclosure/rules/contributions.h"

namespace kluis {

// The contribution to protect first, then the others, by size: s, r, .... Without waivers that is
// the order itself. Empty when nobody with a value needs protection: then no rule is asked.
std::vector<Contribution> TargetFirst(const CellContributions& cell);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_WAIVER_H_
