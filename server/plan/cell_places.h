// Numbers for the cells of a plan. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_CELL_PLACES_H_
#define KLUIS_SERVER_PLAN_CELL_PLACES_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/table/axis.h"

namespace kluis {

// The place of a key is the sum of its categories, each times what the axes before it multiply to;
// so places are in the order in which tables are protected, the last axis first.
class CellPlaces {
 public:
  // `sizes`: categories per axis, none of them 0. None where 128 bits are too few.
  static std::optional<CellPlaces> Of(const std::vector<size_t>& sizes);

  absl::uint128 PlaceOf(const CellKey& key) const;
  CellKey KeyAt(absl::uint128 place) const;

 private:
  std::vector<absl::uint128> steps_;  // per axis
};

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_CELL_PLACES_H_
