// Variances as they leave: where the count, the sum and the sum of squares would, and never where
// they tell how often a value was given, or what everybody has.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/protect/protect.h"
#include "disclosure/rules/variance.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

RuleSet Rules() {
  RuleSet rules = SmallRules();
  rules.degrees_of_freedom = 5;
  return rules;
}

// The columns n, sum, avg, variance, stddev.
AggregateTable TableOf(const std::vector<Unit>& units) {
  TableOptions options;
  options.measure = true;
  AggregateTable table = Tabulate(SmallAxes(), units, options);
  MeasureColumn squares{
      .name = "omzet^2", .cells = {}, .squares_of = 0, .levels = std::vector<int64_t>{}};
  for (const CellKey& key : table.keys) {
    std::vector<Unit> inside;
    for (const Unit& unit : units) {
      if (!IsWithin(table.axes, unit.codes, key)) continue;
      inside.push_back(unit);
      inside.back().value *= unit.value;
    }
    std::vector<const Unit*> pointers;
    for (const Unit& unit : inside) pointers.push_back(&unit);
    squares.cells.push_back(ContributionsOf(pointers, {}));
  }
  table.measures.push_back(std::move(squares));
  table.shape.statistics.push_back({.name = "variance",
                                    .kind = StatisticKind::kVariance,
                                    .variable = 0,
                                    .decimals = 1,
                                    .squares = 1});
  table.shape.statistics.push_back({.name = "stddev",
                                    .kind = StatisticKind::kDeviation,
                                    .variable = 0,
                                    .decimals = 1,
                                    .squares = 1});
  return table;
}

// Drops the other cells.
void KeepCells(const std::function<bool(const CellKey&)>& kept, AggregateTable* table) {
  const AggregateTable all = *table;
  table->keys.clear();
  table->uses.clear();
  table->units.clear();
  for (MeasureColumn& measure : table->measures) measure.cells.clear();
  for (size_t i = 0; i < all.keys.size(); ++i) {
    if (!kept(all.keys[i])) continue;
    table->keys.push_back(all.keys[i]);
    table->uses.push_back(all.uses[i]);
    table->units.push_back(all.units[i]);
    for (size_t m = 0; m < all.measures.size(); ++m) {
      table->measures[m].cells.push_back(all.measures[m].cells[i]);
    }
  }
  table->shape.rows = DisplayedRows(*table);
}

std::vector<Unit> Units(unsigned seed, int n) {
  std::mt19937 generator(seed);
  std::vector<Unit> units = DrawUnits(SmallAxes(), n, &generator);
  for (Unit& unit : units) {
    unit.value = 1 + unit.value % 1000;  // no giants
    unit.weight = 1;
  }
  return units;
}

bool IsShown(const ReleasedValue& value) { return value.status == ValueStatus::kOk; }

TEST(ShapeTest, AVarianceIsShownWhereAllOfItsPartsWouldBe) {
  int shown = 0, alone = 0;
  for (unsigned seed = 1; seed <= 25; ++seed) {
    std::cout << "seed " << seed << "\n";
    std::vector<Unit> units = Units(seed, 300);
    for (size_t i = 0; i < units.size(); i += 3) units[i].value *= 1 + seed % 4;
    for (size_t i = 0; i < units.size(); i += 11) units[i].has_value = seed % 2 == 0;
    const AggregateTable table = TableOf(units);
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (size_t r = 0; r < release->values().size(); ++r) {
      const auto& row = release->values()[r];
      const int cell = release->shape().rows[r].cell;
      EXPECT_EQ(row[3].status, row[4].status);
      alone += IsShown(row[1]) && !IsShown(row[3]);
      if (!IsShown(row[3])) continue;
      ++shown;
      EXPECT_TRUE(IsShown(row[0]) && IsShown(row[1]) && IsShown(row[2])) << "row " << r;
      EXPECT_GE(table.measures[0].cells[cell].contributors, 6) << "row " << r;
      const SampleMoments moments =
          MomentsOf(table.measures[0].cells[cell], table.measures[1].cells[cell], false, 0);
      EXPECT_EQ(row[3].scaled, SampleVariance(moments));
      EXPECT_EQ(row[4].scaled, SampleDeviation(moments));
    }
  }
  EXPECT_GT(shown, 150);
  EXPECT_GT(alone, 20);
}

