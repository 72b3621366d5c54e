// Rows, cells and level sets of a plan, from the axes alone. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_CELLS_H_
#define KLUIS_SERVER_PLAN_CELLS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "server/plan/dimensions.h"

namespace kluis {

// Fills plan->axes, filters, level_sets, released_cells and the axes, keys, uses and rows of
// plan->table. `columns`: grouping dimension of each dimension column. Refuses (kPolicy) more than
// `cells_max` rows x statistics.
std::optional<Refusal> PlanCells(PlannedDimensions dimensions, const ParsedQuery& query,
                                 const std::vector<int>& columns, int64_t cells_max,
                                 AggregationPlan* plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_CELLS_H_
