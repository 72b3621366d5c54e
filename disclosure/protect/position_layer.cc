#include "disclosure/protect/position_layer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/rules/group_disclosure.h"
#include "disclosure/rules/percentile.h"
#include "disclosure/rules/percentile_rounding.h"

namespace kluis {
namespace {

bool HasFewOnASide(const PercentileCell& cell, int percent, int64_t each_side) {
  if (cell.contributors <= 0) return true;
  PercentileSides sides = SidesOfPercentile(cell.contributors, percent);
  sides.at_or_below = std::min(sides.at_or_below, cell.at_or_below);
  sides.at_or_above = std::min(sides.at_or_above, cell.at_or_above);
  return std::min(sides.at_or_below, sides.at_or_above) < each_side;
}

}  // namespace

Layer ProtectPercentile(const LayerContext& context, const PercentileColumn& column,
                        const std::vector<bool>& forced) {
  const AggregateTable& table = context.view.table;
  const MeasureColumn& measure = table.measures[column.measure];
  Layer layer =
      StartLayer(context, absl::StrCat("percentile", column.percent, ":", measure.name),
                 measure.decimals + 1, std::vector<absl::int128>(column.cells.size(), 0), forced);
  const absl::int128 one = PowerOfTen(table.weight_decimals);
  const int64_t k = context.rules.NearestNeeded();
  for (size_t i = 0; i < column.cells.size(); ++i) {
    const PercentileCell& cell = column.cells[i];
    if (!HasPercentile(cell)) continue;
    const PercentilePosition position = PositionOf(cell.weight, one, column.percent);
    layer.values[i] = PercentileOf(cell, position);
    if (!context.view.displayed(i) || layer.suppressed[i]) continue;
    const std::optional<absl::int128> rounded = RoundedPercentile(cell, position, k);
    std::string rule;
    if (HasFewOnASide(cell, column.percent, context.rules.percentile_each_side)) {
      rule = "each_side";
    } else if (column.nearest < k || !rounded) {
      rule = "width";
    } else {
      layer.values[i] = *rounded;
      continue;
    }
    layer.suppressed[i] = true;
    layer.primaries[i] = {.rule = std::move(rule), .low = layer.values[i], .high = layer.values[i]};
  }
  return layer;
}

bool TellsNearlyAll(const PercentileCell& cell, const RuleSet& rules) {
  if (cell.contributors == 0) return false;
  if (cell.at_point == cell.contributors) return true;
  return rules.group_disclosure &&
         ExceedsGroupShare(cell.at_point, cell.contributors, *rules.group_disclosure);
}

}  // namespace kluis
