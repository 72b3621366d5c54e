#include "disclosure/rules/percentile.h"

#include <algorithm>

namespace kluis {

PercentileSides SidesOfPercentile(int64_t n, int percent) {
  const int64_t hundredths = (n - 1) * percent;
  return {.at_or_below = hundredths / 100 + 1, .at_or_above = n - (hundredths + 99) / 100};
}

ProtectionLevel JudgePercentile(const PercentileSides& sides, int64_t each_side) {
  const int64_t thinner = std::min(sides.at_or_below, sides.at_or_above);
  const bool empty = sides.at_or_below == 0 && sides.at_or_above == 0;
  if (empty || thinner >= each_side) return {};
  return Symmetric(each_side - thinner);
}

}  // namespace kluis
