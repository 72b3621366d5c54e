// The (p,q) rule: everybody could estimate the smaller contributions to within q per cent before
// publication; a cell is sensitive when a contributor can then estimate the largest other to within
// p per cent. Sensitive: q/100 XR < p/100 x1 with XR = X - x1 - x2; only p/q counts.
// Source: SDC Handbook (2024), 4.2.1; q per cent with negative contributions is 100 f, there too.
//
// A coalition of c intruders knows c contributions: XR = X - x1 - ... - x(c+1). tau-ARGUS counts
// intruders likewise, so c = 1 is the plain rule; the Handbook's footnote 6 counts one more.
#ifndef KLUIS_DISCLOSURE_RULES_PRIOR_POSTERIOR_H_
#define KLUIS_DISCLOSURE_RULES_PRIOR_POSTERIOR_H_

#include <string>

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/concentration.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// Exact: a remainder of exactly p/q of the largest is not sensitive, nor is a cell whose largest
// contribution is 0. Levels: p/q x1 - XR, rounded up, on both sides.
// REQUIRES: cell.largest holds the min(coalition + 1, contributors) largest; divisor_percent >=
// 100.
ProtectionLevel JudgePriorPosterior(const Concentration& cell,
                                    const PriorPosteriorParameters& parameters,
                                    int divisor_percent = 100);

// "prior_posterior(10,60)".
std::string PriorPosteriorName(const PriorPosteriorParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_PRIOR_POSTERIOR_H_
