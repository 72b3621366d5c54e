// Rows numbered by the combination of their classes, for statistics that are worked out in this
// process. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_COMBINATIONS_H_
#define KLUIS_SERVER_ENGINE_COMBINATIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "server/duckdb/collect.h"
#include "server/engine/axis_classes.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// The cells of one level set, numbered by the categories of the grouped axes.
struct LevelCells {
  std::vector<int32_t> of_combination;  // -1: not at these levels
  std::vector<size_t> sizes;            // categories per grouped axis
  size_t count = 1;

  std::vector<int> CategoriesOf(size_t cell) const;
};

// The classes of the grouped axes as one number in mixed radix, the first axis running fastest.
class Combinations {
 public:
  // None when there are more than `most`.
  static std::optional<Combinations> Of(const AggregationPlan& plan,
                                        const std::vector<AxisClasses>& classes,
                                        const std::vector<int>& grouped_axes, size_t most);

  size_t size() const { return size_; }

  // The combination of each row of a chunk whose first columns are the stored values of the grouped
  // axes; -1: the row is out of scope.
  void Number(const RowChunk& chunk, std::vector<int32_t>* numbers) const;

  LevelCells CellsAt(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                     const std::vector<int>& grouped_axes, int set) const;

  // The class, as AxisClasses numbers it, of the `group`-th grouped axis.
  int ClassOf(size_t combination, size_t group) const {
    const AxisRadix& axis = axes_[group];
    return axis.class_low + static_cast<int>(combination / axis.step % axis.classes);
  }

 private:
  struct AxisRadix {
    size_t step = 1, classes = 0;
    int class_low = 0, stored_low = 0;
    std::vector<int32_t> addend;  // by stored value - stored_low: step x place; -1: out of scope
  };

  std::vector<AxisRadix> axes_;  // parallel to the grouped axes
  size_t size_ = 1;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_COMBINATIONS_H_
