#include "disclosure/table/grid.h"

namespace kluis {
namespace {

constexpr int64_t kPlacesMax = int64_t{1} << 62;
constexpr int64_t kDenseFactor = 8;  // places per cell up to which a plain array is kept
constexpr int64_t kDenseAnyway = 4096;

}  // namespace

std::unique_ptr<Grid> Grid::Create(const std::vector<Axis>& axes,
                                   const std::vector<CellKey>& keys) {
  if (axes.empty()) return nullptr;
  std::unique_ptr<Grid> grid(new Grid());
  int64_t places = 1;
  for (const Axis& axis : axes) {
    auto& children = grid->children_.emplace_back(axis.categories.size());
    auto& parents = grid->parents_.emplace_back();
    for (size_t c = 0; c < axis.categories.size(); ++c) {
      parents.push_back(axis.categories[c].parent);
      if (c > 0) children[axis.categories[c].parent].push_back(static_cast<int>(c));
    }
    grid->steps_.push_back(places);
    const int64_t size = static_cast<int64_t>(axis.categories.size());
    if (places >= kPlacesMax / size) return nullptr;
    places *= size;
  }
  const bool dense = places <= kDenseFactor * static_cast<int64_t>(keys.size()) + kDenseAnyway;
  if (dense) grid->dense_.assign(places, -1);
  for (size_t i = 0; i < keys.size(); ++i) {
    int64_t place = 0;
    for (size_t a = 0; a < axes.size(); ++a) {
      grid->keys_.push_back(keys[i][a]);
      place += grid->steps_[a] * keys[i][a];
    }
    (dense ? grid->dense_[place] : grid->sparse_[place]) = static_cast<int>(i);
  }
  return grid;
}

}  // namespace kluis
