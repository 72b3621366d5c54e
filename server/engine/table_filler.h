// Adds partial statistics to the cells of the plan's table.
#ifndef KLUIS_SERVER_ENGINE_TABLE_FILLER_H_
#define KLUIS_SERVER_ENGINE_TABLE_FILLER_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "server/engine/axis_classes.h"
#include "server/engine/result_rows.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// Not thread safe.
class TableFiller {
 public:
  // `plan` and `classes` must outlive the filler. `shares`: results say who the largest are.
  TableFiller(const AggregationPlan& plan, const std::vector<AxisClasses>& classes, bool shares);

  // INVALID_ARGUMENT when the keys do not fit the axes, two are equal, or they are too many to
  // number.
  absl::Status Prepare();

  // Adds every row of `result` to its cells at the level sets [first, last). Group columns are
  // classes of `grouped_axes`, or categories of the one level set when `categories` is true.
  // `distinct` >= 0: the contributors are the units of that COUNT(DISTINCT), and nothing else is
  // read. Parts of one cell must not share contributors.
  void Add(ResultRows& result, const std::vector<int>& grouped_axes, int first, int last,
           bool categories, int distinct);

  // Rows of the largest contributors to a measure, added to the cells that Add() added them to.
  void AddShares(ResultRows& result, const std::vector<int>& grouped_axes, int first, int last,
                 bool categories, int measure);

  // The values of the register that are squared, or more than the plan asks about.
  void AddLevels(ResultRows& result, int measure);

  // What FillOrdered() asked of the categories at one level set.
  void AddPercentile(ResultRows& result, const std::vector<int>& grouped_axes, int set,
                     int percentile);
  void AddGini(ResultRows& result, const std::vector<int>& grouped_axes, int set, int gini);

  AggregateTable Take();

 private:
  int CellOf(const std::vector<int>& classes, int level_set, bool categories) const;
  template <typename Visit>
  void ForEachCell(ResultRows& result, const std::vector<int>& grouped_axes, int first, int last,
                   bool categories, Visit visit);
  void AddStatistics(const ResultRows& result, int row, int column, int cell);
  int64_t NumberOf(absl::int128 contributor);
  void Renumber();
  void CloseGaps();
  void Settle(Contributions* sums) const;
  int Find(absl::uint128 number) const;

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  AggregateTable table_;
  bool weighted_;
  bool shares_;  // the result says who the largest are
  // Identifier of a contributor -> its number in the table, which has no identifiers.
  absl::flat_hash_map<absl::int128, int64_t> numbers_;
  std::vector<absl::uint128> strides_;  // of the mixed-radix number of a key
  // Number -> cell: a vector when most numbers have one, else a map.
  std::vector<int> dense_;
  absl::flat_hash_map<absl::uint128, int> sparse_;
  // A code without children is one category at several levels: the first level set that reaches its
  // cell fills it. One vector for the statistics and one for each COUNT(DISTINCT).
  std::vector<std::vector<int>> owner_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_TABLE_FILLER_H_
