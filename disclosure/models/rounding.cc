#include "disclosure/models/rounding.h"

#include <algorithm>
#include <cmath>

namespace kluis {
namespace {

constexpr int kDecimalsMax = 12;

// nearbyint() rounds half to even unless somebody changed the mode of the processor.
absl::int128 Whole(long double value) {
  return static_cast<absl::int128>(std::isfinite(value) ? std::nearbyint(value) : 0);
}

}  // namespace

long double ModelNumber::value() const {
  return static_cast<long double>(scaled) / std::pow(10.0L, decimals);
}

ModelNumber RoundDecimals(long double value, int decimals) {
  return {.scaled = Whole(value * std::pow(10.0L, decimals)), .decimals = decimals};
}

ModelNumber RoundTo(long double value, long double scale, int digits) {
  scale = std::fabs(scale);
  if (!std::isfinite(scale) || scale == 0) return RoundDecimals(value, kDecimalsMax);
  const int first = static_cast<int>(std::floor(std::log10(scale)));
  const int decimals = std::min(digits - 1 - first, kDecimalsMax);
  if (decimals >= 0) return RoundDecimals(value, decimals);
  const long double unit = std::pow(10.0L, -decimals);
  return {.scaled = Whole(value / unit) * Whole(unit), .decimals = 0};
}

}  // namespace kluis
