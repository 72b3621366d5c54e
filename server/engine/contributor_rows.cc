#include "server/engine/contributor_rows.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "disclosure/base/status_macros.h"
#include "server/duckdb/collect.h"
#include "server/engine/cell_rows.h"
#include "server/engine/combinations.h"
#include "server/engine/dense_cells.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMost = size_t{1} << 22;
constexpr size_t kBytesMost = size_t{512} << 20;
constexpr int kRowsBetweenLooks = 1 << 16;
constexpr uint8_t kNoIdentifier = 255;  // a level of a row's contributor

// One row in scope. Its values stand apart, one for each measure.
struct Row {
  uint64_t unit = 0;  // the contributor's identifier at its level
  uint32_t combination = 0;
  uint8_t level = 0;
  uint8_t missing = 0;  // a bit for each measure without a value
};
static_assert(kCollectLongsMost <= 8, "a bit for each measure");

// What the sinks of one query share.
struct Room {
  size_t rows_most = 0;
  std::atomic<size_t> rows = 0;
};

class RowStore : public RowSink {
 public:
  RowStore(const Combinations& combinations, size_t groups, size_t measures, Room* room)
      : combinations_(combinations), groups_(groups), measures_(measures), room_(room) {}

  void Take(const RowChunk& chunk) override {
    room_->rows += static_cast<size_t>(chunk.rows);
    if (room_->rows > room_->rows_most) return;  // none of it is used
    combinations_.Number(chunk, &numbers_);
    const ChunkColumn<int32_t>& levels = chunk.ints[groups_];
    const ChunkColumn<uint64_t>& units = chunk.identifier;
    for (int i = 0; i < chunk.rows; ++i) {
      if (numbers_[i] < 0) continue;
      Row row{.combination = static_cast<uint32_t>(numbers_[i]), .level = kNoIdentifier};
      if (units.Has(i)) {
        row.unit = units.values[i];
        row.level = static_cast<uint8_t>(levels.values[i]);
      }
      for (size_t m = 0; m < measures_; ++m) {
        const bool has = chunk.longs[m].Has(i);
        row.missing |= static_cast<uint8_t>(has ? 0 : 1 << m);
        values.push_back(has ? chunk.longs[m].values[i] : 0);
      }
      rows.push_back(row);
    }
  }

  void Merge(RowSink* other) override {
    auto& more = static_cast<RowStore&>(*other);
    if (rows.size() < more.rows.size()) {
      rows.swap(more.rows);
      values.swap(more.values);
    }
    rows.insert(rows.end(), more.rows.begin(), more.rows.end());
    values.insert(values.end(), more.values.begin(), more.values.end());
  }

  std::vector<Row> rows;
  std::vector<int64_t> values;  // of each row, one for each measure

 private:
  const Combinations& combinations_;
  const size_t groups_, measures_;
  Room* const room_;
  std::vector<int32_t> numbers_;  // of the chunk at hand
};

// A row in its cell, with the value of the first measure beside it.
struct Placed {
  uint64_t unit = 0;
  int64_t value = 0;
  uint32_t row = 0;
  uint8_t level = 0, missing = 0;
};

bool SameContributor(const Placed& a, const Placed& b) {
  return a.unit == b.unit && a.level == b.level;
}

// The number that Shares() of SqlWriter gives a contributor.
absl::int128 NumberOf(const Placed& row, bool several_levels) {
  if (row.level != kNoIdentifier) return absl::int128{row.unit} + (absl::int128{row.level} << 65);
  return several_levels ? absl::int128{-1} - (absl::int128{1} << 65) : absl::int128{-1};
}

// One measure of one cell.
struct CellMeasure {
  int64_t rows = 0, contributors = 0;
  absl::int128 total = 0, absolute_total = 0;
  std::vector<std::pair<int64_t, absl::int128>> largest;  // size and contributor, descending

  void Keep(int64_t size, absl::int128 contributor, size_t most) {
    if (most == 0 || (largest.size() == most && size <= largest.back().first)) return;
    if (largest.size() == most) largest.pop_back();
    size_t place = largest.size();
    largest.emplace_back(size, contributor);
    for (; place > 0 && largest[place - 1].first < size; --place)
      std::swap(largest[place], largest[place - 1]);
  }
};

class ContributorRows {
 public:
  ContributorRows(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                  const std::vector<int>& axes, const Combinations& combinations,
                  const RowStore& store, const std::atomic<bool>* cancelled, TableFiller* filler)
      : plan_(plan),
        classes_(classes),
        axes_(axes),
        combinations_(combinations),
        store_(store),
        cancelled_(cancelled),
        filler_(filler),
        most_(plan.largest > 0 ? static_cast<size_t>(plan.largest) + 1 : 0),
        measures_(plan.measures.size()) {}

