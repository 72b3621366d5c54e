// The units beside a count of some of them: COUNT(DISTINCT holding_id) beside COUNT(*).
//
// A table that an attacker holds possible is one of both counts at once, and no cell has fewer
// units than distinct ones. So the pattern of the second is found in the system of both: what the
// units are protected to stands, and more of them may be suppressed at their cost.
#ifndef KLUIS_DISCLOSURE_PROTECT_UNITS_BESIDE_H_
#define KLUIS_DISCLOSURE_PROTECT_UNITS_BESIDE_H_

#include "disclosure/protect/layer.h"

namespace kluis {

// Adds a cell for every cell of `units`, in the same order, their rows and their requirements.
// REQUIRES: the first cells of the system are those of the view; scenarios are one of nothing
// known, or the readings with mixed variables struck out and kept.
// `supports_only`: the rows are those between identifying supports, which nobody knows.
void AddUnitsBeside(const LayerContext& context, const Layer& units, bool supports_only,
                    System* system);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_UNITS_BESIDE_H_
