// Percentiles as they leave: where the sum of their measure would, with enough on each side, and as
// a number behind which k contributors stand.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/base/decimal.h"
#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"
#include "tests/disclosure/table/percentile_reference.h"

namespace kluis {
namespace {

constexpr int kMinimum = 5;

std::vector<Axis> Axes() {
  return {MakeAxis("buurt", VariableKind::kIdentifying, {0, 0, 1, 1, 2, 2}),
          MakeAxis("klasse", VariableKind::kConfidential, {0, 0, 0})};
}

RuleSet Rules() {
  RuleSet rules;
  rules.frequency.minimum = kMinimum;
  rules.percentile_each_side = 6;
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  rules.p_percent = PPercentParameters{};
  return rules;
}

std::vector<ValueOf> ValuesIn(const AggregateTable& table, const std::vector<Unit>& units,
                              const CellKey& key) {
  std::vector<ValueOf> values;
  for (const Unit& unit : units) {
    if (IsWithin(table.axes, unit.codes, key) && unit.has_value) {
      values.push_back({unit.contributor, unit.value, table.weighted ? unit.weight : 1});
    }
  }
  return values;
}

// Columns n, sum, avg, p25, p50.
AggregateTable TableOf(const std::vector<Unit>& units, const RuleSet& rules,
                       bool weighted = false) {
  TableOptions options;
  options.measure = true;
  options.weighted = weighted;
  AggregateTable table = Tabulate(Axes(), units, options);
  for (const int percent : {25, 50}) {
    PercentileColumn column{.measure = 0, .percent = percent, .nearest = rules.NearestNeeded()};
    for (const CellKey& key : table.keys) {
      column.cells.push_back(
          PercentileByDefinition(ValuesIn(table, units, key), 1, percent, rules.NearestNeeded()));
    }
    table.shape.statistics.push_back(
        {.name = percent == 50 ? "median" : "p25",
         .kind = percent == 50 ? StatisticKind::kMedian : StatisticKind::kPercentile,
         .variable = 0,
         .decimals = 1,
         .percentile = static_cast<int>(table.percentiles.size())});
    table.percentiles.push_back(std::move(column));
  }
  return table;
}

std::vector<Unit> Units(unsigned seed, int n) {
  std::mt19937 generator(seed);
  std::vector<Unit> units = DrawUnits(Axes(), n, &generator);
  for (Unit& unit : units) unit.weight = 1;
  return units;
}

bool IsShown(const ReleasedValue& value) { return value.status == ValueStatus::kOk; }

// How many values round to what was released, at the width that is the smallest for which they are
// k; 0 when no width explains the number.
int64_t StandBehind(const std::vector<ValueOf>& values, int percent, absl::int128 released) {
  const PercentileCell cell = PercentileByDefinition(values, 1, percent, 0);
  const PercentilePosition position = PositionOf(cell.weight, 1, percent);
  const absl::int128 point =
      (cell.low * (position.denominator - position.fraction) + cell.high * position.fraction) * 10;
  for (absl::int128 power = 1; power < PowerOfTen(15); power *= 10) {
    for (const int step : {1, 2, 5}) {
      const absl::int128 width = power * step;
      const absl::int128 multiple = DivideHalfEven(point, width * position.denominator);
      int64_t held = 0;
      for (const ValueOf& v : values) {
        held += DivideHalfEven(absl::int128{v.value} * 10, width) == multiple;
      }
      if (held >= kMinimum) return multiple * width == released ? held : 0;
    }
  }
  return 0;
}

TEST(PositionTest, StandsOnTheSumAndHasEnoughOnEachSide) {
  int shown = 0, hidden_alone = 0;
  for (unsigned seed = 1; seed <= 25; ++seed) {
    std::cout << "seed " << seed << "\n";
    const std::vector<Unit> units = Units(seed, 250);
    const AggregateTable table = TableOf(units, Rules());
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (size_t r = 0; r < release->values().size(); ++r) {
      const auto& row = release->values()[r];
      const int cell = release->shape().rows[r].cell;
      for (const size_t place : {3, 4}) {
        const int percent = place == 3 ? 25 : 50;
        const int64_t n = table.percentiles[0].cells[cell].contributors;
        if (!IsShown(row[place])) {
          hidden_alone += IsShown(row[1]);
          EXPECT_EQ(row[place].scaled, 0);
          continue;
        }
        ++shown;
        EXPECT_TRUE(IsShown(row[0]) && IsShown(row[1])) << "row " << r;
        EXPECT_GE((n - 1) * percent / 100 + 1, 6) << "row " << r;
        EXPECT_GE(StandBehind(ValuesIn(table, units, table.keys[cell]), percent, row[place].scaled),
                  kMinimum)
            << "row " << r;
      }
    }
  }
  EXPECT_GT(shown, 200);
  EXPECT_GT(hidden_alone, 30);
}

// What the largest has leaves the median alone, and who stands near it moves it by the width only.
TEST(PositionTest, OnePersonMoreOrLessInANestedCellIsNotSeen) {
  int pairs = 0;
  for (unsigned seed = 31; seed <= 50; ++seed) {
    const AggregateTable table = TableOf(Units(seed, 200), Rules());
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    const auto& rows = release->shape().rows;
    for (size_t a = 0; a < rows.size(); ++a) {
      for (size_t b = 0; b < rows.size(); ++b) {
        const CellKey &whole = table.keys[rows[a].cell], &part = table.keys[rows[b].cell];
        if (a == b || !IsWithin(table.axes, part, whole)) continue;
        if (!IsShown(release->values()[a][4]) || !IsShown(release->values()[b][4])) continue;
        ++pairs;
        const int64_t apart = table.units[rows[a].cell].rows - table.units[rows[b].cell].rows;
        EXPECT_TRUE(apart == 0 || apart >= kMinimum) << "seed " << seed;
      }
    }
  }
  EXPECT_GT(pairs, 100);
}

// The first class of the first buurt, with values of its own.
std::vector<Unit> WithValues(std::vector<Unit> units, const std::vector<int64_t>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    units[i].codes = {3, 1};
    units[i].value = values[i];
  }
  for (size_t i = values.size(); i < units.size(); ++i) {
    if (units[i].codes == std::vector<int>{3, 1}) units[i].codes = {4, 1};
  }
  return units;
}

ReleasedValue MedianOfTheClass(const std::vector<Unit>& units, const RuleSet& rules, int place) {
  const AggregateTable table = TableOf(units, rules);
  const auto release = Protect(table, rules, {});
  EXPECT_TRUE(release.ok()) << release.status();
  for (size_t r = 0; r < release->values().size(); ++r) {
    if (table.keys[release->shape().rows[r].cell] == CellKey{3, 1})
      return release->values()[r][place];
  }
  return {};
}

TEST(PositionTest, WhatNearlyEverybodyHasIsHiddenWithTheSum) {
  const std::vector<Unit> units = Units(60, 300);
  std::vector<int64_t> values(40, 700);
  for (int i = 0; i < 4; ++i) values[i] = 400 + i;  // 36 of 40 are 90 per cent
  RuleSet rules = Rules();
  rules.group_disclosure = GroupDisclosureParameters{.share_ppm = 900'000};
  EXPECT_TRUE(IsShown(MedianOfTheClass(WithValues(units, values), rules, 4)))
      << "exactly the share";
  EXPECT_EQ(MedianOfTheClass(WithValues(units, values), rules, 4).scaled, 7000);
  values[0] = 700;
  EXPECT_FALSE(IsShown(MedianOfTheClass(WithValues(units, values), rules, 4))) << "one more";
  EXPECT_FALSE(IsShown(MedianOfTheClass(WithValues(units, values), rules, 1)))
      << "a sum beside a hidden median would tell why it is hidden";
  rules.group_disclosure.reset();
  EXPECT_TRUE(IsShown(MedianOfTheClass(WithValues(units, values), rules, 4))) << "no such rule";
  EXPECT_FALSE(
      IsShown(MedianOfTheClass(WithValues(units, std::vector<int64_t>(40, 700)), rules, 4)))
      << "all of them, with or without the rule";
}

TEST(PositionTest, ATableThatListsTooFewValuesShowsNoPercentile) {
  AggregateTable table = TableOf(Units(61, 300), Rules());
  for (PercentileColumn& column : table.percentiles) column.nearest = kMinimum - 1;
  const auto release = Protect(table, Rules(), {});
  ASSERT_TRUE(release.ok()) << release.status();
  for (const auto& row : release->values()) {
    EXPECT_EQ(row[3].status, ValueStatus::kSuppressed);
    EXPECT_EQ(row[4].status, ValueStatus::kSuppressed);
  }
}

TEST(PositionTest, ATableWithoutThePercentilesIsRefused) {
  AggregateTable table = TableOf(Units(62, 100), Rules());
  table.percentiles[1].cells.pop_back();
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
  table = TableOf(Units(62, 100), Rules());
  table.shape.statistics[3].percentile = 2;
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
}

// Weights may put a percentile at the edge: who stands beyond it is counted, never weighed.
TEST(PositionTest, HeavyWeightsDoNotMakeASideOfMany) {
  std::vector<Unit> units = Units(63, 300);
  for (Unit& unit : units) unit.weight = unit.value < 60 ? 1000 : 1;
  const AggregateTable table = TableOf(units, Rules(), /*weighted=*/true);
  const auto release = Protect(table, Rules(), {});
  ASSERT_TRUE(release.ok()) << release.status();
  int shown = 0;
  for (size_t r = 0; r < release->values().size(); ++r) {
    const PercentileCell& cell = table.percentiles[1].cells[release->shape().rows[r].cell];
    if (!IsShown(release->values()[r][4])) continue;
    ++shown;
    EXPECT_GE(std::min(cell.at_or_below, cell.at_or_above), 6);
  }
  EXPECT_GT(shown, 0);
}

TEST(PositionTest, ACellWithoutValuesIsEmptyWhereZerosArePublished) {
  std::vector<Unit> units = WithValues(Units(64, 300), {});
  RuleSet rules = Rules();
  rules.frequency.protect_zeros = false;
  for (Unit& unit : units) unit.has_value &= unit.codes[0] != 3;
  const AggregateTable table = TableOf(units, rules);
  EXPECT_EQ(MedianOfTheClass(units, rules, 4).status, MedianOfTheClass(units, rules, 2).status);
}

}  // namespace
}  // namespace kluis
