// SHARE and FILTER: the units of a row divided by a condition of a statistic. A condition is a
// partition of the stored values of its variables, so what meets it are cells of the same table
// (docs/architecture.md, decision 2). Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_PARTS_H_
#define KLUIS_SERVER_PLAN_PARTS_H_

#include <functional>
#include <vector>

#include "disclosure/table/level_sets.h"
#include "disclosure/table/release_shape.h"
#include "server/plan/axis_builder.h"
#include "server/plan/partition.h"
#include "server/query/parsed_query.h"

namespace kluis {

// What one statistic asks of one code tree.
struct PartCondition {
  int part = 0;             // the how-many-th statistic that has conditions
  std::vector<bool> meets;  // per entry of CodeTree::node_of_stored
  SourcePosition at;
};

// Per category of an axis, of whatever level: the categories of `level` within it that meet the
// condition and that do not; where it lies within one of these, itself.
struct PartOnAxis {
  int axis = 0;
  int level = 0;  // of PlanAxis::level_maps
  std::vector<std::vector<int>> in, out;
};

// On each axis that the conditions of a statistic name.
struct PlannedPart {
  std::vector<PartOnAxis> axes;
};

// A partition of the values on which every condition can be told, and that is nested with each of
// `grouped`, which are so among themselves.
Partition PartitionOfParts(const std::vector<PartCondition>& conditions,
                           const std::vector<Partition>& grouped, const Variable& base,
                           bool missing);

// `level`: of that partition on the axis.
PartOnAxis PlacePart(const PartCondition& condition, const BuiltAxis& built, int axis, int level);

// Whether some value in scope meets the condition.
bool MeetsAny(const PartOnAxis& part);

// The levels at which a row's parts stand.
LevelSet LevelsOfPart(LevelSet row, const PlannedPart& part);

// The cells of a row's parts. `cell_at`: -1 where no unit can be.
RowPart CellsOfPart(const PlannedPart& part, const CellKey& row,
                    const std::function<int(const CellKey&)>& cell_at);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_PARTS_H_
