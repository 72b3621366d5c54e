// Measures that are values of a unit with several rows. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_GRAIN_H_
#define KLUIS_SERVER_PLAN_GRAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "server/plan/dimensions.h"

namespace kluis {

// Refuses a measure with a `grain` where a sum of it, once for each unit, would be no sum of cells:
// - a dimension of the table can tell rows of one unit apart, so that the unit is in several cells.
//   It cannot when the catalogue gives it the same grain, or when it is of a dataset that is joined
//   by the grain alone. What only filters may: then units count that have a row in scope.
// - the rule set judges a contributor below the unit.
std::optional<Refusal> CheckGrain(const AuthorisedQuery& query,
                                  const std::vector<PlannedSource>& sources,
                                  const PlannedDimensions& dimensions, const Variable& measure,
                                  SourcePosition at);

// Whether each unit of `identifier` has one contributor that rows are judged on, which is then as
// large or larger: import has seen to it for the grain of a measure. `judged`: the only contributor
// that the rule set judges, if it names one.
bool HasOneContributor(const DatasetEntry& entry, const std::string& identifier,
                       const std::optional<std::string>& judged);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_GRAIN_H_