  absl::Status Fill() {
    for (size_t set = 0; set < plan_.level_sets.size(); ++set)
      KLUIS_RETURN_IF_ERROR(FillSet(static_cast<int>(set)));
    return absl::OkStatus();
  }

 private:
  // The categories of a level set as one number in mixed radix; -1: not at these levels.
  std::vector<int32_t> CellsOfCombinations(int set, std::vector<size_t>* sizes) const {
    std::vector<int32_t> cells(combinations_.size(), 0);
    sizes->clear();
    size_t step = 1;
    for (size_t g = 0; g < axes_.size(); ++g) {
      const int level = plan_.level_sets[set][axes_[g]];
      const std::vector<int>& categories = classes_[axes_[g]].category_of[level];
      const int last =
          categories.empty() ? 0 : *std::max_element(categories.begin(), categories.end());
      sizes->push_back(static_cast<size_t>(std::max(last, 0)) + 1);
      for (size_t c = 0; c < cells.size(); ++c) {
        const int category = classes_[axes_[g]].Category(level, combinations_.ClassOf(c, g));
        cells[c] =
            category < 0 || cells[c] < 0 ? -1 : cells[c] + static_cast<int32_t>(step) * category;
      }
      step *= sizes->back();
    }
    return cells;
  }

  // The rows of each cell together; where they begin, and one place after the last.
  std::vector<size_t> Place(const std::vector<int32_t>& cells, size_t count) {
    std::vector<size_t> begins(count + 1, 0);
    for (const Row& row : store_.rows) {
      if (const int32_t cell = cells[row.combination]; cell >= 0) ++begins[cell + 1];
    }
    for (size_t c = 0; c < count; ++c) begins[c + 1] += begins[c];
    placed_.resize(begins.back());
    std::vector<size_t> next(begins.begin(), begins.end() - 1);
    for (size_t r = 0; r < store_.rows.size(); ++r) {
      const Row& row = store_.rows[r];
      const int32_t cell = cells[row.combination];
      if (cell < 0) continue;
      placed_[next[cell]++] = {.unit = row.unit,
                               .value = measures_ > 0 ? store_.values[r * measures_] : 0,
                               .row = static_cast<uint32_t>(r),
                               .level = row.level,
                               .missing = row.missing};
    }
    return begins;
  }

  absl::Status FillSet(int set) {
    std::vector<size_t> sizes;
    const std::vector<int32_t> cells = CellsOfCombinations(set, &sizes);
    size_t count = 1;
    for (const size_t size : sizes) count *= size;
    const std::vector<size_t> begins = Place(cells, count);
    const size_t lists = most_ > 0 ? 1 : 0;
    CellRows statistics(axes_.size() + 2 + measures_ * (4 + lists));
    std::vector<CellRows> shares(measures_, CellRows(axes_.size() + 2));
    size_t looked = 0;
    for (size_t cell = 0; cell < count; ++cell) {
      if (begins[cell] == begins[cell + 1]) continue;
      if (begins[cell] >= looked) {
        if (cancelled_ != nullptr && cancelled_->load()) return absl::CancelledError("cancelled");
        looked = begins[cell] + kRowsBetweenLooks;
      }
      KLUIS_RETURN_IF_ERROR(AddUp(begins[cell], begins[cell + 1]));
      AddCell(CategoriesOf(cell, sizes), &statistics, &shares);
    }
    filler_->Add(statistics, axes_, set, set + 1, true, -1);
    for (size_t m = 0; m < measures_ && most_ > 0; ++m)
      filler_->AddShares(shares[m], axes_, set, set + 1, true, static_cast<int>(m));
    return absl::OkStatus();
  }

  static std::vector<int> CategoriesOf(size_t cell, const std::vector<size_t>& sizes) {
    std::vector<int> categories;
    for (const size_t size : sizes) {
      categories.push_back(static_cast<int>(cell % size));
      cell /= size;
    }
    return categories;
  }

  // Of the placed rows [begin, end): rows_, contributors_ and sums_.
  absl::Status AddUp(size_t begin, size_t end) {
    const auto first = placed_.begin() + static_cast<int64_t>(begin);
    const auto last = placed_.begin() + static_cast<int64_t>(end);
    std::sort(first, last, [](const Placed& a, const Placed& b) {
      return std::tie(a.unit, a.level) < std::tie(b.unit, b.level);
    });
    rows_ = static_cast<int64_t>(end - begin);
    contributors_ = 0;
    sums_.assign(measures_, CellMeasure());
    for (auto from = first; from != last;) {
      const auto to = std::find_if(
          from, last, [&from](const Placed& row) { return !SameContributor(row, *from); });
      ++contributors_;
      for (size_t m = 0; m < measures_; ++m) {
        if (!AddContributor(from, to, m))
          return absl::OutOfRangeError("a sum has more than 64 bits");
      }
      from = to;
    }
    return absl::OkStatus();
  }