// Of 6 among 106 the sum is hidden; the variance of all 106 would tell how far their mean can be from
// that of all: n (N - n) / N (R - T^2 / N).
TEST(ShapeTest, NoWholeOfASecretSumShowsItsVariance) {
  int hidden = 0, wholes = 0;
  for (unsigned seed = 61; seed <= 75; ++seed) {
    const AggregateTable table = TableOf(Units(seed, 300));
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (size_t r = 0; r < release->values().size(); ++r) {
      if (release->values()[r][1].status != ValueStatus::kSuppressed) continue;
      ++hidden;
      const CellKey& part = table.keys[release->shape().rows[r].cell];
      for (size_t w = 0; w < release->values().size(); ++w) {
        const CellKey& whole = table.keys[release->shape().rows[w].cell];
        if (!IsWithin(table.axes, part, whole)) continue;
        EXPECT_FALSE(IsShown(release->values()[w][3])) << "seed " << seed;
        wholes += IsShown(release->values()[w][1]);
      }
    }
  }
  EXPECT_GT(hidden, 30);
  EXPECT_GT(wholes, 30);
}

// GROUP BY GROUPING SETS ((buurt), (soort)): the kinds together are all units, so their sums of
// squares are that of all, which says where the sum of a buurt can lie.
TEST(ShapeTest, NoVariancesThatTogetherCoverASecretSumAreShown) {
  int secrets = 0, safe = 0;
  for (unsigned seed = 81; seed <= 95; ++seed) {
    const std::vector<Unit> units = Units(seed, seed % 2 == 0 ? 60 : 600);
    AggregateTable table = TableOf(units);
    table.axes[1].kind = VariableKind::kIdentifying;
    const auto is_margin = [](const CellKey& key) { return key[0] == 0 || key[1] == 0; };
    KeepCells(is_margin, &table);
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    bool secret = false;
    for (size_t r = 0; r < release->values().size(); ++r) {
      secret |= !IsShown(release->values()[r][1]);
    }
    ++(secret ? secrets : safe);
    for (size_t r = 0; r < release->values().size(); ++r) {
      const CellKey& key = table.keys[release->shape().rows[r].cell];
      if (key[0] != 0) continue;  // a buurt is no whole of another
      EXPECT_EQ(IsShown(release->values()[r][3]), !secret) << "seed " << seed;
    }
  }
  EXPECT_GT(secrets, 3);
  EXPECT_GT(safe, 3);
}

// What is asked for beside it has no influence on where it is shown.
TEST(ShapeTest, AVarianceAloneHasThePatternOfAVarianceAmongOthers) {
  for (unsigned seed = 31; seed <= 40; ++seed) {
    AggregateTable table = TableOf(Units(seed, 250));
    const auto among = Protect(table, Rules(), {});
    table.shape.statistics = {table.shape.statistics[3]};
    const auto alone = Protect(table, Rules(), {});
    ASSERT_TRUE(among.ok() && alone.ok());
    for (size_t r = 0; r < among->values().size(); ++r) {
      EXPECT_EQ(among->values()[r][3].status, alone->values()[r][0].status) << "seed " << seed;
    }
  }
}

