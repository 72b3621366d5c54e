#include "disclosure/protect/cell_cost.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"

namespace kluis {

double CostOfAmount(const SecondaryParameters& secondary, absl::int128 amount, int decimals) {
  const double size = std::max(std::abs(ToDouble(amount)) / ToDouble(PowerOfTen(decimals)), 1.0);
  if (secondary.cost_power_percent == 100) return size;
  return std::pow(size, secondary.cost_power_percent / 100.0);
}

double CellCost(const AggregateTable& table, const SecondaryParameters& secondary, size_t cell,
                absl::int128 value, int decimals) {
  if (secondary.cost == "unity") return 1;
  if (secondary.cost == "frequency")
    return CostOfAmount(secondary, table.units[cell].contributors, 0);
  for (const MeasureColumn& measure : table.measures) {
    if (measure.name != secondary.cost) continue;
    return CostOfAmount(secondary, measure.cells[cell].total,
                        measure.decimals + table.weight_decimals);
  }
  return CostOfAmount(secondary, value, decimals);
}

}  // namespace kluis
