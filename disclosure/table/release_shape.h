// The outer form of a release: which rows and columns the researcher asked for. Decided from the
// request and the code lists alone.
#ifndef KLUIS_DISCLOSURE_TABLE_RELEASE_SHAPE_H_
#define KLUIS_DISCLOSURE_TABLE_RELEASE_SHAPE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kluis {

enum class StatisticKind {
  kCount,
  kCountDistinct,
  kSum,
  kAverage,
  kRatio,
  kShare,
  kMedian,
  kPercentile,
  kVariance,
  kDeviation,
  kGini,
};

// "count", "count_distinct", "sum", "avg", "ratio", "share", "median", "percentile", "variance",
// "stddev", "gini".
const char* StatisticName(StatisticKind kind);

struct DimensionColumn {
  std::string name;      // as displayed (alias or variable)
  std::string label_nl;  // title of the variable, may be empty
};

struct StatisticColumn {
  std::string name;
  StatisticKind kind = StatisticKind::kCount;
  int variable = -1;  // kCount, kShare: unused; kCountDistinct: index in
                      // AggregateTable::distincts; all others: in AggregateTable::measures
  int decimals = 0;   // of the released value
  int divisor = -1;   // kRatio: index in AggregateTable::measures of what the sum is divided by
  // Index in ReleaseRow::parts of the units that it is of, by FILTER; of a share, of those that it
  // is the share of. -1: all units of the row.
  int part = -1;
  int squares = -1;   // kVariance, kDeviation: index in AggregateTable::measures of the squares
  int gini = -1;      // kGini: index in AggregateTable::ginis
  int percentile = -1;  // kMedian, kPercentile: index in AggregateTable::percentiles
};

// The units of a row divided by a condition: the cells of those that meet it and of the others, all
// apart. Both may have none, when no code of the row meets the condition, or all do.
struct RowPart {
  std::vector<int> in = {}, out = {};
};

struct ReleaseRow {
  std::vector<std::string> codes;  // one per dimension column
  int cell = -1;                   // index in AggregateTable::keys; several rows may show one cell
  std::vector<RowPart> parts = {};  // one per condition of the statistics
  // Per dimension column, the place of its code in the order of the column; none: by first rows.
  std::vector<int> ranks = {};
};

// ORDER BY on the released table; suppressed values last in both directions.
struct OrderKey {
  bool statistic = false;  // else a dimension
  int column = 0;          // index in `statistics` or `dimensions`
  bool descending = false;
};

struct ReleaseShape {
  std::vector<DimensionColumn> dimensions;
  std::vector<StatisticColumn> statistics;
  std::vector<int> column_order;  // displayed order: d for dimension d, dimensions.size() + s for statistic s
  std::vector<ReleaseRow> rows;   // in code-list order, `_T` first
  std::vector<OrderKey> order_by;
  int64_t limit = -1;             // -1: none
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_RELEASE_SHAPE_H_
