#include "server/engine/memory_order.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/types/span.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/table/percentiles.h"
#include "server/duckdb/collect.h"
#include "server/engine/combinations.h"
#include "server/engine/result_rows.h"
#include "server/engine/share_work.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMost = size_t{1} << 20;
constexpr size_t kBytesMost = size_t{512} << 20;

using Values = absl::Span<int64_t>;

// The values of rows beside the combination of their classes, as one thread met them.
struct RowValues {
  std::vector<int32_t> combinations;
  std::vector<int64_t> values;  // parallel
};

class ValueStore : public RowSink {
 public:
  ValueStore(const Combinations& numbering, RowLimit* limit)
      : parts(1), numbering_(numbering), limit_(limit) {}

  void Take(const RowChunk& chunk) override {
    if (!limit_->Add(chunk.rows)) return;
    numbering_.Number(chunk, &numbers_);
    RowValues& part = parts.front();
    const ChunkColumn<int64_t>& column = chunk.longs[0];
    for (int i = 0; i < chunk.rows; ++i) {
      if (numbers_[i] < 0 || !column.Has(i)) continue;
      part.combinations.push_back(numbers_[i]);
      part.values.push_back(column.values[i]);
    }
  }
  void Merge(RowSink* other) override {
    for (RowValues& part : static_cast<ValueStore&>(*other).parts) parts.push_back(std::move(part));
  }

  std::vector<RowValues> parts;

 private:
  const Combinations& numbering_;
  RowLimit* const limit_;
  std::vector<int32_t> numbers_;  // of the chunk at hand
};

// The values at one level set, those of a cell together.
struct PlacedValues {
  PlacedValues(int of_set, LevelCells cells_of_set, const std::vector<RowValues>& parts)
      : set(of_set), cells(std::move(cells_of_set)), begins(cells.count + 1, 0) {
    for (const RowValues& part : parts) {
      for (const int32_t combination : part.combinations) {
        if (const int32_t cell = cells.of_combination[combination]; cell >= 0) ++begins[cell + 1];
      }
    }
    for (size_t c = 0; c < cells.count; ++c) begins[c + 1] += begins[c];
    values.resize(begins.back());
    std::vector<size_t> next(begins.begin(), begins.end() - 1);
    for (const RowValues& part : parts) {
      for (size_t r = 0; r < part.values.size(); ++r) {
        if (const int32_t cell = cells.of_combination[part.combinations[r]]; cell >= 0)
          values[next[cell]++] = part.values[r];
      }
    }
  }

  Values Of(size_t cell) {
    return Values(values).subspan(begins[cell], begins[cell + 1] - begins[cell]);
  }

  int set;
  LevelCells cells;
  std::vector<size_t> begins;  // of each cell, and one place after the last
  std::vector<int64_t> values;
};

