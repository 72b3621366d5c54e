#include "server/demo/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kluis::demo {
namespace {

TEST(RandomTest, GivesTheSameNumbersFromTheSameSeedAndStream) {
  Random a(7, "income"), b(7, "income");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Next(), b.Next());
}

TEST(RandomTest, StreamsOfOneSeedDiffer) {
  EXPECT_NE(Random(7, "income").Next(), Random(7, "debts").Next());
  EXPECT_NE(Random(7, "income").Next(), Random(8, "income").Next());
}

TEST(RandomTest, IsUniformWithinFourStandardErrors) {
  Random random(1, "test");
  double sum = 0;
  for (int i = 0; i < 100000; ++i) sum += random.Unit();
  EXPECT_NEAR(sum / 100000, 0.5, 4 * 0.2887 / std::sqrt(100000.0));
}

TEST(NumericsTest, LogarithmAgreesWithTheLibrary) {
  for (const double x : {1e-12, 0.3, 0.7071, 1.0, 1.5, 26400.0, 1e9}) {
    EXPECT_NEAR(Log(x), std::log(x), 1e-13 * (1 + std::abs(std::log(x)))) << x;
  }
}

TEST(NumericsTest, ExponentialAgreesWithTheLibrary) {
  for (const double x : {-30.0, -1.0, 0.0, 0.4, 10.2, 100.0}) {
    EXPECT_NEAR(Exp(x) / std::exp(x), 1, 1e-13) << x;
  }
}

TEST(NumericsTest, NormalQuantileAgreesWithTheTables) {
  const struct {
    double p, z;
  } kTable[] = {{0.5, 0},
                {0.8413447460685429, 1},
                {0.975, 1.959963984540054},
                {0.01, -2.326347874040841},
                {0.001, -3.090232306167813}};
  for (const auto& row : kTable) EXPECT_NEAR(NormalQuantile(row.p), row.z, 5e-9) << row.p;
}

}  // namespace
}  // namespace kluis::demo
