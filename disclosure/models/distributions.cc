#include "disclosure/models/distributions.h"

#include <cmath>

namespace kluis {
namespace {

constexpr long double kRootTwo = 1.41421356237309504880L;
constexpr long double kRootTwoPi = 2.50662827463100050242L;
constexpr int kFractionsMax = 10'000;
constexpr long double kFractionDone = 1e-18L;

// The continued fraction of the incomplete beta function, by the modified method of Lentz.
// Converges fast for x < (a + 1) / (a + b + 2).
long double BetaFraction(long double a, long double b, long double x) {
  constexpr long double kTiny = 1e-4000L;
  const auto away_from_zero = [](long double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  long double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), value = d;
  for (int m = 1; m <= kFractionsMax; ++m) {
    const long double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    value *= c * d;
    const long double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    value *= c * d;
    if (std::fabs(c * d - 1) < kFractionDone) break;
  }
  return value;
}

// I_x(a, b); `y` is 1 - x, which may be known better.
long double IncompleteBeta(long double a, long double b, long double x, long double y) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const long double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                     a * std::log(x) + b * std::log(y));
  if (x < (a + 1) / (a + b + 2)) return front * BetaFraction(a, b, x) / a;
  return 1 - front * BetaFraction(b, a, y) / b;
}

}  // namespace

long double NormalDensity(long double x) { return std::exp(-x * x / 2) / kRootTwoPi; }

long double NormalCdf(long double x) { return std::erfc(-x / kRootTwo) / 2; }

long double NormalQuantile(long double p) {
  long double x = 0;
  for (int i = 0; i < 200; ++i) {
    // From the middle Newton's steps go too far in the tails, where the density is next to nothing.
    long double step = (NormalCdf(x) - p) / NormalDensity(x);
    step = std::fmin(std::fmax(step, -1), 1);
    x -= step;
    if (std::fabs(step) < 1e-17L * std::fmax(std::fabs(x), 1)) break;
  }
  return x;
}

long double StudentTwoSided(long double t, int64_t degrees_of_freedom) {
  const long double f = static_cast<long double>(degrees_of_freedom), all = f + t * t;
  return IncompleteBeta(f / 2, 0.5L, f / all, t * t / all);
}

long double NormalTwoSided(long double z) { return std::erfc(std::fabs(z) / kRootTwo); }

}  // namespace kluis