class MemoryOrder {
 public:
  MemoryOrder(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
              const SqlWriter& sql, int measure, int threads, const std::atomic<bool>* cancelled,
              TableFiller* filler)
      : plan_(plan),
        classes_(classes),
        axes_(sql.grouped_axes()),
        sql_(sql),
        measure_(measure),
        threads_(std::max(threads, 1)),
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
    // A value stands beside its combination, and in its cell of at least one level set.
    RowLimit limit(kBytesMost / (sizeof(int32_t) + 2 * sizeof(int64_t)));
    KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, *query, [&] {
                             return std::make_unique<ValueStore>(*combinations, &limit);
                           }));
    if (limit.passed()) return false;
    const std::vector<RowValues>& parts = static_cast<const ValueStore&>(*sink).parts;
    size_t values = 0;
    for (const RowValues& part : parts) values += part.values.size();
    const size_t left = kBytesMost - values * (sizeof(int32_t) + sizeof(int64_t));
    const size_t together = std::max<size_t>(left / (values * sizeof(int64_t) + 1), 1);
    const size_t sets = plan_.level_sets.size();
    for (size_t first = 0; first < sets; first += together)
      KLUIS_RETURN_IF_ERROR(OfSets(first, std::min(first + together, sets), *combinations, parts));
    return true;
  }

 private:
  absl::Status CheckCancelled() const {
    const bool stop = cancelled_ != nullptr && cancelled_->load();
    return stop ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  // Of the level sets [first, last): the values are placed set by set, then the cells of all are
  // shared by the threads, the largest first.
  absl::Status OfSets(size_t first, size_t last, const Combinations& combinations,
                      const std::vector<RowValues>& parts) {
    std::vector<std::unique_ptr<PlacedValues>> placed(last - first);
    KLUIS_RETURN_IF_ERROR(ShareWork(threads_, placed.size(), [&](int, size_t s) {
      const auto set = static_cast<int>(first + s);
      placed[s] = std::make_unique<PlacedValues>(
          set, combinations.CellsAt(plan_, classes_, axes_, set), parts);
      return CheckCancelled();
    }));
    std::vector<std::pair<size_t, size_t>> cells;  // number in `placed`, cell
    for (size_t s = 0; s < placed.size(); ++s) {
      for (size_t cell = 0; cell < placed[s]->cells.count; ++cell) {
        if (!placed[s]->Of(cell).empty()) cells.emplace_back(s, cell);
      }
    }
    const auto size = [&](const std::pair<size_t, size_t>& at) {
      return placed[at.first]->Of(at.second).size();
    };
    std::stable_sort(cells.begin(), cells.end(),
                     [&](const auto& a, const auto& b) { return size(a) > size(b); });
    // Of each thread: rows by level set and percentile asked.
    std::vector<std::vector<MadeRows>> found(threads_,
                                             std::vector<MadeRows>(placed.size() * asked_.size()));
    KLUIS_RETURN_IF_ERROR(ShareWork(threads_, cells.size(), [&](int worker, size_t c) {
      const auto [s, cell] = cells[c];
      return OfCell(placed[s]->cells.CategoriesOf(cell), placed[s]->Of(cell),
                    &found[worker][s * asked_.size()]);
    }));
    for (std::vector<MadeRows>& of_worker : found) {
      for (size_t i = 0; i < of_worker.size(); ++i) {
        const int set = placed[i / asked_.size()]->set;
        filler_->AddPercentile(of_worker[i], axes_, set, asked_[i % asked_.size()]);
      }
    }
    return absl::OkStatus();
  }

  // Adds a row to each of `found`, parallel to asked_. Puts the values into another order.
  absl::Status OfCell(const std::vector<int>& categories, Values values, MadeRows* found) const {
    size_t sorted = 0;  // no value before it is larger than one after it
    for (size_t p = 0; p < asked_.size(); ++p) {
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
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
      AddRow(categories, values, {at_low, at_high, point, position.denominator}, &found[p]);
    }
    return absl::OkStatus();
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
  const int threads_;
  const std::atomic<bool>* cancelled_;
  TableFiller* filler_;
  std::vector<int> asked_;  // percentiles of the measure, from small to large
};

}  // namespace

bool HasPlainPercentiles(const AggregationPlan& plan) {
  return plan.contributor_unique && plan.weight.empty() && plan.ginis.empty() &&
         !plan.percentiles.empty();
}

absl::StatusOr<bool> FillPercentiles(const AggregationPlan& plan,
                                     const std::vector<AxisClasses>& classes, const SqlWriter& sql,
                                     int measure, DuckConnection& connection, int threads,
                                     const std::atomic<bool>* cancelled, TableFiller* filler) {
  static std::mutex alone;
  const std::unique_lock<std::mutex> place(alone, std::try_to_lock);
  if (!place.owns_lock()) return false;
  return MemoryOrder(plan, classes, sql, measure, threads, cancelled, filler).Run(connection);
}

}  // namespace kluis
