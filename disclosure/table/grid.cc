#include "disclosure/table/grid.h"

namespace kluis {

std::unique_ptr<Grid> Grid::Create(const std::vector<Axis>& axes,
                                   const std::vector<CellKey>& keys) {
  if (axes.empty()) return nullptr;
  std::unique_ptr<Grid> grid(new Grid(axes, keys));
  return grid->index_.numbered() ? std::move(grid) : nullptr;
}

Grid::Grid(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) : index_(axes, keys) {
  for (const Axis& axis : axes) {
    auto& children = children_.emplace_back(axis.categories.size());
    auto& parents = parents_.emplace_back();
    for (size_t c = 0; c < axis.categories.size(); ++c) {
      parents.push_back(axis.categories[c].parent);
      if (c > 0) children[axis.categories[c].parent].push_back(static_cast<int>(c));
    }
  }
  keys_.reserve(keys.size() * axes.size());
  for (const CellKey& key : keys) keys_.insert(keys_.end(), key.begin(), key.end());
}

}  // namespace kluis
