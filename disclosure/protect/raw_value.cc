#include "disclosure/protect/raw_value.h"

#include <algorithm>

#include "absl/types/span.h"
#include "disclosure/base/check.h"
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

// Several cells as one. Units of a distinct count are added only where a plan has found that each
// is in one cell.
class Cells {
 public:
  Cells(const AggregateTable& table, absl::Span<const int> cells) : table_(table), cells_(cells) {}

  // Weighted where the table is.
  absl::int128 Units() const {
    return Sum([&](int cell) {
      return table_.weighted ? table_.units[cell].weight : absl::int128{table_.units[cell].rows};
    });
  }
  absl::int128 Distinct(int place) const {
    return Sum([&](int cell) { return absl::int128{table_.distincts[place].cells[cell]}; });
  }
  absl::int128 Total(int place) const {
    return Sum([&](int cell) { return table_.measures[place].cells[cell].total; });
  }
  // What a mean divides by.
  absl::int128 Values(int place) const {
    return Sum([&](int cell) {
      const Contributions& of = table_.measures[place].cells[cell];
      return table_.weighted ? of.weight : absl::int128{of.rows};
    });
  }

 private:
  template <typename Amount>
  absl::int128 Sum(const Amount& amount) const {
    absl::int128 sum = 0;
    for (const int cell : cells_) sum += amount(cell);
    return sum;
  }

  const AggregateTable& table_;
  absl::Span<const int> cells_;
};

std::optional<absl::int128> ValueOf(const AggregateTable& table, const StatisticColumn& column,
                                    const Cells& cells) {
  const auto decimals = [&](int place) { return table.measures[place].decimals; };
  switch (column.kind) {
    case StatisticKind::kCount:
      return Rescale(cells.Units(), table.weighted ? table.weight_decimals : 0, column.decimals);
    case StatisticKind::kCountDistinct:
      return Rescale(cells.Distinct(column.variable), 0, column.decimals);
    case StatisticKind::kSum:
      return Rescale(cells.Total(column.variable),
                     decimals(column.variable) + table.weight_decimals, column.decimals);
    case StatisticKind::kAverage: {
      const absl::int128 divisor = cells.Values(column.variable);
      if (divisor <= 0) return std::nullopt;
      return Quotient(cells.Total(column.variable), divisor,
                      column.decimals - decimals(column.variable));
    }
    case StatisticKind::kRatio: {
      const absl::int128 divisor = cells.Total(column.divisor);
      if (divisor == 0) return std::nullopt;
      return Quotient(cells.Total(column.variable), divisor,
                      column.decimals + decimals(column.divisor) - decimals(column.variable));
    }
    case StatisticKind::kGini:
    case StatisticKind::kVariance:
    case StatisticKind::kDeviation:
    case StatisticKind::kMedian:
    case StatisticKind::kPercentile:  // of one cell
    case StatisticKind::kShare:       // of two sets of cells
      break;
  }
  return std::nullopt;
}

// Of what does not add up over cells.
std::optional<absl::int128> ValueOfOne(const AggregateTable& table, const StatisticColumn& column,
                                       int cell) {
  if (column.kind == StatisticKind::kGini) return GiniOf(table.ginis[column.gini].cells[cell]);
  if (column.squares >= 0) {
    const SampleMoments moments = MomentsOf(table.measures[column.variable].cells[cell],
                                            table.measures[column.squares].cells[cell],
                                            table.weighted, table.weight_decimals);
    return column.kind == StatisticKind::kVariance ? SampleVariance(moments)
                                                   : SampleDeviation(moments);
  }
  const PercentileColumn& percentile = table.percentiles[column.percentile];
  const PercentileCell& point = percentile.cells[cell];
  if (point.weight <= 0) return std::nullopt;
  const absl::int128 one = PowerOfTen(table.weight_decimals);
  return PercentileOf(point, PositionOf(point.weight, one, percentile.percent));
}

}  // namespace

std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     int cell) {
  KLUIS_CHECK(column.part < 0);
  if (column.gini >= 0 || column.squares >= 0 || column.percentile >= 0) {
    return ValueOfOne(table, column, cell);
  }
  return ValueOf(table, column, Cells(table, {&cell, 1}));
}

std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     const ReleaseRow& row) {
  if (column.part < 0) return RawValue(table, column, row.cell);
  const Cells part(table, row.parts[column.part].in);
  if (column.kind != StatisticKind::kShare) return ValueOf(table, column, part);
  const absl::int128 all = Cells(table, {&row.cell, 1}).Units();
  if (all <= 0) return std::nullopt;
  return Quotient(part.Units(), all, column.decimals);
}

}  // namespace kluis
