#include "server/plan/cell_places.h"

namespace kluis {

std::optional<CellPlaces> CellPlaces::Of(const std::vector<size_t>& sizes) {
  CellPlaces places;
  absl::uint128 all = 1;
  for (const size_t size : sizes) {
    places.steps_.push_back(all);
    if (all > absl::Uint128Max() / size) return std::nullopt;
    all *= size;
  }
  return places;
}

absl::uint128 CellPlaces::PlaceOf(const CellKey& key) const {
  absl::uint128 place = 0;
  for (size_t a = 0; a < key.size(); ++a) place += steps_[a] * static_cast<unsigned>(key[a]);
  return place;
}

CellKey CellPlaces::KeyAt(absl::uint128 place) const {
  CellKey key(steps_.size());
  for (size_t a = key.size(); a-- > 0;) {
    key[a] = static_cast<int>(place / steps_[a]);
    place -= steps_[a] * static_cast<unsigned>(key[a]);
  }
  return key;
}

}  // namespace kluis
