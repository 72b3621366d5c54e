// The statistics of SELECT against the catalogue, and whose contributions the rules judge.
// Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_STATISTICS_H_
#define KLUIS_SERVER_PLAN_STATISTICS_H_

#include <optional>
#include <vector>

#include "server/plan/dimensions.h"

namespace kluis {

// Fills shape (columns, their order, ORDER BY, LIMIT), measures, distincts, contributor, weight and
// `largest`. `columns` becomes the grouping dimension of each dimension column. Statistics are of
// the first dataset only.
std::optional<Refusal> PlanStatistics(const AuthorisedQuery& query,
                                      const std::vector<PlannedSource>& sources,
                                      const PlannedDimensions& dimensions,
                                      std::vector<int>* columns, AggregationPlan* plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_STATISTICS_H_
