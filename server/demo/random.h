// The generator of the demo data: the same numbers from the same seed on every machine.
#ifndef KLUIS_SERVER_DEMO_RANDOM_H_
#define KLUIS_SERVER_DEMO_RANDOM_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis::demo {

// xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64. Integer arithmetic; the
// doubles that it gives use only operations that IEEE 754 rounds correctly. Not for secrets.
class Random {
 public:
  // A stream of its own for each name, so that a change in one part leaves the others as they are.
  Random(uint64_t seed, absl::string_view stream);

  uint64_t Next();
  // 0 <= x < n. REQUIRES: n > 0.
  uint64_t Below(uint64_t n);
  // Strictly between 0 and 1, a multiple of 2^-53 plus half of it.
  double Unit();
  bool Chance(double probability) { return Unit() < probability; }
  // Standard normal, by inversion.
  double Normal();

  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[Below(i)]);
  }

 private:
  uint64_t state_[4];
};

// Logarithm, exponential and the standard normal quantile from additions, multiplications,
// divisions and square roots only: the bits do not depend on the C library. Relative error below
// 1e-13, 1e-13 and 2e-9. REQUIRES: x > 0; |x| < 700; 0 < p < 1.
double Log(double x);
double Exp(double x);
double NormalQuantile(double p);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_RANDOM_H_
