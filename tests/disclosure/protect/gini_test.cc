// A Gini coefficient as it leaves: where the sum of its measure would.
#include "disclosure/rules/gini.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"
#include "tests/disclosure/table/gini_reference.h"

namespace kluis {
namespace {

RuleSet Rules() {
  RuleSet rules = SmallRules();
  rules.frequency.protect_zeros = false;
  return rules;
}

// The columns n, sum, avg, gini.
AggregateTable TableOf(const std::vector<Unit>& units) {
  TableOptions options;
  options.measure = true;
  AggregateTable table = Tabulate(SmallAxes(), units, options);
  GiniColumn column{.measure = 0};
  for (const CellKey& key : table.keys) {
    std::vector<ValueOf> values;
    for (const Unit& unit : units) {
      if (IsWithin(table.axes, unit.codes, key))
        values.push_back({unit.contributor, unit.value, 1});
    }
    column.cells.push_back(GiniByDefinition(values));
  }
  table.ginis.push_back(std::move(column));
  table.shape.statistics.push_back(
      {.name = "gini", .kind = StatisticKind::kGini, .variable = 0, .decimals = 4, .gini = 0});
  return table;
}

bool IsShown(const ReleasedValue& value) { return value.status == ValueStatus::kOk; }

// Of four among a hundred who all have about the same. What is between the groups is no more than what
// is between all, so their sum is 4 T / 100, give or take G T; G of all would give it within 5 %.
TEST(GiniReleaseTest, OfAWholeGivesNoSecretSumInIt) {
  std::vector<Unit> units;
  for (const int buurt : {3, 4, 5, 6}) {
    for (int i = 0; i < (buurt == 3 ? 4 : 32); ++i) {
      units.push_back({.codes = {buurt, 1 + i % 3},
                       .contributor = static_cast<int64_t>(units.size()),
                       .value = 1'000 + (i % 2 == 0 ? 3 : -3)});
    }
  }
  const AggregateTable table = TableOf(units);
  const auto release = Protect(table, Rules(), {});
  ASSERT_TRUE(release.ok()) << release.status();
  for (size_t r = 0; r < release->values().size(); ++r) {
    const auto& row = release->values()[r];
    const CellKey& key = table.keys[release->shape().rows[r].cell];
    if (key == CellKey{3, 0}) {
      EXPECT_EQ(row[1].status, ValueStatus::kSuppressed);
    }
    if (key != CellKey{0, 0}) continue;
    EXPECT_TRUE(IsShown(row[1]));
    EXPECT_EQ(row[3].status, ValueStatus::kSuppressed);
    EXPECT_LT(*GiniOf(table.ginis[0].cells[release->shape().rows[r].cell]) * 100, 4 * 500);
  }
}

TEST(GiniReleaseTest, IsShownWhereTheSumIsAndNoSecretIsInIt) {
  int shown = 0, hidden = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::cout << "seed " << seed << "\n";
    std::mt19937 generator(seed);
    std::vector<Unit> units = DrawUnits(SmallAxes(), 250, &generator);
    for (Unit& unit : units) unit.weight = 1;
    const AggregateTable table = TableOf(units);
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (size_t r = 0; r < release->values().size(); ++r) {
      const auto& row = release->values()[r];
      const int cell = release->shape().rows[r].cell;
      const std::optional<absl::int128> gini = GiniOf(table.ginis[0].cells[cell]);
      bool secret = false;
      for (size_t part = 0; part < release->values().size(); ++part) {
        const CellKey& key = table.keys[release->shape().rows[part].cell];
        secret |= IsWithin(table.axes, key, table.keys[cell]) &&
                  release->values()[part][1].status == ValueStatus::kSuppressed;
      }
      EXPECT_EQ(row[3].status == ValueStatus::kSuppressed, secret);
      if (IsShown(row[3])) {
        EXPECT_EQ(row[3].scaled, gini);
      }
      ++(IsShown(row[3]) ? shown : hidden);
    }
  }
  EXPECT_GT(shown, 100);
  EXPECT_GT(hidden, 100);
}

// The first class of the first buurt, with values of its own.
std::vector<ReleasedValue> RowOf(const std::vector<int64_t>& values) {
  std::vector<Unit> units;
  for (const int buurt : {3, 4, 5, 6}) {
    for (int klasse = 1; klasse <= 3; ++klasse) {
      const bool own = buurt == 3 && klasse == 1;
      for (int i = 0; i < (own ? static_cast<int>(values.size()) : 40); ++i) {
        units.push_back({.codes = {buurt, klasse},
                         .contributor = static_cast<int64_t>(units.size()),
                         .value = own ? values[i] : 100 + 37 * i % 900});
      }
    }
  }
  const AggregateTable table = TableOf(units);
  const auto release = Protect(table, Rules(), {});
  EXPECT_TRUE(release.ok()) << release.status();
  for (size_t r = 0; r < release->values().size(); ++r) {
    if (table.keys[release->shape().rows[r].cell] == CellKey{3, 1}) return release->values()[r];
  }
  return {};
}

TEST(GiniReleaseTest, EqualityHidesTheSumAndNothingIsEmpty) {
  std::vector<int64_t> spread, close;
  for (int i = 0; i < 30; ++i) {
    spread.push_back(100 + 29 * i);
    close.push_back(10'000 + i);
  }
  EXPECT_TRUE(IsShown(RowOf(spread)[3]));
  for (const std::vector<int64_t>& values : {std::vector<int64_t>(30, 700), close}) {
    EXPECT_TRUE(IsShown(RowOf(values)[0]));
    EXPECT_EQ(RowOf(values)[1].status, ValueStatus::kSuppressed);
    EXPECT_EQ(RowOf(values)[3].status, ValueStatus::kSuppressed);
  }
  EXPECT_EQ(RowOf(std::vector<int64_t>(30, 0))[1].scaled, 0);
  EXPECT_EQ(RowOf(std::vector<int64_t>(30, 0))[3].status, ValueStatus::kEmpty);
}

TEST(GiniReleaseTest, ATableWithoutItIsRefused) {
  std::mt19937 generator(3);
  AggregateTable table = TableOf(DrawUnits(SmallAxes(), 60, &generator));
  table.ginis[0].cells.pop_back();
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
  table.ginis.clear();
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
}

}  // namespace
}  // namespace kluis
