// How a sum of squares is judged: as a measure of its own, by the rules of the sum. A variance
// beside a count and a mean is that sum, exactly.
#ifndef KLUIS_DISCLOSURE_RULES_SQUARES_H_
#define KLUIS_DISCLOSURE_RULES_SQUARES_H_

#include <cstdint>
#include <string>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// The rule set by which squares are judged, so that who estimates x^2 by it estimates x as the rule
// set allows: x + p is x^2 + 2p + p^2. So p and the range of the frequency rule become that, rounded
// up. Who knows the others from x - q on knows their squares from x^2 - 2q + q^2 on: q becomes
// 2q - q^2, rounded down, and who knows of them only that they are not negative (100 %) knows no
// more of their squares. Shares of dominance stay: who has half of a sum has more of its squares.
RuleSet RulesForSquares(const RuleSet& rules);

// Why a variance must not be told, beyond what its sums ask; empty: it may be.
//  - degrees_of_freedom: too few contributors with a value other than 0, less the one parameter;
//  - implied_tables: of a variable with few values, which would tell how often each was given. What
//    cannot be counted (weights; values more than 1,000 steps apart; more than 1,000,000 of them)
//    is taken to be told.
// Little spread is another reason, for the sum as well (rules/variance.h).
std::string ShapeRule(const MeasureColumn& squares, size_t cell, const Contributions& values,
                      bool weighted, const RuleSet& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_SQUARES_H_
