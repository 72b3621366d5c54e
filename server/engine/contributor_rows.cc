#include "server/engine/contributor_rows.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "disclosure/base/status_macros.h"
#include "server/duckdb/collect.h"
#include "server/engine/combinations.h"
#include "server/engine/result_rows.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMost = size_t{1} << 22;
constexpr size_t kBytesMost = size_t{512} << 20;
constexpr int64_t kRowsBetweenLooks = 1 << 16;
constexpr int kHalvings = 24;           // of the rows of a large cell
constexpr uint8_t kNoIdentifier = 255;  // a level of a row's contributor

// Whose a row is, and which of its values are missing.
struct Row {
  uint64_t unit = 0;  // the contributor's identifier at its level
  uint8_t level = 0;
  uint8_t missing = 0;  // a bit for each measure without a value
};
static_assert(kCollectLongsMost <= 8, "a bit for each measure");

class RowStore : public RowSink {
 public:
  RowStore(const Combinations& numbering, size_t groups, size_t measures, RowLimit* limit)
      : numbering_(numbering), groups_(groups), measures_(measures), limit_(limit) {}

  void Take(const RowChunk& chunk) override {
    if (!limit_->Add(chunk.rows)) return;
    numbering_.Number(chunk, &numbers_);
    for (int i = 0; i < chunk.rows; ++i) {
      if (numbers_[i] < 0) continue;
      Row row{.level = kNoIdentifier};
      if (chunk.identifier.Has(i)) {
        row.unit = chunk.identifier.values[i];
        row.level = static_cast<uint8_t>(chunk.ints[groups_].values[i]);
      }
      for (size_t m = 0; m < measures_; ++m) {
        const bool has = chunk.longs[m].Has(i);
        row.missing |= static_cast<uint8_t>(has ? 0 : 1 << m);
        values.push_back(has ? chunk.longs[m].values[i] : 0);
      }
      combinations.push_back(numbers_[i]);
      rows.push_back(row);
    }
  }

  void Merge(RowSink* other) override {
    const auto& more = static_cast<const RowStore&>(*other);
    combinations.insert(combinations.end(), more.combinations.begin(), more.combinations.end());
    rows.insert(rows.end(), more.rows.begin(), more.rows.end());
    values.insert(values.end(), more.values.begin(), more.values.end());
  }

  std::vector<int32_t> combinations;  // of each row in scope
  std::vector<Row> rows;
  std::vector<int64_t> values;  // of each row, one for each measure

 private:
  const Combinations& numbering_;
  const size_t groups_, measures_;
  RowLimit* const limit_;
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
  // The rows of each cell together.
  void Place(const LevelCells& cells, const std::vector<size_t>& begins) {
    placed_.resize(begins.back());
    std::vector<size_t> next(begins.begin(), begins.end() - 1);
    for (size_t r = 0; r < store_.rows.size(); ++r) {
      const int32_t cell = cells.of_combination[store_.combinations[r]];
      if (cell < 0) continue;
      const Row& row = store_.rows[r];
      placed_[next[cell]++] = {.unit = row.unit,
                               .value = measures_ > 0 ? store_.values[r * measures_] : 0,
                               .row = static_cast<uint32_t>(r),
                               .level = row.level,
                               .missing = row.missing};
    }
  }

  absl::Status FillSet(int set) {
    const LevelCells cells = combinations_.CellsAt(plan_, classes_, axes_, set);
    const std::vector<size_t> begins = cells.Begins(store_.combinations);
    Place(cells, begins);
    MadeRows statistics;
    std::vector<MadeRows> shares(measures_);
    for (size_t cell = 0; cell < cells.count; ++cell) {
      if (begins[cell] == begins[cell + 1]) continue;
      KLUIS_RETURN_IF_ERROR(AddUp(placed_.begin() + static_cast<int64_t>(begins[cell]),
                                  placed_.begin() + static_cast<int64_t>(begins[cell + 1])));
      AddCell(cells.CategoriesOf(cell), &statistics, &shares);
    }
    filler_->Add(statistics, axes_, set, set + 1, true, -1);
    for (size_t m = 0; m < measures_ && most_ > 0; ++m)
      filler_->AddShares(shares[m], axes_, set, set + 1, true, static_cast<int>(m));
    return absl::OkStatus();
  }

