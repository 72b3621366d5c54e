#include "disclosure/models/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "disclosure/models/rounding.h"

namespace kluis {
namespace {

// Student's t with 1 and 2 degrees of freedom has closed forms: 1 - 2 atan(t) / pi and
// 1 - t / sqrt(2 + t^2).
TEST(Distributions, StudentHasItsClosedForms) {
  const long double pi = std::acos(-1.0L);
  for (const long double t : {0.0L, 0.1L, 0.5L, 1.0L, 2.5L, 12.7062047361747L, 100.0L}) {
    EXPECT_NEAR(static_cast<double>(StudentTwoSided(t, 1)),
                static_cast<double>(1 - 2 * std::atan(t) / pi), 1e-15);
    EXPECT_NEAR(static_cast<double>(StudentTwoSided(-t, 2)),
                static_cast<double>(1 - t / std::sqrt(2 + t * t)), 1e-15);
  }
}

// Tables of the 5 per cent points: 10 degrees 2.228139, 30 degrees 2.042272; normal 1.959964.
TEST(Distributions, FivePerCentPointsAreThoseOfTheTables) {
  EXPECT_NEAR(static_cast<double>(StudentTwoSided(2.228139L, 10)), 0.05, 1e-7);
  EXPECT_NEAR(static_cast<double>(StudentTwoSided(2.042272L, 30)), 0.05, 1e-7);
  EXPECT_NEAR(static_cast<double>(NormalTwoSided(1.959963984540054L)), 0.05, 1e-12);
  EXPECT_NEAR(static_cast<double>(StudentTwoSided(1.96L, 10'000'000)),
              static_cast<double>(NormalTwoSided(1.96L)), 1e-7);
}

TEST(Distributions, QuantileIsTheInverse) {
  for (const long double p : {1e-9L, 0.001L, 0.2L, 0.5L, 0.975L, 0.999999L}) {
    EXPECT_NEAR(static_cast<double>(NormalCdf(NormalQuantile(p)) / p), 1, 1e-14);
  }
  EXPECT_NEAR(static_cast<double>(NormalQuantile(0.975L)), 1.959963984540054, 1e-14);
}

TEST(Rounding, DigitsAreThoseOfTheScale) {
  struct Case {
    long double value, scale;
    int64_t scaled;
    int decimals;
  };
  for (const Case& c :
       {Case{1.23456789L, 0.0123456L, 123457, 5}, Case{-34914.2173L, 123.456L, -349142, 1},
        Case{-34914.2173L, 12345.6L, -34910, 0}, Case{0.5L, 1000, 0, 0},  // half to even
        Case{1.5L, 1000, 2, 0}, Case{7, 0, 7'000'000'000'000, 12}}) {
    const ModelNumber rounded = RoundTo(c.value, c.scale, kErrorDigits);
    EXPECT_EQ(rounded.scaled, c.scaled);
    EXPECT_EQ(rounded.decimals, c.decimals);
  }
}

}  // namespace
}  // namespace kluis
