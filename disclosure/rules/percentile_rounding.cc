#include "disclosure/rules/percentile_rounding.h"

#include <algorithm>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// Values have 63 bits and the point one decimal more.
constexpr int kWidthsMax = 3 * 20;

// 1, 2, 5, 10, 20, 50, ...
absl::int128 Width(int place) {
  constexpr int kSteps[] = {1, 2, 5};
  return PowerOfTen(place / 3) * kSteps[place % 3];
}

absl::int128 PointOf(const PercentileCell& cell, const PercentilePosition& position) {
  return cell.low * (position.denominator - position.fraction) + cell.high * position.fraction;
}

// Contributors whose value, with one decimal more, rounds to the same multiple of the width.
int64_t HeldBy(const PercentileCell& cell, absl::int128 multiple, absl::int128 width) {
  const auto same = [&](absl::int128 value) {
    return DivideHalfEven(value * 10, width) == multiple;
  };
  return std::count_if(cell.below.begin(), cell.below.end(), same) +
         std::count_if(cell.above.begin(), cell.above.end(), same);
}

}  // namespace

absl::int128 PercentileOf(const PercentileCell& cell, const PercentilePosition& position) {
  return DivideHalfEven(PointOf(cell, position) * 10, position.denominator);
}

std::optional<absl::int128> RoundedPercentile(const PercentileCell& cell,
                                              const PercentilePosition& position, int64_t k) {
  const absl::int128 point = PointOf(cell, position) * 10;
  const bool both_held = std::count(cell.below.begin(), cell.below.end(), cell.low) >= k &&
                         std::count(cell.above.begin(), cell.above.end(), cell.high) >= k;
  if (both_held) return PercentileOf(cell, position);
  for (int place = 0; place < kWidthsMax; ++place) {
    const absl::int128 width = Width(place);
    const absl::int128 multiple = DivideHalfEven(point, width * position.denominator);
    if (multiple == 0 && point != 0 && place > 0) return std::nullopt;
    if (HeldBy(cell, multiple, width) >= k) return multiple * width;
  }
  return std::nullopt;
}

}  // namespace kluis
