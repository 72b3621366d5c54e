#include "server/release/population.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace kluis {
namespace {

std::vector<int> LevelsOf(const AggregateTable& table, const CellKey& key) {
  std::vector<int> levels;
  for (size_t a = 0; a < key.size(); ++a) levels.push_back(table.axes[a].categories[key[a]].level);
  return levels;
}

}  // namespace

Population PopulationOf(const AggregateTable& table, bool contributor_unique) {
  std::map<std::vector<int>, std::set<int>> groupings;
  for (const ReleaseRow& row : table.shape.rows)
    groupings[LevelsOf(table, table.keys[row.cell])].insert(row.cell);
  Population population;
  for (const auto& [levels, cells] : groupings) {
    int64_t units = 0;
    for (const int cell : cells) units += table.units[cell].rows;
    population.units = std::max(population.units, units);
  }
  if (contributor_unique) population.contributors = population.units;
  for (const auto& [levels, cells] : groupings) {
    const UnitCount& first = table.units[*cells.begin()];
    if (cells.size() == 1 && first.rows == population.units)
      population.contributors = first.contributors;
  }
  return population;
}

}  // namespace kluis
