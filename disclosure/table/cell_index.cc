#include "disclosure/table/cell_index.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr int64_t kPlacesMax = int64_t{1} << 62;
constexpr int64_t kDenseFactor = 8;  // places per cell up to which a plain array is kept
constexpr int64_t kDenseAnyway = 4096;

std::vector<size_t> SizesOf(const std::vector<Axis>& axes) {
  std::vector<size_t> sizes;
  for (const Axis& axis : axes) sizes.push_back(axis.categories.size());
  return sizes;
}

}  // namespace

CellIndex::CellIndex(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) {
  AddAll(SizesOf(axes), keys);
}

CellIndex CellIndex::OfSizes(const std::vector<size_t>& sizes, const std::vector<CellKey>& keys) {
  CellIndex index;
  index.AddAll(sizes, keys);
  return index;
}

void CellIndex::AddAll(const std::vector<size_t>& sizes, const std::vector<CellKey>& keys) {
  NumberPlaces(sizes, keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    const int cell = static_cast<int>(i);
    if (!numbered_) {
      repeats_ |= !keys_.insert({keys[i], cell}).second;
      continue;
    }
    int64_t place = 0;
    for (size_t a = 0; a < sizes.size(); ++a) place += steps_[a] * keys[i][a];
    if (dense_.empty()) {
      repeats_ |= !sparse_.insert({place, cell}).second;
    } else if (dense_[place] >= 0) {
      repeats_ = true;
    } else {
      dense_[place] = cell;
    }
  }
}

void CellIndex::NumberPlaces(const std::vector<size_t>& sizes, size_t cells) {
  int64_t places = 1;
  for (const size_t categories : sizes) {
    steps_.push_back(places);
    const int64_t size = std::max<int64_t>(categories, 1);
    if (places >= kPlacesMax / size) {
      numbered_ = false;
      keys_.reserve(cells);
      return;
    }
    places *= size;
  }
  const bool dense = places <= kDenseFactor * static_cast<int64_t>(cells) + kDenseAnyway;
  dense ? dense_.assign(places, -1) : sparse_.reserve(cells);
}

int CellIndex::FindKey(const CellKey& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? -1 : found->second;
}

}  // namespace kluis
