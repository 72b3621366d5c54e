#include "server/engine/combinations.h"

#include <algorithm>

namespace kluis {
namespace {

// Places of classes, from 0.
size_t ClassesOn(const AxisClasses& axis) {
  size_t most = 0;
  for (const std::vector<int>& categories : axis.category_of)
    most = std::max(most, categories.size());
  return most;
}

}  // namespace

std::optional<Combinations> Combinations::Of(const AggregationPlan& plan,
                                             const std::vector<AxisClasses>& classes,
                                             const std::vector<int>& grouped_axes, size_t most) {
  Combinations combinations;
  for (const int axis : grouped_axes) {
    const AxisClasses& of = classes[axis];
    AxisRadix radix;
    radix.step = combinations.size_;
    radix.classes = ClassesOn(of);
    radix.class_low = of.class_low;
    radix.stored_low = plan.axes[axis].stored_low;
    if (radix.classes == 0 || radix.step > most / radix.classes) return std::nullopt;
    for (size_t v = 0; v < of.class_of_stored.size(); ++v) {
      const int number = of.class_of_stored[v];
      const size_t place = of.identity ? v : static_cast<size_t>(number);
      radix.addend.push_back(number < 0 ? -1 : static_cast<int32_t>(radix.step * place));
    }
    combinations.size_ *= radix.classes;
    combinations.axes_.push_back(std::move(radix));
  }
  return combinations;
}

void Combinations::Number(const RowChunk& chunk, std::vector<int32_t>* numbers) const {
  numbers->assign(static_cast<size_t>(chunk.rows), 0);
  int32_t* const out = numbers->data();
  for (size_t g = 0; g < axes_.size(); ++g) {
    const AxisRadix& axis = axes_[g];
    const ChunkColumn<int32_t>& column = chunk.ints[g];
    const int32_t* const addend = axis.addend.data();
    const auto values = static_cast<uint32_t>(axis.addend.size());
    for (int row = 0; row < chunk.rows; ++row) {
      const auto place =
          static_cast<uint32_t>(column.values[row]) - static_cast<uint32_t>(axis.stored_low);
      const int32_t add = place < values ? addend[place] : -1;
      out[row] = (out[row] | add) < 0 ? -1 : out[row] + add;
    }
    if (column.valid == nullptr) continue;
    for (int row = 0; row < chunk.rows; ++row) {
      if (!column.Has(row)) out[row] = -1;
    }
  }
}

LevelCells Combinations::CellsAt(const AggregationPlan& plan,
                                 const std::vector<AxisClasses>& classes,
                                 const std::vector<int>& grouped_axes, int set) const {
  LevelCells cells;
  cells.of_combination.assign(size_, 0);
  for (size_t g = 0; g < grouped_axes.size(); ++g) {
    const AxisClasses& axis = classes[grouped_axes[g]];
    const int level = plan.level_sets[set][grouped_axes[g]];
    const std::vector<int>& categories = axis.category_of[level];
    const int last =
        categories.empty() ? 0 : *std::max_element(categories.begin(), categories.end());
    for (size_t c = 0; c < size_; ++c) {
      int32_t& cell = cells.of_combination[c];
      const int category = axis.Category(level, ClassOf(c, g));
      cell = cell < 0 || category < 0 ? -1 : cell + static_cast<int32_t>(cells.count) * category;
    }
    cells.sizes.push_back(static_cast<size_t>(std::max(last, 0)) + 1);
    cells.count *= cells.sizes.back();
  }
  return cells;
}

std::vector<int> LevelCells::CategoriesOf(size_t cell) const {
  std::vector<int> categories;
  for (const size_t size : sizes) {
    categories.push_back(static_cast<int>(cell % size));
    cell /= size;
  }
  return categories;
}

}  // namespace kluis
