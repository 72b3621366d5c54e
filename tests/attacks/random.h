// Random numbers of tests: equal for equal seeds on every platform, so only integer arithmetic.
#ifndef KLUIS_TESTS_ATTACKS_RANDOM_H_
#define KLUIS_TESTS_ATTACKS_RANDOM_H_

#include <cstdint>
#include <random>
#include <vector>

namespace kluis {

class Random {
 public:
  explicit Random(uint64_t seed) : generator_(seed) {}

  // 0..n-1. REQUIRES: n > 0. The bias of the remainder does not matter here.
  int64_t Below(int64_t n) { return static_cast<int64_t>(generator_() % static_cast<uint64_t>(n)); }
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  bool OneIn(int64_t n) { return Below(n) == 0; }

  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[Below(static_cast<int64_t>(choices.size()))];
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_RANDOM_H_
