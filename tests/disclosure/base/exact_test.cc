#include "disclosure/base/exact.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace kluis {
namespace {

using absl::int128;

constexpr int128 kLargest = std::numeric_limits<int128>::max();

TEST(ExactTest, ProductsBeyond128BitsAreToldApartByOneUnit) {
  const struct { const char* what; int128 a, b, c, d; int sign; } cases[] = {
      {"zeros",                         0, 5, 7, 0, 0},
      {"small and equal",               6, 4, 8, 3, 0},
      {"small, one less",               6, 4, 25, 1, -1},
      {"the largest, squared",          kLargest, kLargest, kLargest, kLargest, 0},
      {"the largest, squared, less",    kLargest, kLargest - 1, kLargest, kLargest, -1},
      {"above and below 128 bits",      kLargest, 3, kLargest, 2, 1},
      {"a million times, one unit",     kLargest - 1, 1'000'000, kLargest, 1'000'000, -1},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CompareProducts(c.a, c.b, c.c, c.d), c.sign) << c.what;
    EXPECT_EQ(CompareProducts(c.c, c.d, c.a, c.b), -c.sign) << c.what;
  }
}

TEST(ExactTest, QuotientsAreRoundedUpAndStopAtTheLargest) {
  const struct { const char* what; int128 a, b, c, quotient; } cases[] = {
      {"exact",                         6, 4, 8, 3},
      {"a remainder rounds up",         6, 4, 7, 4},
      {"nothing",                       0, 9, 4, 0},
      {"one part of many",              1, 1, kLargest, 1},
      {"the product needs 256 bits",    kExactMax, kLargest, kLargest, kExactMax},
      {"and has a remainder",           kExactMax - 1, kLargest - 1, kLargest, kExactMax - 1},
      {"more than the largest",         kLargest, 2, 3, kExactMax},
      {"more than 128 bits",            kLargest, kLargest, 1, kExactMax},
  };
  for (const auto& c : cases) EXPECT_EQ(MultiplyDivideUp(c.a, c.b, c.c), c.quotient) << c.what;
  EXPECT_EQ(MultiplyAtMost(kExactMax, 1), kExactMax);
  EXPECT_EQ(MultiplyAtMost(kExactMax, 2), kExactMax);
  EXPECT_EQ(MultiplyAtMost(int128{1} << 70, int128{1} << 70), kExactMax);
  EXPECT_EQ(MultiplyAtMost(3, 5), 15);
}

// q is the quotient rounded up exactly when (q - 1) c < a b <= q c.
TEST(ExactTest, AQuotientTimesItsDivisorIsTheProduct) {
  const unsigned seed = std::random_device{}();
  std::mt19937_64 random(seed);
  const auto draw = [&](int bits) {
    const int128 wide = absl::MakeInt128(static_cast<int64_t>(random() >> 1), random());
    return wide >> (127 - bits);
  };
  for (int i = 0; i < 20'000; ++i) {
    const int128 a = draw(1 + i % 124), b = draw(1 + i % 90), c = draw(1 + i % 125) + 1;
    const int128 q = MultiplyDivideUp(a, b, c);
    if (q == kExactMax) continue;
    EXPECT_LE(CompareProducts(a, b, q, c), 0) << "seed " << seed;
    if (q == 0) continue;
    EXPECT_GT(CompareProducts(a, b, q - 1, c), 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kluis
