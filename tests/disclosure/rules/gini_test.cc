#include "disclosure/rules/gini.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/disclosure/table/gini_reference.h"

namespace kluis {
namespace {

GiniCell Of(const std::vector<int64_t>& values, const std::vector<int64_t>& weights = {}) {
  std::vector<ValueOf> rows;
  for (size_t i = 0; i < values.size(); ++i) {
    rows.push_back({static_cast<int64_t>(i), values[i], weights.empty() ? 1 : weights[i]});
  }
  return GiniByDefinition(rows);
}

struct GiniCase {
  std::string name;
  std::vector<int64_t> values;
  int64_t ten_thousandths;
};

TEST(GiniTest, IsThatOfTheBooks) {
  const std::vector<GiniCase> cases = {
      {"1 to n: (n - 1) / 3n, as Gini(1:10) of R's ineq", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 3'000},
      {"equality", {7, 7, 7}, 0},
      {"one of four has everything: 1 - 1/n", {0, 0, 0, 12}, 7'500},
      {"1 to 5: 4/15", {5, 3, 1, 2, 4}, 2'667},
      {"a debt counts as nothing", {-5, 0, 0, 12}, 7'500},
  };
  for (const GiniCase& c : cases) {
    EXPECT_EQ(GiniOf(Of(c.values)), absl::int128{c.ten_thousandths}) << c.name;
  }
  EXPECT_FALSE(GiniOf(Of({0, 0, -3})).has_value()) << "nobody has anything";
  EXPECT_FALSE(GiniOf(Of({})).has_value());
  EXPECT_FALSE(GiniOf({.weight = 2, .total = 10, .ranked = 1}).has_value()) << "no numbers have it";
}

TEST(GiniTest, AWeightStandsForRows) {
  EXPECT_EQ(GiniOf(Of({1, 4, 9}, {3, 1, 2})), GiniOf(Of({1, 1, 1, 4, 9, 9})));
  const GiniCell tenfold = Of({1, 4, 9}, {30, 10, 20});
  EXPECT_EQ(GiniOf(tenfold), GiniOf(Of({1, 4, 9}, {3, 1, 2})));
}

// By going through the values: where it says so, all are within p of the mean.
TEST(GiniTest, LittleInequalityIsWhereEverybodysValueIsKnown) {
  EXPECT_TRUE(HasLittleInequality(Of({7, 7, 7}), 3, 100'000));
  EXPECT_FALSE(HasLittleInequality(Of({0, 0, 0}), 3, 100'000)) << "the sum says so";
  EXPECT_FALSE(HasLittleInequality(Of({10, 20, 30}), 3, 100'000));
  EXPECT_TRUE(HasLittleInequality({.weight = 2, .total = 10, .ranked = 1}, 2, 100'000));
  // One of four is 6 per cent below the mean and the others are 2 above: G n is 6 per cent.
  EXPECT_TRUE(HasLittleInequality(Of({94, 102, 102, 102}), 4, 60'001));
  EXPECT_FALSE(HasLittleInequality(Of({94, 102, 102, 102}), 4, 60'000)) << "exactly at the limit";
  // Who answers for fifty is as well known as who answers for himself.
  EXPECT_TRUE(HasLittleInequality(Of({94, 102, 102, 102}, {50, 50, 50, 50}), 4, 60'001));
  EXPECT_FALSE(HasLittleInequality(Of({94, 102, 102, 102}, {50, 50, 50, 50}), 4, 60'000));
  int little = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::mt19937 random(seed);
    std::vector<int64_t> values;
    for (int i = 0; i < 3 + static_cast<int>(random() % 12); ++i) {
      values.push_back(1'000 + static_cast<int64_t>(random() % (1 + seed / 4)));
    }
    const GiniCell cell = Of(values);
    if (!HasLittleInequality(cell, static_cast<int64_t>(values.size()), 100'000)) continue;
    ++little;
    const double mean = static_cast<double>(cell.total) / static_cast<double>(cell.weight);
    for (const int64_t value : values) {
      EXPECT_LT(std::abs(static_cast<double>(value) - mean), 0.1 * mean) << "seed " << seed;
    }
  }
  EXPECT_GT(little, 50);
}

}  // namespace
}  // namespace kluis
