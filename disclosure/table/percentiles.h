// The percentiles of a measure in the cells of a table: raw, with what disclosure control must know
// of the values around them. Values are of rows, as those of a mean are; who is behind them are
// contributors.
#ifndef KLUIS_DISCLOSURE_TABLE_PERCENTILES_H_
#define KLUIS_DISCLOSURE_TABLE_PERCENTILES_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// Where a percentile lies in the ordered values: between the value of rank `low` and that of rank
// `high`, `fraction` / `denominator` of the way. Ranks are sums of weights, and 1 is one unit: the
// value of rank r is the smallest with a cumulated weight of r at least.
struct PercentilePosition {
  absl::int128 low = 0, high = 0;
  absl::int128 fraction = 0, denominator = 1;
};

// Type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (The American Statistician
// 50, 1996): h = (n - 1) percent / 100 from the smallest. `weight` is n, in units of `one`: the
// rows, or their weights, as if each row stood there as often as its weight says (Hmisc,
// wtd.quantile). REQUIRES: weight >= 0, one >= 1, 0 <= percent <= 100.
PercentilePosition PositionOf(absl::int128 weight, absl::int128 one, int percent);

// A percentile of one cell. Values are scaled by 10^decimals of the measure.
struct PercentileCell {
  absl::int128 weight = 0;  // of the rows with a value, scaled by 10^weight_decimals; rows when
                            // unweighted. 0: there is no percentile
  absl::int128 low = 0, high = 0;  // the values of the ranks that it lies between
  int64_t contributors = 0;        // distinct, with a value
  int64_t at_or_below = 0;         // of these, with a value at the point or below it
  int64_t at_or_above = 0;
  int64_t at_point = 0;  // of these, with the very value of the point
  // Of each contributor the value that is nearest to the point, of two the smaller: those at the
  // point or below it, descending, and those above it, ascending; PercentileColumn::nearest of
  // each, or as many as there are.
  std::vector<absl::int128> below = {}, above = {};
};

struct PercentileColumn {
  int measure = -1;  // index in AggregateTable::measures
  int percent = 50;
  int nearest = 0;                         // contributors on each side that cells list
  std::vector<PercentileCell> cells = {};  // one per cell of the table
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_PERCENTILES_H_
