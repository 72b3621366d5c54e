#include "server/engine/memory_order.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/table/percentiles.h"

namespace kluis {
namespace {

constexpr size_t kCombinationsMax = 1 << 20;
constexpr size_t kRowsMax = 40'000'000;  // 320 MB

using Values = std::vector<int64_t>;

// The values of rows by the combination of their classes.
struct Combinations {
  std::vector<size_t> steps;  // per grouped axis: a combination is the sum of step x class
  std::vector<Values> values;
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
    if (!NumberCombinations()) return false;
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    KLUIS_ASSIGN_OR_RETURN(const bool read, Read(connection));
    if (!read) return false;
    for (size_t set = 0; set < plan_.level_sets.size(); ++set) {
      KLUIS_RETURN_IF_ERROR(OfSet(static_cast<int>(set)));
    }
    return true;
  }

 private:
  absl::Status CheckCancelled() const {
    const bool stop = cancelled_ != nullptr && cancelled_->load();
    return stop ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  bool NumberCombinations() {
    size_t size = 1;
    for (const int axis : axes_) {
      rows_.steps.push_back(size);
      const size_t classes = ClassesOn(axis);
      if (classes == 0 || size > kCombinationsMax / classes) return false;
      size *= classes;
      sizes_.push_back(classes);
    }
    rows_.values.resize(size);
    return true;
  }

  size_t ClassesOn(int axis) const {
    size_t most = 0;
    for (const std::vector<int>& categories : classes_[axis].category_of)
      most = std::max(most, categories.size());
    return most;
  }

  absl::StatusOr<bool> Read(DuckConnection& connection) {
    std::string columns;
    for (const int axis : axes_) absl::StrAppend(&columns, "c", axis, ", ");
    KLUIS_ASSIGN_OR_RETURN(
        const auto result,
        connection.Query(absl::StrCat("SELECT ", columns, "x FROM (", sql_.Values(measure_),
                                      ") LIMIT ", kRowsMax + 1)));
    const int groups = static_cast<int>(axes_.size());
    size_t rows = 0;
    while (result->Next()) {
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      rows += static_cast<size_t>(result->rows());
      if (rows > kRowsMax) return false;
      for (int row = 0; row < result->rows(); ++row) {
        const size_t combination = CombinationOf(*result, row);
        if (combination < rows_.values.size())
          rows_.values[combination].push_back(result->Int64(groups, row));
      }
    }
    return true;
  }

  // Past the last when a class is none of the plan's.
  size_t CombinationOf(const DuckResult& result, int row) const {
    size_t combination = 0;
    for (size_t g = 0; g < axes_.size(); ++g) {
      const int place = result.Int32(static_cast<int>(g), row) - classes_[axes_[g]].class_low;
      if (place < 0 || static_cast<size_t>(place) >= sizes_[g]) return rows_.values.size();
      combination += rows_.steps[g] * static_cast<size_t>(place);
    }
    return combination;
  }

  // The categories of a combination at a level set, one per grouped axis; empty: it is not there.
  std::vector<int> CategoriesAt(int set, size_t combination) const {
    std::vector<int> categories;
    for (size_t g = axes_.size(); g-- > 0;) {
      const AxisClasses& axis = classes_[axes_[g]];
      const int place = static_cast<int>(combination / rows_.steps[g]);
      combination %= rows_.steps[g];
      const int category = axis.Category(plan_.level_sets[set][axes_[g]], place + axis.class_low);
      if (category < 0) return {};
      categories.push_back(category);
    }
    std::reverse(categories.begin(), categories.end());
    return categories;
  }

  absl::Status OfSet(int set) {
    std::map<std::vector<int>, std::vector<size_t>> cells;
    for (size_t c = 0; c < rows_.values.size(); ++c) {
      if (rows_.values[c].empty()) continue;
      std::vector<int> categories = CategoriesAt(set, c);
      if (categories.size() == axes_.size()) cells[std::move(categories)].push_back(c);
    }
    std::vector<MadeRows> found(asked_.size());
    for (const auto& [categories, combinations] : cells) {
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      if (combinations.size() == 1) {
        OfCell(categories, &rows_.values[combinations[0]], &found);
        continue;
      }
      Values together;
      for (const size_t c : combinations)
        together.insert(together.end(), rows_.values[c].begin(), rows_.values[c].end());
      OfCell(categories, &together, &found);
    }
    for (size_t p = 0; p < asked_.size(); ++p)
      filler_->AddPercentile(found[p], axes_, set, asked_[p]);
    return absl::OkStatus();
  }

  // Puts the values into another order.
  void OfCell(const std::vector<int>& categories, Values* values,
              std::vector<MadeRows>* found) const {
    size_t sorted = 0;  // no value before it is larger than one after it
    for (size_t p = 0; p < asked_.size(); ++p) {
      const PercentilePosition position =
          PositionOf(static_cast<int64_t>(values->size()), 1, plan_.percentiles[asked_[p]].percent);
      const auto low = static_cast<size_t>(position.low) - 1;
      std::nth_element(values->begin() + static_cast<int64_t>(std::min(sorted, low)),
                       values->begin() + static_cast<int64_t>(low), values->end());
      sorted = low;
      const absl::int128 at_low = (*values)[low];
      const absl::int128 at_high =
          position.high == position.low
              ? at_low
              : absl::int128{*std::min_element(values->begin() + static_cast<int64_t>(low) + 1,
                                               values->end())};
      const absl::int128 point =
          at_low * (position.denominator - position.fraction) + at_high * position.fraction;
      (*found)[p].Add(RowOf(categories, *values, at_low, at_high, point, position.denominator));
    }
  }

  std::vector<MadeRows::Cell> RowOf(const std::vector<int>& categories, const Values& values,
                                    absl::int128 low, absl::int128 high, absl::int128 point,
                                    absl::int128 denominator) const {
    // The largest value that is at the point or below it.
    absl::int128 floor = point / denominator;
    if (floor * denominator > point) --floor;
    const auto last = static_cast<int64_t>(floor);  // it lies between two values
    const bool exact = floor * denominator == point;
    int64_t below = 0, at = 0;
    for (const int64_t value : values) {
      below += value <= last;
      at += value == last;
    }
    if (!exact) at = 0;
    const auto all = static_cast<int64_t>(values.size());
    std::vector<MadeRows::Cell> row;
    for (const int category : categories) row.push_back({category});
    for (const absl::int128 number :
         {absl::int128{all}, low, high, absl::int128{all}, absl::int128{below},
          absl::int128{all - below + at}, absl::int128{at}}) {
      row.push_back({number});
    }
    row.push_back(Nearest(
        values, [last](int64_t value) { return value <= last; }, std::greater<>()));
    row.push_back(Nearest(
        values, [last](int64_t value) { return value > last; }, std::less<>()));
    return row;
  }

  // The first plan_.nearest, in the order `before`, of the values that `side` holds for.
  template <typename Side, typename Before>
  MadeRows::Cell Nearest(const Values& values, Side side, Before before) const {
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
    return {kept.begin(), kept.end()};
  }

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  const std::vector<int> axes_;
  const SqlWriter& sql_;
  const int measure_;
  const std::atomic<bool>* cancelled_;
  TableFiller* filler_;
  std::vector<int> asked_;     // percentiles of the measure, from small to large
  std::vector<size_t> sizes_;  // classes per grouped axis
  Combinations rows_;
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
