#include "disclosure/table/percentiles.h"

#include <algorithm>

#include "disclosure/base/check.h"

namespace kluis {

PercentilePosition PositionOf(absl::int128 weight, absl::int128 one, int percent) {
  KLUIS_CHECK(weight >= 0 && one >= 1 && percent >= 0 && percent <= 100);
  const absl::int128 denominator = one * 100;
  const absl::int128 h = std::max<absl::int128>(weight - one, 0) * percent;
  PercentilePosition position{.fraction = h % denominator, .denominator = denominator};
  position.low = std::min(h / denominator * one + one, weight);
  position.high = position.fraction == 0 ? position.low : std::min(position.low + one, weight);
  return position;
}

}  // namespace kluis
