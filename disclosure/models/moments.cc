#include "disclosure/models/moments.h"

#include <cmath>

#include "disclosure/base/wide.h"

namespace kluis {
namespace {

long double ToLongDouble(Wide value) {
  long double scale = 1;
  const absl::int128 step = absl::int128{1} << 60;
  while (!value.ToInt128()) {
    value = value / Wide(step);
    scale *= static_cast<long double>(step);
  }
  return static_cast<long double>(*value.ToInt128()) * scale;
}

absl::int128 Size(absl::int128 value) { return value < 0 ? -value : value; }

// a b - c d.
long double DifferenceOfProducts(absl::int128 a, absl::int128 b, absl::int128 c, absl::int128 d) {
  const Wide left = Wide(Size(a)) * Wide(Size(b)), right = Wide(Size(c)) * Wide(Size(d));
  const bool left_negative = (a < 0) != (b < 0), right_negative = (c < 0) != (d < 0);
  if (left_negative != right_negative) {
    const long double sum = ToLongDouble(left + right);
    return left_negative ? -sum : sum;
  }
  const long double rest = left >= right ? ToLongDouble(left - right) : -ToLongDouble(right - left);
  return left_negative ? -rest : rest;
}

}  // namespace

long double Centred(const ExactMoments& m, size_t j, size_t k) {
  const long double scale = std::pow(10.0L, m.decimals[j] + m.decimals[k]);
  return DifferenceOfProducts(m.n, m.products[j][k], m.sums[j], m.sums[k]) /
         static_cast<long double>(m.n) / scale;
}

long double MeanOf(const ExactMoments& m, size_t j) {
  return static_cast<long double>(m.sums[j]) / static_cast<long double>(m.n) /
         std::pow(10.0L, m.decimals[j]);
}

}  // namespace kluis
