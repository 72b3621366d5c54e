#include "disclosure/protect/raw_value.h"

#include <algorithm>

#include "disclosure/base/decimal.h"
#include "disclosure/rules/gini.h"
#include "disclosure/rules/percentile_rounding.h"
#include "disclosure/rules/variance.h"

namespace kluis {
namespace {

// above / below x 10^shift. REQUIRES: below is not 0.
absl::int128 Quotient(absl::int128 above, absl::int128 below, int shift) {
  above *= PowerOfTen(std::max(shift, 0));
  below *= PowerOfTen(std::max(-shift, 0));
  return below < 0 ? DivideHalfEven(-above, -below) : DivideHalfEven(above, below);
}

}  // namespace

std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     int cell) {
  const auto measure = [&](int place) -> const MeasureColumn& { return table.measures[place]; };
  switch (column.kind) {
    case StatisticKind::kCount:
      return table.weighted
                 ? Rescale(table.units[cell].weight, table.weight_decimals, column.decimals)
                 : Rescale(table.units[cell].rows, 0, column.decimals);
    case StatisticKind::kCountDistinct:
      return Rescale(table.distincts[column.variable].cells[cell], 0, column.decimals);
    case StatisticKind::kSum:
      return Rescale(measure(column.variable).cells[cell].total,
                     measure(column.variable).decimals + table.weight_decimals, column.decimals);
    case StatisticKind::kAverage: {
      const Contributions& sums = measure(column.variable).cells[cell];
      const absl::int128 divisor = table.weighted ? sums.weight : absl::int128{sums.rows};
      if (divisor <= 0) return std::nullopt;
      return Quotient(sums.total, divisor, column.decimals - measure(column.variable).decimals);
    }
    case StatisticKind::kRatio: {
      const MeasureColumn &above = measure(column.variable), &below = measure(column.divisor);
      if (below.cells[cell].total == 0) return std::nullopt;
      return Quotient(above.cells[cell].total, below.cells[cell].total,
                      column.decimals + below.decimals - above.decimals);
    }
    case StatisticKind::kGini:
      return GiniOf(table.ginis[column.gini].cells[cell]);
    case StatisticKind::kVariance:
    case StatisticKind::kDeviation: {
      const SampleMoments moments =
          MomentsOf(measure(column.variable).cells[cell], measure(column.squares).cells[cell],
                    table.weighted, table.weight_decimals);
      return column.kind == StatisticKind::kVariance ? SampleVariance(moments)
                                                     : SampleDeviation(moments);
    }
    case StatisticKind::kMedian:
    case StatisticKind::kPercentile: {
      const PercentileColumn& percentile = table.percentiles[column.percentile];
      const PercentileCell& point = percentile.cells[cell];
      if (point.weight <= 0) return std::nullopt;
      const absl::int128 one = PowerOfTen(table.weight_decimals);
      return PercentileOf(point, PositionOf(point.weight, one, percentile.percent));
    }
  }
  return std::nullopt;
}

}  // namespace kluis
