// The product structure of a table: which cell stands at which combination of categories. What it
// offers is speed alone: whatever is found with it is verified on the rows of the system.
#ifndef KLUIS_DISCLOSURE_TABLE_GRID_H_
#define KLUIS_DISCLOSURE_TABLE_GRID_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "disclosure/table/axis.h"
#include "disclosure/table/cell_index.h"

namespace kluis {

class Grid {
 public:
  // Cell i of the system stands at keys[i]. REQUIRES: keys lie inside the axes and differ. Null
  // when there are no axes, or more places than 62 bits can number.
  static std::unique_ptr<Grid> Create(const std::vector<Axis>& axes,
                                      const std::vector<CellKey>& keys);

  int axes() const { return static_cast<int>(children_.size()); }
  int cells() const { return static_cast<int>(keys_.size()) / axes(); }
  int CategoryOf(int cell, int axis) const { return keys_[cell * axes() + axis]; }
  int Parent(int axis, int category) const { return parents_[axis][category]; }
  const std::vector<int>& Children(int axis, int category) const {
    return children_[axis][category];
  }

  // Places are numbers: the place of a key is the sum of StepOf(axis) x category over the axes.
  int64_t StepOf(int axis) const { return index_.StepOf(axis); }
  // -1 where the table has no cell.
  int CellAt(int64_t place) const { return index_.At(place); }

 private:
  Grid(const std::vector<Axis>& axes, const std::vector<CellKey>& keys);

  std::vector<std::vector<std::vector<int>>> children_;
  std::vector<std::vector<int>> parents_;
  std::vector<int> keys_;
  CellIndex index_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_GRID_H_
