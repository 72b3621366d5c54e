#include "server/demo/random.h"

#include <cmath>
#include <cstring>

namespace kluis::demo {
namespace {

uint64_t SplitMix(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t RotateLeft(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

constexpr double kLn2 = 0.693147180559945309417;

template <size_t n>
double Polynomial(const double (&c)[n], double x) {
  double sum = c[0];
  for (size_t i = 1; i < n; ++i) sum = sum * x + c[i];
  return sum;
}

}  // namespace

Random::Random(uint64_t seed, absl::string_view stream) {
  uint64_t state = seed ^ 0xcbf29ce484222325;
  for (const char c : stream) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  for (uint64_t& word : state_) word = SplitMix(state);
}

uint64_t Random::Next() {
  const uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

// The remainder's bias is below n / 2^64.
uint64_t Random::Below(uint64_t n) { return Next() % n; }

double Random::Unit() { return (static_cast<double>(Next() >> 12) + 0.5) / 4503599627370496.0; }

double Random::Normal() { return NormalQuantile(Unit()); }

double Log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double t = (m - 1) / (m + 1), t2 = t * t;
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
  return exponent * kLn2 + 2 * t * sum;
}

double Exp(double x) {
  const int k = static_cast<int>(x / kLn2 + (x < 0 ? -0.5 : 0.5));
  const double r = x - k * kLn2;
  double sum = 1;
  for (int i = 16; i >= 1; --i) sum = 1 + r / i * sum;
  return std::ldexp(sum, k);  // exact
}

// P. J. Acklam's rational approximation.
double NormalQuantile(double p) {
  static constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                                 -2.759285104469687e+02, 1.383577518672690e+02,
                                 -3.066479806614716e+01, 2.506628277459239e+00};
  static constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                                 -1.556989798598866e+02, 6.680131188771972e+01,
                                 -1.328068155288572e+01, 1.0};
  static constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                                 -2.400758277161838e+00, -2.549732539343734e+00,
                                 4.374664141464968e+00,  2.938163982698783e+00};
  static constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01,
                                 2.445134137142996e+00, 3.754408661907416e+00, 1.0};
  if (p > 0.5) return -NormalQuantile(1 - p);
  if (p < 0.02425) {
    const double q = std::sqrt(-2 * Log(p));
    return Polynomial(c, q) / Polynomial(d, q);
  }
  const double q = p - 0.5, r = q * q;
  return Polynomial(a, r) * q / Polynomial(b, r);
}

}  // namespace kluis::demo
