#include "server/engine/memory_order.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <mutex>
#include <utility>

#include "absl/types/span.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/table/percentiles.h"
#include "server/duckdb/collect.h"
#include "server/engine/combinations.h"
#include "server/engine/result_rows.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMost = size_t{1} << 20;
constexpr size_t kBytesMost = size_t{512} << 20;

using Values = absl::Span<int64_t>;

// The values of rows beside the combination of their classes.
class ValueStore : public RowSink {
 public:
  ValueStore(const Combinations& numbering, RowLimit* limit)
      : numbering_(numbering), limit_(limit) {}

  void Take(const RowChunk& chunk) override {
    if (!limit_->Add(chunk.rows)) return;
    numbering_.Number(chunk, &numbers_);
    const ChunkColumn<int64_t>& column = chunk.longs[0];
    for (int i = 0; i < chunk.rows; ++i) {
      if (numbers_[i] < 0 || !column.Has(i)) continue;
      combinations.push_back(numbers_[i]);
      values.push_back(column.values[i]);
    }
  }
  void Merge(RowSink* other) override {
    const auto& more = static_cast<const ValueStore&>(*other);
    combinations.insert(combinations.end(), more.combinations.begin(), more.combinations.end());
    values.insert(values.end(), more.values.begin(), more.values.end());
  }

  std::vector<int32_t> combinations;
  std::vector<int64_t> values;  // parallel

 private:
  const Combinations& numbering_;
  RowLimit* const limit_;
  std::vector<int32_t> numbers_;  // of the chunk at hand
};

class MemoryOrder {
 public:
  MemoryOrder(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
              const SqlWriter& sql, int measure, const std::atomic<bool>* cancelled,
              TableFiller* filler)
      : plan_(plan),
        classes_(classes),
        axes_(sql.grouped_axes()),
        sql_(sql),
        measure_(measure),
        cancelled_(cancelled),
        filler_(filler) {
    for (size_t p = 0; p < plan.percentiles.size(); ++p) {
      if (plan.percentiles[p].measure == measure) asked_.push_back(static_cast<int>(p));
    }
    // From small to large, so that what one has found narrows the search of the next.
    std::sort(asked_.begin(), asked_.end(), [&](int a, int b) {
      return plan.percentiles[a].percent < plan.percentiles[b].percent;
    });
  }

