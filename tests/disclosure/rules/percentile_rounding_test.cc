#include "disclosure/rules/percentile_rounding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "disclosure/base/decimal.h"
#include "tests/disclosure/table/percentile_reference.h"

namespace kluis {
namespace {

std::vector<ValueOf> Rows(const std::vector<int64_t>& values) {
  std::vector<ValueOf> rows;
  for (const int64_t value : values) rows.push_back({static_cast<int64_t>(rows.size()), value});
  return rows;
}

// `from`, `from` + `step`, ...
std::vector<int64_t> Spread(int64_t from, int64_t step, int count) {
  std::vector<int64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(from + step * i);
  return values;
}

std::vector<int64_t> Join(std::vector<int64_t> a, const std::vector<int64_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::optional<absl::int128> Rounded(const std::vector<ValueOf>& rows, int percent, int64_t k) {
  const PercentileCell cell = PercentileByDefinition(rows, 1, percent, k);
  return RoundedPercentile(cell, PositionOf(cell.weight, 1, percent), k);
}

struct RoundingCase {
  std::string name;
  std::vector<int64_t> values;
  int percent;
  int k;
  std::optional<int64_t> tenths;  // one decimal more than the values
};

TEST(PercentileRoundingTest, KContributorsStandBehindWhatLeaves) {
  const std::vector<int64_t> ties = Join(std::vector<int64_t>(5, 3), std::vector<int64_t>(5, 4));
  const std::vector<RoundingCase> cases = {
      {"the value of one person among neighbours: to 20.0", Spread(10, 1, 21), 50, 10, 200},
      {"the same for 3 of them, 19 to 21: to 2.0", Spread(10, 1, 21), 50, 3, 200},
      {"11, 13, ... 51: 27 to 33 are 4 at a width of 10.0", Spread(11, 2, 21), 50, 4, 300},
      {"of whom 5 are asked: 30 to 50, at 20.0", Spread(11, 2, 21), 50, 5, 400},
      {"k share the value: it leaves as it is",
       Join(Spread(0, 100, 3), std::vector<int64_t>(7, 55)), 75, 5, 550},
      {"one fewer, and it is rounded until 51 is there, too",
       Join(Join(Spread(0, 100, 3), {51}), std::vector<int64_t>(4, 55)), 50, 5, 600},
      {"between two values that k share each", ties, 50, 5, 35},
      {"between two values of which one is shared by fewer", Join(ties, {3, 3, 2, 5, 5, 5, 5}), 50,
       6, 40},
      {"values far apart around it say nothing but 0", {1, 20, 400, 8000, 160000}, 50, 3, {}},
      {"0 is 0 at every width", {-900, -50, 0, 70, 900}, 50, 5, 0},
      {"fewer than k have a value", Spread(10, 1, 4), 50, 5, {}},
      {"below zero as above", Spread(-30, 1, 21), 50, 10, -200},
  };
  for (const RoundingCase& c : cases) {
    const auto rounded = Rounded(Rows(c.values), c.percent, c.k);
    ASSERT_EQ(rounded.has_value(), c.tenths.has_value()) << c.name;
    if (rounded) {
      EXPECT_EQ(*rounded, *c.tenths) << c.name;
    }
  }
}

TEST(PercentileRoundingTest, RowsOfOneContributorAreNotMany) {
  std::vector<ValueOf> rows = Rows(std::vector<int64_t>(12, 55));
  EXPECT_EQ(Rounded(rows, 50, 5), absl::int128{550});
  for (ValueOf& row : rows) row.contributor = 0;
  EXPECT_FALSE(Rounded(rows, 50, 5).has_value());
}

// Over all values, not the nearest alone.
std::optional<absl::int128> BySearch(const std::vector<ValueOf>& rows, int percent, int64_t k) {
  const PercentileCell cell = PercentileByDefinition(rows, 1, percent, 0);
  const PercentilePosition position = PositionOf(cell.weight, 1, percent);
  const absl::int128 point =
      (cell.low * (position.denominator - position.fraction) + cell.high * position.fraction) * 10;
  int64_t at_low = 0, at_high = 0;
  for (const ValueOf& row : rows) {
    at_low += row.value == cell.low;
    at_high += row.value == cell.high;
  }
  // Both are one value, or each has its own holders.
  if (cell.low != cell.high && at_low >= k && at_high >= k) {
    return DivideHalfEven(point, position.denominator);
  }
  for (absl::int128 power = 1; power < PowerOfTen(20); power *= 10) {
    for (const int step : {1, 2, 5}) {
      const absl::int128 width = power * step;
      const absl::int128 multiple = DivideHalfEven(point, width * position.denominator);
      if (multiple == 0 && point != 0 && width > 1) return std::nullopt;
      int64_t held = 0;
      for (const ValueOf& row : rows) {
        held += DivideHalfEven(absl::int128{row.value} * 10, width) == multiple;
      }
      if (held >= k) return multiple * width;
    }
  }
  return std::nullopt;
}

TEST(PercentileRoundingTest, TheNearestValuesTellAsMuchAsAll) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::mt19937 random(seed);
    const int64_t range = seed % 3 == 0 ? 9 : seed % 3 == 1 ? 300 : 1'000'000;
    std::vector<int64_t> values;
    for (int i = 0; i < 5 + static_cast<int>(random() % 60); ++i) {
      values.push_back(static_cast<int64_t>(random() % range) - range / 4);
    }
    for (const int percent : {10, 25, 50, 75, 90}) {
      const int64_t k = 3 + seed % 8;
      EXPECT_EQ(Rounded(Rows(values), percent, k), BySearch(Rows(values), percent, k))
          << "seed " << seed << " p" << percent;
    }
  }
}

}  // namespace
}  // namespace kluis
