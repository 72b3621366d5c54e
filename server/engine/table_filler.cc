#include "server/engine/table_filler.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace kluis {

TableFiller::TableFiller(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                         bool shares)
    : plan_(plan),
      classes_(classes),
      table_(plan.table),
      weighted_(!plan.weight.empty()),
      shares_(shares) {}

absl::Status TableFiller::Prepare() {
  absl::uint128 stride = 1;
  for (const Axis& axis : table_.axes) {
    strides_.push_back(stride);
    const absl::uint128 size = std::max<size_t>(axis.categories.size(), 1);
    if (stride > absl::Uint128Max() / size) return absl::InvalidArgumentError("too many axes");
    stride *= size;
  }
  if (stride <= 8 * table_.keys.size() + 1024) {
    dense_.assign(static_cast<size_t>(stride), -1);
  } else {
    sparse_.reserve(table_.keys.size());
  }
  for (size_t cell = 0; cell < table_.keys.size(); ++cell) {
    const CellKey& key = table_.keys[cell];
    if (key.size() != table_.axes.size()) return absl::InvalidArgumentError("key without all axes");
    absl::uint128 number = 0;
    for (size_t i = 0; i < key.size(); ++i) number += strides_[i] * static_cast<unsigned>(key[i]);
    if (Find(number) >= 0) return absl::InvalidArgumentError("two cells with one key");
    (dense_.empty() ? sparse_[number] : dense_[static_cast<size_t>(number)]) =
        static_cast<int>(cell);
  }
  const size_t cells = table_.keys.size();
  table_.weighted = weighted_;
  table_.weight_decimals = weighted_ ? plan_.weight_decimals : 0;
  table_.units.assign(cells, UnitCount());
  for (MeasureColumn& measure : table_.measures) measure.cells.assign(cells, Contributions());
  for (DistinctColumn& distinct : table_.distincts) distinct.cells.assign(cells, 0);
  for (GiniColumn& column : table_.ginis) column.cells.assign(cells, GiniCell());
  for (PercentileColumn& column : table_.percentiles) column.cells.assign(cells, PercentileCell());
  owner_.assign(1 + table_.distincts.size(), std::vector<int>(cells, -1));
  return absl::OkStatus();
}

int TableFiller::Find(absl::uint128 number) const {
  if (!dense_.empty()) return dense_[static_cast<size_t>(number)];
  const auto cell = sparse_.find(number);
  return cell == sparse_.end() ? -1 : cell->second;
}

// `classes`: one per axis. -1 when the row is out of scope here or the table has no such cell.
int TableFiller::CellOf(const std::vector<int>& classes, int level_set, bool categories) const {
  absl::uint128 number = 0;
  for (size_t i = 0; i < classes.size(); ++i) {
    const bool is_category = categories && !classes_[i].total_only;
    const int category =
        is_category ? classes[i] : classes_[i].Category(plan_.level_sets[level_set][i], classes[i]);
    if (category < 0) return -1;
    number += strides_[i] * static_cast<unsigned>(category);
  }
  return Find(number);
}

// Calls `visit` with each row and each cell of its level sets.
template <typename Visit>
void TableFiller::ForEachCell(ResultRows& result, const std::vector<int>& grouped_axes, int first,
                              int last, bool categories, Visit visit) {
  std::vector<int> classes(classes_.size(), 0);
  const int groups = static_cast<int>(grouped_axes.size());
  while (result.Next()) {
    for (int row = 0; row < result.rows(); ++row) {
      for (int g = 0; g < groups; ++g) classes[grouped_axes[g]] = result.Int32(g, row);
      for (int set = first; set < last; ++set) {
        const int cell = CellOf(classes, set, categories);
        if (cell >= 0) visit(row, set, cell);
      }
    }
  }
}

void TableFiller::Add(ResultRows& result, const std::vector<int>& grouped_axes, int first, int last,
                      bool categories, int distinct) {
  std::vector<int>& owner = owner_[distinct + 1];
  const int groups = static_cast<int>(grouped_axes.size());
  ForEachCell(result, grouped_axes, first, last, categories, [&](int row, int set, int cell) {
    if (owner[cell] < 0) owner[cell] = set;
    if (owner[cell] != set) return;
    if (distinct < 0) {
      AddStatistics(result, row, groups, cell);
    } else {
      table_.distincts[distinct].cells[cell] += result.Int64(groups + 1, row);
    }
  });
}

void TableFiller::AddStatistics(const ResultRows& result, int row, int column, int cell) {
  UnitCount& units = table_.units[cell];
  const int64_t rows = result.Int64(column++, row);
  units.rows += rows;
  units.contributors += result.Int64(column++, row);
  units.weight += weighted_ ? result.Int128(column++, row) : absl::int128(rows);
  for (MeasureColumn& measure : table_.measures) {
    Contributions& sums = measure.cells[cell];
    const int64_t with_value = result.Int64(column++, row);
    sums.rows += with_value;
    sums.contributors += result.Int64(column++, row);
    sums.weight += weighted_ ? result.Int128(column++, row) : absl::int128(with_value);
    sums.total += result.Int128(column++, row);
    sums.absolute_total += result.Int128(column++, row);
    if (plan_.largest <= 0) continue;
    const auto top = static_cast<size_t>(plan_.largest);
    std::vector<absl::int128>& largest = sums.largest;
    if (!shares_ || weighted_) result.AppendList(column++, row, &largest);
    if (shares_) {
      std::vector<absl::int128> sizes;
      result.AppendList(column++, row, &sizes);
      if (sizes.size() > top) sums.unlisted = std::max(sums.unlisted, sizes.back());
      if (!weighted_) largest.insert(largest.end(), sizes.begin(), sizes.end());
    }
    std::sort(largest.begin(), largest.end(), std::greater<absl::int128>());
    if (largest.size() > top) largest.resize(top);
  }
}

