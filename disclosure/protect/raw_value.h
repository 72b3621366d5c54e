// What a statistic is in a cell, before anything protects it.
#ifndef KLUIS_DISCLOSURE_PROTECT_RAW_VALUE_H_
#define KLUIS_DISCLOSURE_PROTECT_RAW_VALUE_H_

#include <optional>

#include "absl/numeric/int128.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// RAW: scaled by 10^decimals of the column, rounded half to even. None: a mean or percentile of no
// values, a variance of fewer than two, a ratio to 0, a Gini coefficient of nothing, or a share of
// nobody. REQUIRES: the column is of all units of a cell.
std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     int cell);

// Likewise, of the units of a row that the column is of.
std::optional<absl::int128> RawValue(const AggregateTable& table, const StatisticColumn& column,
                                     const ReleaseRow& row);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_RAW_VALUE_H_
