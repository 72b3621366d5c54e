#include "server/plan/parts.h"

#include <algorithm>
#include <utility>

namespace kluis {

Partition PartitionOfParts(const std::vector<PartCondition>& conditions,
                           const std::vector<Partition>& grouped, const Variable& base,
                           bool missing) {
  std::vector<std::vector<bool>> meets;
  for (const PartCondition& condition : conditions) meets.push_back(condition.meets);
  Partition parts = PartitionOfConditions(meets, base, missing);
  const Partition* cut_through = nullptr;  // the finest such
  for (const Partition& partition : grouped) {
    if (Refines(partition, parts) || Refines(parts, partition)) continue;
    if (cut_through == nullptr || ClassCount(partition) > ClassCount(*cut_through))
      cut_through = &partition;
  }
  return cut_through == nullptr ? parts : Meet(parts, *cut_through, base, missing);
}

PartOnAxis PlacePart(const PartCondition& condition, const BuiltAxis& built, int axis, int level) {
  const std::vector<Category>& categories = built.axis.categories;
  PartOnAxis part{.axis = axis, .level = level, .in = {}, .out = {}};
  part.in.resize(categories.size());
  part.out.resize(categories.size());
  std::vector<bool> meets(categories.size(), false);
  for (size_t i = 0; i < condition.meets.size(); ++i) {
    const int category =
        built.plan.level_maps[level][static_cast<int>(i) - 1 - built.plan.stored_low];
    if (category >= 0 && condition.meets[i]) meets[category] = true;
  }
  for (const int category : built.cuts[level]) {
    for (int above = category; above >= 0; above = categories[above].parent)
      (meets[category] ? part.in : part.out)[above].push_back(category);
  }
  for (size_t c = 1; c < categories.size(); ++c) {  // parents stand before their children
    const int parent = categories[c].parent;
    const bool below = !built.in_cut[level][c] && part.in[c].empty() && part.out[c].empty();
    if (!below || static_cast<int>(c) == built.out) continue;
    const bool in = meets[parent];
    meets[c] = in;
    (in ? part.in : part.out)[c] = {static_cast<int>(c)};
  }
  return part;
}

bool MeetsAny(const PartOnAxis& part) { return !part.in[0].empty(); }

LevelSet LevelsOfPart(LevelSet row, const PlannedPart& part) {
  for (const PartOnAxis& on : part.axes) row[on.axis] = std::max(row[on.axis], on.level);
  return row;
}

RowPart CellsOfPart(const PlannedPart& part, const CellKey& row,
                    const std::function<int(const CellKey&)>& cell_at) {
  std::vector<std::pair<CellKey, bool>> keys = {{row, true}};  // and whether all conditions are met
  for (const PartOnAxis& on : part.axes) {
    std::vector<std::pair<CellKey, bool>> divided;
    const auto add = [&](const std::pair<CellKey, bool>& start, int category, bool meets) {
      divided.push_back({start.first, start.second && meets});
      divided.back().first[on.axis] = category;
    };
    for (const auto& start : keys) {
      const int category = row[on.axis];
      for (const int in : on.in[category]) add(start, in, true);
      for (const int out : on.out[category]) add(start, out, false);
    }
    keys = std::move(divided);
  }
  RowPart cells;
  for (const auto& [key, meets] : keys) {
    const int cell = cell_at(key);
    if (cell >= 0) (meets ? cells.in : cells.out).push_back(cell);
  }
  return cells;
}

}  // namespace kluis