void TableFiller::AddShares(ResultRows& result, const std::vector<int>& grouped_axes, int first,
                            int last, bool categories, int measure) {
  const int groups = static_cast<int>(grouped_axes.size());
  ForEachCell(result, grouped_axes, first, last, categories, [&](int row, int set, int cell) {
    if (owner_[0][cell] != set) return;
    table_.measures[measure].cells[cell].shares.push_back(
        {NumberOf(result.Int128(groups, row)), result.Int128(groups + 1, row)});
  });
}

void TableFiller::AddLevels(ResultRows& result, int measure) {
  std::vector<int64_t> levels;
  while (result.Next()) {
    for (int row = 0; row < result.rows(); ++row) levels.push_back(result.Int64(0, row));
  }
  std::sort(levels.begin(), levels.end());
  if (static_cast<int>(levels.size()) > plan_.measures[measure].levels) levels.clear();
  table_.measures[measure].levels = std::move(levels);
}

// A cell that several level sets reach is the same in each of them.
void TableFiller::AddPercentile(ResultRows& result, const std::vector<int>& grouped_axes, int set,
                                int percentile) {
  const int groups = static_cast<int>(grouped_axes.size());
  std::vector<PercentileCell>& cells = table_.percentiles[percentile].cells;
  ForEachCell(result, grouped_axes, set, set + 1, true, [&](int row, int, int cell) {
    PercentileCell found;
    int column = groups + 3;
    found.contributors = result.Int64(column++, row);
    if (found.contributors == 0) return;
    found.weight = result.Int128(groups, row);
    found.low = result.Int128(groups + 1, row);
    found.high = result.Int128(groups + 2, row);
    found.at_or_below = result.Int64(column++, row);
    found.at_or_above = result.Int64(column++, row);
    found.at_point = result.Int64(column++, row);
    result.AppendList(column++, row, &found.below);
    result.AppendList(column++, row, &found.above);
    std::sort(found.below.begin(), found.below.end(), std::greater<absl::int128>());
    std::sort(found.above.begin(), found.above.end());
    cells[cell] = std::move(found);
  });
}

void TableFiller::AddGini(ResultRows& result, const std::vector<int>& grouped_axes, int set,
                          int gini) {
  const int groups = static_cast<int>(grouped_axes.size());
  std::vector<GiniCell>& cells = table_.ginis[gini].cells;
  ForEachCell(result, grouped_axes, set, set + 1, true, [&](int row, int, int cell) {
    if (result.IsNull(groups, row)) return;  // the total of no rows
    cells[cell] = {.weight = result.Int128(groups, row),
                   .total = result.Int128(groups + 1, row),
                   .ranked = result.Int128(groups + 2, row)};
  });
}

// A class has left out whoever gave `unlisted` at most.
void TableFiller::Settle(Contributions* sums) const {
  std::vector<Share>& shares = sums->shares;
  const auto top = static_cast<size_t>(plan_.largest);
  const absl::int128 left_out = sums->unlisted;
  KeepLargest(top, sums);
  while (!shares.empty() && shares.back().amount <= left_out) shares.pop_back();
  const bool all = sums->contributors == static_cast<int64_t>(shares.size());
  const absl::int128 last = shares.size() == top ? shares.back().amount : left_out;
  sums->unlisted = all ? absl::int128{0} : std::max(sums->unlisted, last);
}

int64_t TableFiller::NumberOf(absl::int128 contributor) {
  return numbers_.insert({contributor, static_cast<int64_t>(numbers_.size())}).first->second;
}

// Rows come in any order, so numbers follow that of identifiers.
void TableFiller::Renumber() {
  std::vector<std::pair<absl::int128, int64_t>> sorted(numbers_.begin(), numbers_.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<int64_t> places(sorted.size());
  for (size_t i = 0; i < sorted.size(); ++i) places[sorted[i].second] = static_cast<int64_t>(i);
  for (MeasureColumn& measure : table_.measures) {
    for (Contributions& cell : measure.cells) {
      for (Share& share : cell.shares) share.contributor = places[share.contributor];
    }
  }
}

// Parts of a cell list more than the cell keeps, so numbers are those of the ones that are kept.
void TableFiller::CloseGaps() {
  std::set<int64_t> kept;
  for (const MeasureColumn& measure : table_.measures) {
    for (const Contributions& cell : measure.cells) {
      for (const Share& share : cell.shares) kept.insert(share.contributor);
    }
  }
  std::vector<int64_t> places(numbers_.size());
  int64_t next = 0;
  for (const int64_t number : kept) places[number] = next++;
  for (MeasureColumn& measure : table_.measures) {
    for (Contributions& cell : measure.cells) {
      for (Share& share : cell.shares) share.contributor = places[share.contributor];
    }
  }
}

AggregateTable TableFiller::Take() {
  Renumber();
  for (MeasureColumn& measure : table_.measures) {
    for (Contributions& cell : measure.cells) {
      if (shares_) Settle(&cell);
    }
  }
  CloseGaps();
  return std::move(table_);
}

}  // namespace kluis
