#include "disclosure/table/percentiles.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/disclosure/table/percentile_reference.h"

namespace kluis {
namespace {

// In hundredths, so that type 7 of whole numbers is exact.
int64_t Hundredths(const std::vector<ValueOf>& rows, int percent) {
  const PercentileCell cell = PercentileByDefinition(rows, 1, percent, 0);
  const PercentilePosition position = PositionOf(cell.weight, 1, percent);
  return static_cast<int64_t>(
      (cell.low * (position.denominator - position.fraction) + cell.high * position.fraction) *
      100 / position.denominator);
}

std::vector<ValueOf> Rows(const std::vector<int64_t>& values) {
  std::vector<ValueOf> rows;
  for (const int64_t value : values) rows.push_back({static_cast<int64_t>(rows.size()), value});
  return rows;
}

struct KnownCase {
  std::string name;
  std::vector<int64_t> values;
  int percent;
  int64_t hundredths;
};

// What R 4 prints for quantile(x, p), whose default is type 7.
TEST(PercentilesTest, AreThoseOfHyndmanAndFansType7) {
  const std::vector<int64_t> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const std::vector<KnownCase> cases = {
      {"quantile(1:10, 0.10)", ten, 10, 190},
      {"quantile(1:10, 0.25)", ten, 25, 325},
      {"quantile(1:10, 0.50)", ten, 50, 550},
      {"quantile(1:10, 0.75)", ten, 75, 775},
      {"quantile(1:10, 0.90)", ten, 90, 910},
      {"the middle of an odd number is a value", {7, 1, 3}, 50, 300},
      {"quantile(c(1, 2, 4, 8), 0.75): 4 and a quarter of the way to 8", {8, 4, 2, 1}, 75, 500},
      {"one value is every percentile", {-4}, 90, -400},
      {"between values below zero", {-10, -3}, 25, -825},
  };
  for (const KnownCase& c : cases)
    EXPECT_EQ(Hundredths(Rows(c.values), c.percent), c.hundredths) << c.name;
}

// A row of weight w stands for w rows: Hmisc::wtd.quantile(1:3, c(1, 2, 1)) is quantile(c(1, 2, 2,
// 3)).
TEST(PercentilesTest, AWeightStandsForRows) {
  const std::vector<ValueOf> weighted = {{0, 1, 1}, {1, 2, 2}, {2, 3, 1}};
  for (const int percent : {10, 25, 50, 75, 90}) {
    EXPECT_EQ(Hundredths(weighted, percent), Hundredths(Rows({1, 2, 2, 3}), percent)) << percent;
  }
  EXPECT_EQ(Hundredths(weighted, 25), 175);
}

TEST(PercentilesTest, PositionsStayWithinTheWeight) {
  for (const int64_t one : {int64_t{1}, int64_t{10}, int64_t{1000}}) {
    for (int64_t weight = 0; weight <= 60; ++weight) {
      for (const int percent : {0, 10, 25, 50, 75, 90, 100}) {
        const PercentilePosition position = PositionOf(weight, one, percent);
        EXPECT_GE(position.low, std::min(weight, one));
        EXPECT_LE(position.low, position.high);
        EXPECT_LE(position.high, weight);
        EXPECT_LT(position.fraction, position.denominator);
      }
    }
  }
}

}  // namespace
}  // namespace kluis
