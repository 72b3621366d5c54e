#include "disclosure/table/aggregate_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/table/cell_index.h"

namespace kluis {
namespace {

absl::Status ValidateAxis(const Axis& axis) {
  if (axis.categories.empty() || axis.categories[0].parent != -1) {
    return absl::InvalidArgumentError(absl::StrCat("axis ", axis.name, " has no total"));
  }
  for (size_t i = 1; i < axis.categories.size(); ++i) {
    const int parent = axis.categories[i].parent;
    if (parent < 0 || parent >= static_cast<int>(i)) {
      return absl::InvalidArgumentError(
          absl::StrCat("axis ", axis.name, ": category ", axis.categories[i].code, " stands before its parent"));
    }
  }
  return absl::OkStatus();
}

bool KeyFits(const CellKey& key, const std::vector<Axis>& axes) {
  if (key.size() != axes.size()) return false;
  for (size_t a = 0; a < axes.size(); ++a) {
    if (key[a] < 0 || key[a] >= static_cast<int>(axes[a].categories.size())) return false;
  }
  return true;
}

// Every column finds its parts in every row, and they are cells.
bool PartsFit(const ReleaseShape& shape, const ReleaseRow& row, int cells) {
  const auto is_cell = [cells](int cell) { return cell >= 0 && cell < cells; };
  for (const RowPart& part : row.parts) {
    if (!std::all_of(part.in.begin(), part.in.end(), is_cell) ||
        !std::all_of(part.out.begin(), part.out.end(), is_cell))
      return false;
  }
  return std::all_of(shape.statistics.begin(), shape.statistics.end(),
                     [&](const StatisticColumn& column) {
                       if (column.part < 0) return column.kind != StatisticKind::kShare;
                       return column.part < static_cast<int>(row.parts.size());
                     });
}

bool IsPlace(int place, size_t size) { return place >= 0 && place < static_cast<int>(size); }

bool IsOfSquares(StatisticKind kind) {
  return kind == StatisticKind::kVariance || kind == StatisticKind::kDeviation;
}

// A percentile is of a measure of the table, and of that measure; so are squares and the like.
bool HasItsColumns(const StatisticColumn& column, const AggregateTable& table) {
  if (column.kind == StatisticKind::kGini) {
    return IsPlace(column.gini, table.ginis.size()) &&
           table.ginis[column.gini].measure == column.variable;
  }
  if (IsOfSquares(column.kind)) {
    return IsPlace(column.squares, table.measures.size()) && column.variable >= 0 &&
           table.measures[column.squares].squares_of == column.variable;
  }
  if (column.kind != StatisticKind::kMedian && column.kind != StatisticKind::kPercentile)
    return true;
  return IsPlace(column.percentile, table.percentiles.size()) &&
         table.percentiles[column.percentile].measure == column.variable;
}

}  // namespace

const char* StatisticName(StatisticKind kind) {
  switch (kind) {
    case StatisticKind::kCount: return "count";
    case StatisticKind::kCountDistinct: return "count_distinct";
    case StatisticKind::kSum: return "sum";
    case StatisticKind::kAverage: return "avg";
    case StatisticKind::kRatio: return "ratio";
    case StatisticKind::kShare: return "share";
    case StatisticKind::kMedian: return "median";
    case StatisticKind::kPercentile: return "percentile";
    case StatisticKind::kVariance: return "variance";
    case StatisticKind::kDeviation: return "stddev";
    case StatisticKind::kGini: return "gini";
  }
  return "unknown";
}

void KeepLargest(size_t top, Contributions* cell) {
  std::vector<Share>& shares = cell->shares;
  std::sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return a.amount != b.amount ? a.amount > b.amount : a.contributor < b.contributor;
  });
  if (shares.size() <= top) return;
  const absl::int128 next = shares[top].amount;
  shares.resize(top);
  while (!shares.empty() && shares.back().amount == next) shares.pop_back();
  cell->unlisted = shares.size() == top && top > 0 ? shares.back().amount : next;
}

absl::Status AggregateTable::Validate() const {
  for (const Axis& axis : axes) {
    if (auto status = ValidateAxis(axis); !status.ok()) return status;
  }
  const size_t n = keys.size();
  bool sizes_agree = uses.size() == n && units.size() == n;
  sizes_agree &= sum_uses.empty() || sum_uses.size() == n;
  for (size_t m = 0; m < measures.size(); ++m) {
    sizes_agree &= measures[m].cells.size() == n && measures[m].squares_of < static_cast<int>(m);
  }
  for (const DistinctColumn& distinct : distincts) {
    sizes_agree &= distinct.cells.size() == n && distinct.additive.size() == axes.size();
  }
  for (const PercentileColumn& column : percentiles) {
    sizes_agree &= column.cells.size() == n && IsPlace(column.measure, measures.size());
  }
  for (const GiniColumn& column : ginis) {
    sizes_agree &= column.cells.size() == n && IsPlace(column.measure, measures.size());
  }
  for (const StatisticColumn& column : shape.statistics)
    sizes_agree &= HasItsColumns(column, *this);
  if (!sizes_agree) return absl::InvalidArgumentError("columns of a table differ in length");
  for (const CellKey& key : keys) {
    if (!KeyFits(key, axes)) return absl::InvalidArgumentError("a cell lies outside the axes");
  }
  if (CellIndex(axes, keys).repeats()) return absl::InvalidArgumentError("a cell occurs twice");
  for (const ReleaseRow& row : shape.rows) {
    if (row.cell < 0 || row.cell >= static_cast<int>(n) || row.codes.size() != shape.dimensions.size()) {
      return absl::InvalidArgumentError("a row shows no cell");
    }
    if (!PartsFit(shape, row, static_cast<int>(n)))
      return absl::InvalidArgumentError("a part of a row is no cell");
  }
  return absl::OkStatus();
}

}  // namespace kluis
