// The pattern of a percentile. It stands on the pattern of the sum of its measure: one variable has
// one pattern (safety.md 5). Percentiles do not add up, so what this layer hides of its own accord
// needs no partners.
#ifndef KLUIS_DISCLOSURE_PROTECT_POSITION_LAYER_H_
#define KLUIS_DISCLOSURE_PROTECT_POSITION_LAYER_H_

#include <vector>

#include "disclosure/protect/layer.h"

namespace kluis {

// The values of the layer are what leaves, with one decimal more than the measure: rounded so that
// k contributors stand behind each (disclosure/rules/percentile_rounding.h). Displayed cells are
// suppressed besides those of `forced`
//  - each_side: with fewer contributors on a side of the point than the rule set asks, counted by
//    rank alone, as if all values were different, and by values where these say less (weights,
//    contributors with several rows);
//  - width: without a width that hides it, or a table that lists too few values to find one.
// REQUIRES: forced holds the suppressed cells of the measure; one element per cell.
Layer ProtectPercentile(const LayerContext& context, const PercentileColumn& column,
                        const std::vector<bool>& forced);

// More than the share of group disclosure have the very value of the point, or everybody has, with
// or without that rule: the percentile would tell what they have. As "." on the percentile alone
// would say so too, it is for the sum's pattern to hide.
bool TellsNearlyAll(const PercentileCell& cell, const RuleSet& rules);

// Whether there is a percentile in the cell.
inline bool HasPercentile(const PercentileCell& cell) { return cell.weight > 0; }

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_POSITION_LAYER_H_