  // False when its sum has more than 64 bits.
  bool AddContributor(std::vector<Placed>::const_iterator from,
                      std::vector<Placed>::const_iterator to, size_t measure) {
    CellMeasure& cell = sums_[measure];
    int64_t sum = 0;
    bool overflow = false;
    for (auto row = from; row != to; ++row) {
      if ((row->missing >> measure & 1) != 0) continue;
      ++cell.rows;
      const int64_t value =
          measure == 0 ? row->value : store_.values[row->row * measures_ + measure];
      overflow |= __builtin_add_overflow(sum, value, &sum);
    }
    if (sum == 0) return !overflow;  // it gives nothing, and is no contributor
    int64_t size = sum;
    if (plan_.measures[measure].any_sign && sum < 0)
      overflow |= __builtin_sub_overflow(int64_t{0}, sum, &size);
    ++cell.contributors;
    cell.total += sum;
    cell.absolute_total += size;
    cell.Keep(size, NumberOf(*from, plan_.contributor.size() > 1), most_);
    return !overflow;
  }

  // In the columns of SqlWriter::PerClass(), and of those larger than the last in its list,
  // SqlWriter::Shares().
  void AddCell(const std::vector<int>& categories, CellRows* statistics,
               std::vector<CellRows>* shares) const {
    for (const int category : categories) statistics->AddNumber(category);
    statistics->AddNumber(rows_);
    statistics->AddNumber(contributors_);
    for (size_t m = 0; m < measures_; ++m) {
      const CellMeasure& cell = sums_[m];
      statistics->AddNumber(cell.rows);
      statistics->AddNumber(cell.contributors);
      statistics->AddNumber(cell.total);
      statistics->AddNumber(cell.absolute_total);
      if (most_ == 0) continue;
      std::vector<int64_t> sizes;
      for (const auto& [size, contributor] : cell.largest) sizes.push_back(size);
      statistics->AddList(sizes.data(), sizes.size());
      const int64_t cut = sizes.size() == most_ ? sizes.back() : 0;
      for (const auto& [size, contributor] : cell.largest) {
        if (size <= cut) continue;
        for (const int category : categories) (*shares)[m].AddNumber(category);
        (*shares)[m].AddNumber(contributor);
        (*shares)[m].AddNumber(size);
      }
    }
  }

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  const std::vector<int>& axes_;
  const Combinations& combinations_;
  const RowStore& store_;
  const std::atomic<bool>* cancelled_;
  TableFiller* filler_;
  const size_t most_;  // contributors kept of a cell: one more than the plan wants
  const size_t measures_;
  std::vector<Placed> placed_;           // of the level set at hand
  int64_t rows_ = 0, contributors_ = 0;  // of the cell at hand
  std::vector<CellMeasure> sums_;
};

}  // namespace

absl::StatusOr<bool> FillFromContributorRows(const AggregationPlan& plan,
                                             const std::vector<AxisClasses>& classes,
                                             const SqlWriter& sql, DuckConnection& connection,
                                             const std::atomic<bool>* cancelled,
                                             TableFiller* filler) {
  if (!HasPlainRows(plan, sql) || plan.contributor.size() >= kNoIdentifier) return false;
  static std::mutex alone;
  const std::unique_lock<std::mutex> place(alone, std::try_to_lock);
  if (!place.owns_lock()) return false;
  const std::vector<int>& axes = sql.grouped_axes();
  const auto combinations = Combinations::Of(plan, classes, axes, kCombinationsMost);
  if (!combinations) return false;
  const size_t measures = plan.measures.size();
  Room room;
  room.rows_most = kBytesMost / (sizeof(Row) + sizeof(Placed) + measures * sizeof(int64_t));
  KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, sql.ContributorRows(), [&] {
                           return std::make_unique<RowStore>(*combinations, axes.size(), measures,
                                                             &room);
                         }));
  if (room.rows > room.rows_most) return false;
  const auto& store = static_cast<const RowStore&>(*sink);
  KLUIS_RETURN_IF_ERROR(
      ContributorRows(plan, classes, axes, *combinations, store, cancelled, filler).Fill());
  return true;
}

}  // namespace kluis
