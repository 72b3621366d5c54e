#include "server/release/population.h"

#include <algorithm>
#include <map>
#include <vector>

namespace kluis {
namespace {

// The cells of rows at the same levels.
struct Grouping {
  int64_t units = 0;
  int cells = 0, first = -1;
};

void TakeLevels(const AggregateTable& table, const CellKey& key, std::vector<int>* levels) {
  for (size_t a = 0; a < key.size(); ++a) (*levels)[a] = table.axes[a].categories[key[a]].level;
}

}  // namespace

Population PopulationOf(const AggregateTable& table, bool contributor_unique) {
  std::map<std::vector<int>, Grouping> groupings;
  std::vector<bool> counted(table.keys.size(), false);
  std::vector<int> levels(table.axes.size());
  for (const ReleaseRow& row : table.shape.rows) {
    if (counted[row.cell]) continue;
    counted[row.cell] = true;
    TakeLevels(table, table.keys[row.cell], &levels);
    Grouping& grouping = groupings[levels];
    grouping.units += table.units[row.cell].rows;
    if (grouping.cells++ == 0) grouping.first = row.cell;
  }
  Population population;
  for (const auto& [at, grouping] : groupings)
    population.units = std::max(population.units, grouping.units);
  if (contributor_unique) population.contributors = population.units;
  for (const auto& [at, grouping] : groupings) {
    const UnitCount& first = table.units[grouping.first];
    if (grouping.cells == 1 && first.rows == population.units)
      population.contributors = first.contributors;
  }
  return population;
}

}  // namespace kluis