  using At = std::vector<Placed>::iterator;

  // Of one cell: rows_, contributors_ and sums_.
  absl::Status AddUp(At first, At last) {
    rows_ = last - first;
    contributors_ = 0;
    sums_.assign(measures_, CellMeasure());
    return AddPart(first, last, 0);
  }

  // Of rows that have all rows of their contributors. Many are halved by a mix of who they are, so
  // that a cancel is looked for between parts that are sorted in no time.
  absl::Status AddPart(At first, At last, int halved) {
    looked_ += last - first;
    if (looked_ >= kRowsBetweenLooks) {
      if (cancelled_ != nullptr && cancelled_->load()) return absl::CancelledError("cancelled");
      looked_ = 0;
    }
    if (last - first > kRowsBetweenLooks && halved < kHalvings) {
      const auto middle = std::partition(first, last, [halved](const Placed& row) {
        return ((row.unit + row.level) * 0x9e3779b97f4a7c15u >> (63 - halved) & 1) != 0;
      });
      KLUIS_RETURN_IF_ERROR(AddPart(first, middle, halved + 1));
      return AddPart(middle, last, halved + 1);
    }
    const auto is_one = [&first](const Placed& row) { return SameContributor(row, *first); };
    if (!std::all_of(first, last, is_one)) {
      std::sort(first, last, [](const Placed& a, const Placed& b) {
        return std::tie(a.unit, a.level) < std::tie(b.unit, b.level);
      });
    }
    return AddContributors(first, last);
  }

  absl::Status AddContributors(At first, At last) {
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
  bool AddContributor(At from, At to, size_t measure) {
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

  // In the columns of SqlWriter::PerClass() and Shares(). One more is listed than the plan wants;
  // the filler leaves out whoever gave no more than that one.
  void AddCell(const std::vector<int>& categories, MadeRows* statistics,
               std::vector<MadeRows>* shares) const {
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
      statistics->AddList(sizes);
      for (const auto& [size, contributor] : cell.largest)
        AddShare(categories, contributor, size, &(*shares)[m]);
    }
    statistics->EndRow();
  }

  static void AddShare(const std::vector<int>& categories, absl::int128 contributor, int64_t size,
                       MadeRows* shares) {
    for (const int category : categories) shares->AddNumber(category);
    shares->AddNumber(contributor);
    shares->AddNumber(size);
    shares->EndRow();
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
  int64_t looked_ = 0;                   // rows since a cancel was looked for
  int64_t rows_ = 0, contributors_ = 0;  // of the cell at hand
  std::vector<CellMeasure> sums_;
};

}  // namespace

absl::StatusOr<bool> FillFromContributorRows(const AggregationPlan& plan,
                                             const std::vector<AxisClasses>& classes,
                                             const SqlWriter& sql, DuckConnection& connection,
                                             const std::atomic<bool>* cancelled,
                                             TableFiller* filler) {
  const size_t measures = plan.measures.size();
  const auto query = sql.ContributorRows(0, measures);
  if (!query || plan.contributor.size() >= kNoIdentifier) return false;
  static std::mutex alone;
  const std::unique_lock<std::mutex> place(alone, std::try_to_lock);
  if (!place.owns_lock()) return false;
  const std::vector<int>& axes = sql.grouped_axes();
  const auto combinations = Combinations::Of(plan, classes, axes, kCombinationsMost);
  if (!combinations) return false;
  RowLimit limit(kBytesMost /
                 (sizeof(int32_t) + sizeof(Row) + sizeof(Placed) + measures * sizeof(int64_t)));
  KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, *query, [&] {
                           return std::make_unique<RowStore>(*combinations, axes.size(), measures,
                                                             &limit);
                         }));
  if (limit.passed()) return false;
  const auto& store = static_cast<const RowStore&>(*sink);
  KLUIS_RETURN_IF_ERROR(
      ContributorRows(plan, classes, axes, *combinations, store, cancelled, filler).Fill());
  return true;
}

}  // namespace kluis