  absl::StatusOr<bool> Run(DuckConnection& connection) {
    const auto measure = static_cast<size_t>(measure_);
    const auto query = sql_.StoredRows(measure, measure + 1);
    const auto combinations = Combinations::Of(plan_, classes_, axes_, kCombinationsMost);
    if (!query || !combinations) return false;
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    // A value stands beside its combination, and once more in its cell.
    RowLimit limit(kBytesMost / (sizeof(int32_t) + 2 * sizeof(int64_t)));
    KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, *query, [&] {
                             return std::make_unique<ValueStore>(*combinations, &limit);
                           }));
    if (limit.passed()) return false;
    const auto& store = static_cast<const ValueStore&>(*sink);
    for (size_t set = 0; set < plan_.level_sets.size(); ++set)
      KLUIS_RETURN_IF_ERROR(OfSet(static_cast<int>(set), *combinations, store));
    return true;
  }

 private:
  absl::Status CheckCancelled() const {
    const bool stop = cancelled_ != nullptr && cancelled_->load();
    return stop ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  absl::Status OfSet(int set, const Combinations& combinations, const ValueStore& store) {
    const LevelCells cells = combinations.CellsAt(plan_, classes_, axes_, set);
    const std::vector<size_t> begins = cells.Begins(store.combinations);
    std::vector<size_t> next(begins.begin(), begins.end() - 1);
    placed_.resize(begins.back());
    for (size_t r = 0; r < store.values.size(); ++r) {
      if (const int32_t cell = cells.of_combination[store.combinations[r]]; cell >= 0)
        placed_[next[cell]++] = store.values[r];
    }
    std::vector<MadeRows> found(asked_.size());
    for (size_t cell = 0; cell < cells.count; ++cell) {
      if (begins[cell] == begins[cell + 1]) continue;
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      OfCell(cells.CategoriesOf(cell),
             Values(placed_).subspan(begins[cell], begins[cell + 1] - begins[cell]), &found);
    }
    for (size_t p = 0; p < asked_.size(); ++p)
      filler_->AddPercentile(found[p], axes_, set, asked_[p]);
    return absl::OkStatus();
  }

  // Puts the values into another order.
  void OfCell(const std::vector<int>& categories, Values values,
              std::vector<MadeRows>* found) const {
    size_t sorted = 0;  // no value before it is larger than one after it
    for (size_t p = 0; p < asked_.size(); ++p) {
      const PercentilePosition position =
          PositionOf(static_cast<int64_t>(values.size()), 1, plan_.percentiles[asked_[p]].percent);
      const auto low = static_cast<size_t>(position.low) - 1;
      std::nth_element(values.begin() + static_cast<int64_t>(std::min(sorted, low)),
                       values.begin() + static_cast<int64_t>(low), values.end());
      sorted = low;
      const absl::int128 at_low = values[low];
      const absl::int128 at_high =
          position.high == position.low
              ? at_low
              : absl::int128{*std::min_element(values.begin() + static_cast<int64_t>(low) + 1,
                                               values.end())};
      const absl::int128 point =
          at_low * (position.denominator - position.fraction) + at_high * position.fraction;
      AddRow(categories, values, {at_low, at_high, point, position.denominator}, &(*found)[p]);
    }
  }

  // The values that a percentile lies between, and the point as a multiple of 1 / denominator.
  struct Found {
    absl::int128 low, high, point, denominator;
  };

  void AddRow(const std::vector<int>& categories, Values values, const Found& found,
              MadeRows* rows) const {
    // The largest value that is at the point or below it.
    absl::int128 floor = found.point / found.denominator;
    if (floor * found.denominator > found.point) --floor;
    const auto last = static_cast<int64_t>(floor);  // it lies between two values
    const bool exact = floor * found.denominator == found.point;
    int64_t below = 0, at = 0;
    for (const int64_t value : values) {
      below += value <= last;
      at += value == last;
    }
    if (!exact) at = 0;
    const auto all = static_cast<int64_t>(values.size());
    for (const int category : categories) rows->AddNumber(category);
    for (const absl::int128 number :
         {absl::int128{all}, found.low, found.high, absl::int128{all}, absl::int128{below},
          absl::int128{all - below + at}, absl::int128{at}}) {
      rows->AddNumber(number);
    }
    rows->AddList(Nearest(
        values, [last](int64_t value) { return value <= last; }, std::greater<>()));
    rows->AddList(Nearest(
        values, [last](int64_t value) { return value > last; }, std::less<>()));
    rows->EndRow();
  }

  // The first plan_.nearest, in the order `before`, of the values that `side` holds for.
  template <typename Side, typename Before>
  std::vector<int64_t> Nearest(Values values, Side side, Before before) const {
    const auto most = static_cast<size_t>(std::max(plan_.nearest, 0));
    std::vector<int64_t> kept;  // a heap, the last in the order on top
    for (const int64_t value : values) {
      if (most == 0 || !side(value)) continue;
      if (kept.size() == most) {
        if (!before(value, kept.front())) continue;
        std::pop_heap(kept.begin(), kept.end(), before);
        kept.pop_back();
      }
      kept.push_back(value);
      std::push_heap(kept.begin(), kept.end(), before);
    }
    std::sort(kept.begin(), kept.end(), before);
    return kept;
  }

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  const std::vector<int> axes_;
  const SqlWriter& sql_;
  const int measure_;
  const std::atomic<bool>* cancelled_;
  TableFiller* filler_;
  std::vector<int> asked_;       // percentiles of the measure, from small to large
  std::vector<int64_t> placed_;  // of the level set at hand, by cell
};

}  // namespace

bool HasPlainPercentiles(const AggregationPlan& plan) {
  return plan.contributor_unique && plan.weight.empty() && plan.ginis.empty() &&
         !plan.percentiles.empty();
}

absl::StatusOr<bool> FillPercentiles(const AggregationPlan& plan,
                                     const std::vector<AxisClasses>& classes, const SqlWriter& sql,
                                     int measure, DuckConnection& connection,
                                     const std::atomic<bool>* cancelled, TableFiller* filler) {
  static std::mutex alone;
  const std::unique_lock<std::mutex> place(alone, std::try_to_lock);
  if (!place.owns_lock()) return false;
  return MemoryOrder(plan, classes, sql, measure, cancelled, filler).Run(connection);
}

}  // namespace kluis
