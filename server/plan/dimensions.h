// Axes and filters of a plan: one axis per code tree (docs/architecture.md, decisions 1 and 2).
// Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_DIMENSIONS_H_
#define KLUIS_SERVER_PLAN_DIMENSIONS_H_

#include <map>
#include <string>
#include <vector>

#include "server/plan/axis_builder.h"
#include "server/plan/parts.h"
#include "server/plan/sources.h"

namespace kluis {

// Where a dimension of GROUP BY stands: on which axis, at which level of its maps.
struct PlannedDimension {
  const Variable* variable = nullptr;
  int axis = -1;
  int level = 0;
  bool all_levels = false;  // stands for every level of its variable and for `_T`
  std::vector<int> levels;  // all_levels: which of the maps these are
  std::map<int, std::string> names;  // category -> as this dimension shows it; else its code
  std::map<int, int> ranks;          // category -> its place among rows, from 1; else itself
};

// A filter on a LEFT JOIN's dataset: does it leave rows with a partner, and rows without?
struct FilteredPartners {
  int source = 0;
  bool matched = false, unmatched = false;
};

struct PlannedDimensions {
  std::vector<BuiltAxis> axes;
  std::vector<PlannedDimension> dimensions;  // parallel to grouping_dimensions
  std::vector<PlanFilter> filters;
  std::vector<FilteredPartners> filtered;
  std::vector<PlannedPart> parts;  // of each statistic that has conditions
};

Decision<PlannedDimensions> PlanDimensions(const AuthorisedQuery& query,
                                           const std::vector<PlannedSource>& sources);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_DIMENSIONS_H_
