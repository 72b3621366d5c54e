// Weighted totals: which values stand for the largest contributions.
//   sample  the largest sample values: X^ - x1s - x2s < p/100 x1s; x1s + ... + xns > k/100 X^
//   public  everyone knows the weights: X^ - w1 x1s - w2 x2s < p/100 x1s
//   spread  each value stands for as many units as its weight says, the last slot in part:
//           (100, weight 4), (10, weight 7) are 100, 100, 100, 100, 10, ...
// Source: SDC Handbook (2024), 4.2.1, "Sampling weights": it prefers `sample` against
// over-protection; `spread` is tau-ARGUS's. Without weights all three are the same.
#ifndef KLUIS_DISCLOSURE_RULES_WEIGHTS_H_
#define KLUIS_DISCLOSURE_RULES_WEIGHTS_H_

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/concentration.h"
#include "disclosure/rules/contributions.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// For a rule that asks for the n largest; waivers are honoured. A contributor whose records have
// several weights stands for any number of units, so with `spread` it fills all that is left.
Concentration ConcentrationOf(const CellContributions& cell, WeightsMethod method, int n);

// An AggregateTable does not say the weights of the largest. `sample` needs none; for the others it
// is assumed that the largest fill every slot (spread) or the whole cell (public), so that a cell
// is never called safe that is not.
Concentration ConcentrationOf(const Contributions& cell, int weight_decimals, bool weighted,
                              WeightsMethod method, int n);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_WEIGHTS_H_