// Count, mean and variance of all cells of a line but one, and of the line, would give the sum of
// squares of that one.
TEST(ShapeTest, NoSumOfSquaresIsALineWithoutItsOtherCells) {
  int lines = 0;
  for (unsigned seed = 41; seed <= 60; ++seed) {
    const AggregateTable table = TableOf(Units(seed, 300));
    const auto release = Protect(table, Rules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    std::map<CellKey, bool> hidden;
    for (size_t r = 0; r < release->values().size(); ++r) {
      hidden[table.keys[release->shape().rows[r].cell]] = !IsShown(release->values()[r][3]);
    }
    for (int buurt = 0; buurt < 7; ++buurt) {
      int count = 0;
      for (int klasse = 0; klasse < 4; ++klasse) count += hidden.at({buurt, klasse});
      EXPECT_NE(count, 1) << "seed " << seed << " buurt " << buurt;
      lines += count > 1 && count < 4;
    }
  }
  EXPECT_GT(lines, 20);
}

// The first class of the first buurt, with values of its own; two larger ones beside it.
std::vector<ReleasedValue> RowOf(const std::vector<int64_t>& values, const RuleSet& rules,
                                 const std::function<void(AggregateTable*)>& change = nullptr) {
  std::vector<Unit> units;
  for (const int buurt : {3, 4, 5, 6}) {
    for (int klasse = 1; klasse <= 3; ++klasse) {
      const bool own = buurt == 3 && klasse == 1;
      for (int i = 0; i < (own ? static_cast<int>(values.size()) : 40); ++i) {
        const auto id = static_cast<int64_t>(units.size());
        units.push_back({.codes = {buurt, klasse},
                         .contributor = id,
                         .value = own ? values[i] : 100 + 37 * i % 900});
      }
    }
  }
  AggregateTable table = TableOf(units);
  if (change) change(&table);
  const auto release = Protect(table, rules, {});
  EXPECT_TRUE(release.ok()) << release.status();
  for (size_t r = 0; r < release->values().size(); ++r) {
    if (table.keys[release->shape().rows[r].cell] == CellKey{3, 1}) return release->values()[r];
  }
  return {};
}

std::string Statuses(const std::vector<ReleasedValue>& row) {
  std::string text;
  for (const ReleasedValue& value : row) text += IsShown(value) ? 'x' : '.';
  return text;
}

TEST(ShapeTest, WhatEachReasonHides) {
  std::vector<int64_t> spread, equal(30, 700), close, giant;
  for (int i = 0; i < 30; ++i) {
    spread.push_back(100 + 29 * i);
    close.push_back(10'000 + i);
    giant.push_back(100);
  }
  giant[0] = 2'500;  // 46 per cent of the sum, 96 of the squares
  EXPECT_EQ(Statuses(RowOf(spread, Rules())), "xxxxx");
  EXPECT_EQ(Statuses(RowOf(equal, Rules())), "x....") << "the mean would be everybody's value";
  EXPECT_EQ(Statuses(RowOf(close, Rules())), "x....") << "within 10 per cent of the mean";
  EXPECT_EQ(Statuses(RowOf(giant, Rules())), "xxx..") << "the largest has nearly all squares";
  RuleSet rules = Rules();
  rules.degrees_of_freedom = 29;
  EXPECT_EQ(Statuses(RowOf(spread, rules)), "xxxxx") << "30 less the mean";
  rules.degrees_of_freedom = 30;
  EXPECT_EQ(Statuses(RowOf(spread, rules)), "xxx..");
  EXPECT_EQ(Statuses(RowOf(spread, Rules(),
                           [](AggregateTable* table) { table->measures[1].levels.reset(); })),
            "xxx..")
      << "nobody looked how many values there are";
}

// Two of 40 have no value. Numbers of values for which the sums of squares of two classes add up to
// that of both: as a rule the true ones alone, so a sum or a mean is hidden beside a variance where
// a sum is beside a mean.
TEST(ShapeTest, AVarianceTellsHowManyHaveNoValueAsAMeanDoes) {
  std::vector<Unit> units;
  for (const int buurt : {3, 4, 5, 6}) {
    for (int i = 0; i < 120; ++i) {
      units.push_back({.codes = {buurt, 1 + i % 3},
                       .contributor = static_cast<int64_t>(units.size()),
                       .value = 100 + 37 * i % 900});
      if (buurt == 3 && i % 3 == 0 && i < 6) units.back().has_value = false;
    }
  }
  const auto statuses = [&](const std::vector<int>& columns) {
    AggregateTable table = TableOf(units);
    const std::vector<StatisticColumn> all = table.shape.statistics;
    table.shape.statistics.clear();
    for (const int column : columns) table.shape.statistics.push_back(all[column]);
    const auto release = Protect(table, Rules(), {});
    EXPECT_TRUE(release.ok()) << release.status();
    for (size_t r = 0; r < release->values().size(); ++r) {
      if (table.keys[release->shape().rows[r].cell] == CellKey{3, 1}) {
        return Statuses(release->values()[r]);
      }
    }
    return std::string();
  };
  EXPECT_EQ(statuses({0, 1}), "xx") << "the sum alone tells nothing of it";
  EXPECT_EQ(statuses({0, 1, 2}), "x..");
  EXPECT_EQ(statuses({0, 1, 3}), "x..");
  EXPECT_EQ(statuses({0, 2, 4}), "x..");
}

// Beside SHARE(klasse = 1): the classes of a buurt are shown for their counts, and nobody sees their
// sums. What is hidden to sums for that is no secret sum.
TEST(ShapeTest, ACellThatIsDisplayedForItsCountHidesNoVarianceAboveIt) {
  std::vector<Unit> units;
  for (const int buurt : {3, 4, 5, 6}) {
    for (int i = 0; i < 300; ++i) {
      units.push_back({.codes = {buurt, 1 + i % 3},
                       .contributor = static_cast<int64_t>(units.size()),
                       .value = 100 + 37 * i % 900});
    }
  }
  AggregateTable table = TableOf(units);
  table.sum_uses = table.uses;
  for (size_t i = 0; i < table.keys.size(); ++i) {
    if (table.keys[i][1] != 0) table.sum_uses[i] = CellUse::kHidden;
  }
  const auto release = Protect(table, Rules(), {});
  ASSERT_TRUE(release.ok()) << release.status();
  int shown = 0;
  for (size_t r = 0; r < release->values().size(); ++r) {
    const bool total = table.keys[release->shape().rows[r].cell][1] == 0;
    EXPECT_EQ(Statuses(release->values()[r]), total ? "xxxxx" : "x....");
    shown += total;
  }
  EXPECT_EQ(shown, 7);
}

TEST(ShapeTest, ATableWithoutTheSquaresIsRefused) {
  AggregateTable table = TableOf(Units(70, 100));
  table.measures[1].squares_of = -1;
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
  table.measures[1].squares_of = 1;
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
  table.measures[1].squares_of = 0;
  table.measures[1].cells.pop_back();
  EXPECT_FALSE(Protect(table, Rules(), {}).ok());
}

}  // namespace
}  // namespace kluis
