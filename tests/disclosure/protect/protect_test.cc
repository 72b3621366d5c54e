#include "disclosure/protect/protect.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

AggregateTable Table(unsigned seed) {
  std::mt19937 generator(seed);
  TableOptions options;
  options.measure = options.distinct = true;
  return Tabulate(SmallAxes(), DrawUnits(SmallAxes(), 120, &generator), options);
}

bool Equal(const ProtectedTable& a, const ProtectedTable& b) {
  for (size_t r = 0; r < a.values().size(); ++r) {
    for (size_t s = 0; s < a.values()[r].size(); ++s) {
      if (a.values()[r][s].status != b.values()[r][s].status) return false;
      if (a.values()[r][s].scaled != b.values()[r][s].scaled) return false;
    }
  }
  return a.values().size() == b.values().size();
}

TEST(ProtectTest, EqualArgumentsGiveEqualTables) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const AggregateTable table = Table(seed);
    const auto first = Protect(table, SmallRules(), {});
    const auto second = Protect(table, SmallRules(), {});
    ASSERT_TRUE(first.ok() && second.ok()) << first.status();
    EXPECT_TRUE(Equal(*first, *second)) << "seed " << seed;
  }
}

TEST(ProtectTest, ASuppressedCountSuppressesWhatStandsOnItAndCarriesNoValue) {
  int suppressed = 0, published = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    const auto release = Protect(Table(seed), SmallRules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (const auto& row : release->values()) {
      for (const ReleasedValue& value : row) {
        if (value.status == ValueStatus::kSuppressed) {
          EXPECT_EQ(value.scaled, 0);
        }
        if (row[0].status == ValueStatus::kSuppressed) {
          EXPECT_EQ(value.status, ValueStatus::kSuppressed) << "seed " << seed;
        }
      }
      ++(row[0].status == ValueStatus::kSuppressed ? suppressed : published);
    }
  }
  EXPECT_GT(suppressed, 100);
  EXPECT_GT(published, 100);
}

TEST(ProtectTest, SumAndAverageShareOnePattern) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    const auto release = Protect(Table(seed), SmallRules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (const auto& row : release->values()) {
      EXPECT_EQ(row[2].status == ValueStatus::kSuppressed,
                row[3].status == ValueStatus::kSuppressed);
    }
  }
}

// The second measure is four times the first and has firms of its own size, so other cells of it
// are secret.
TEST(ProtectTest, ARatioIsShownWhereBothOfItsSumsAre) {
  int shown = 0, hidden = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    AggregateTable table = Table(seed);
    MeasureColumn four = table.measures[0];
    four.name = "vier";
    for (Contributions& cell : four.cells) {
      cell.total *= 4;
      cell.absolute_total *= 4;
      for (absl::int128& size : cell.largest) size *= seed % 2 == 0 ? 4 : 1;
      for (Share& share : cell.shares) share.amount *= seed % 2 == 0 ? 4 : 1;
      cell.unlisted *= seed % 2 == 0 ? 4 : 1;
    }
    table.measures.push_back(std::move(four));
    table.shape.statistics = {
        {.name = "a", .kind = StatisticKind::kSum, .variable = 0},
        {.name = "b", .kind = StatisticKind::kSum, .variable = 1},
        {.name = "r", .kind = StatisticKind::kRatio, .variable = 0, .decimals = 4, .divisor = 1}};
    const auto release = Protect(table, SmallRules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (const auto& row : release->values()) {
      const bool both = row[0].status == ValueStatus::kOk && row[1].status == ValueStatus::kOk;
      EXPECT_EQ(row[2].status == ValueStatus::kSuppressed, !both);
      if (row[2].status == ValueStatus::kOk) {
        EXPECT_EQ(row[2].scaled, 2500) << "a quarter";
      }
      if (row[2].status == ValueStatus::kEmpty) {
        EXPECT_EQ(row[1].scaled, 0);
      }
      ++(both ? shown : hidden);
    }
  }
  EXPECT_GT(shown, 50);
  EXPECT_GT(hidden, 50);
}

// In the first row the weights of those who meet the condition are 5 + 2.5 of 20; in the second
// nobody can be among them.
AggregateTable Divided() {
  AggregateTable table;
  table.axes = {MakeAxis("klasse", VariableKind::kIdentifying, {0, 0, 0})};
  table.keys = {{0}, {1}, {2}, {3}};
  table.uses.assign(4, CellUse::kDisplayed);
  table.weighted = true;
  table.weight_decimals = 1;
  for (const int weight : {200, 50, 25, 125})
    table.units.push_back({.rows = 40, .contributors = 40, .weight = weight});
  table.units[0].rows = table.units[0].contributors = 120;
  table.shape.statistics = {{.name = "s", .kind = StatisticKind::kShare, .decimals = 4, .part = 0},
                            {.name = "n", .kind = StatisticKind::kCount, .decimals = 1, .part = 0}};
  table.shape.rows = {{.codes = {}, .cell = 0, .parts = {{.in = {1, 2}, .out = {3}}}},
                      {.codes = {}, .cell = 3, .parts = {{.in = {}, .out = {3}}}}};
  return table;
}

TEST(ProtectTest, AShareIsOfWeightsAndAPartMayBeSeveralCellsOrNone) {
  const auto release = Protect(Divided(), SmallRules(), {});
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->values()[0][0].scaled, 3750);
  EXPECT_EQ(release->values()[0][1].scaled, 75);
  EXPECT_EQ(release->values()[1][0].scaled, 0);
  EXPECT_EQ(release->values()[1][1].scaled, 0);
  for (const auto& row : release->values()) {
    for (const ReleasedValue& value : row) EXPECT_EQ(value.status, ValueStatus::kOk);
  }
}

// What is shown of a part is what would be shown of each of its cells; of a hidden one nothing is.
TEST(ProtectTest, APartIsNotShownWhereOneOfItsCellsIsNot) {
  AggregateTable few = Divided();
  few.units[2].rows = few.units[2].contributors = 2;
  few.units[0].rows = few.units[0].contributors = 82;
  AggregateTable hidden = Divided();
  hidden.uses[2] = CellUse::kHidden;
  for (const AggregateTable& table : {few, hidden}) {
    const auto release = Protect(table, SmallRules(), {});
    ASSERT_TRUE(release.ok()) << release.status();
    for (const ReleasedValue& value : release->values()[0])
      EXPECT_EQ(value.status, ValueStatus::kSuppressed);
  }
}

TEST(ProtectTest, ATableWhosePartsAreNoCellsIsNoTable) {
  AggregateTable outside = Divided(), missing = Divided(), share_of_all = Divided();
  outside.shape.rows[0].parts[0].out = {4};
  missing.shape.rows[1].parts.clear();
  share_of_all.shape.statistics[0].part = -1;
  for (const AggregateTable& table : {outside, missing, share_of_all})
    EXPECT_FALSE(Protect(table, SmallRules(), {}).ok());
}

TEST(ProtectTest, CostsAreKeyedByTheCanonicalCellAndVariable) {
  std::set<std::string> asked;
  ProtectOptions options;
  options.cost_factor = [&](absl::string_view cell) {
    asked.insert(std::string(cell));
    return 1.0;
  };
  ASSERT_TRUE(Protect(Table(1), SmallRules(), options).ok());
  EXPECT_EQ(asked.count("buurt=_T|klasse=klasse1|units"), 1u);
  EXPECT_EQ(asked.count("buurt=buurt3|klasse=_T|omzet"), 1u);
}

TEST(ProtectTest, ABudgetThatIsTooSmallReleasesNothing) {
  ProtectOptions options;
  options.iterations_max = 1;
  EXPECT_TRUE(absl::IsDeadlineExceeded(Protect(Table(1), SmallRules(), options).status()));
  const std::atomic<bool> cancelled = true;
  ProtectOptions stopped;
  stopped.cancelled = &cancelled;
  EXPECT_TRUE(absl::IsCancelled(Protect(Table(1), SmallRules(), stopped).status()));
}

TEST(ProtectTest, SuppressedValuesComeLastInBothDirectionsAndTheLimitCutsAfterOrdering) {
  for (const bool descending : {false, true}) {
    AggregateTable table = Table(2);
    table.shape.order_by = {{.statistic = true, .column = 0, .descending = descending}};
    const auto release = Protect(table, SmallRules(), {});
    ASSERT_TRUE(release.ok());
    bool seen = false;
    for (const auto& row : release->values()) {
      const bool suppressed = row[0].status == ValueStatus::kSuppressed;
      EXPECT_FALSE(seen && !suppressed);
      seen |= suppressed;
    }
    table.shape.limit = 3;
    EXPECT_EQ(Protect(table, SmallRules(), {})->values().size(), 3u);
  }
}

TEST(ProtectTest, GroupDisclosureIsJudgedInBothReadingsOfAMixedVariable) {
  std::vector<Axis> axes = {MakeAxis("household", VariableKind::kMixed, {0, 0}),
                            MakeAxis("debt", VariableKind::kConfidential, {0, 0})};
  axes[1].categories[1].sensitive = true;
  std::vector<Unit> units;
  const auto add = [&](int household, int debt, int n) {
    for (int i = 0; i < n; ++i) units.push_back({.codes = {household, debt}});
  };
  add(1, 1, 95);  // of 100 in household 1, and of 200 in all
  add(1, 2, 5);
  add(2, 1, 20);
  add(2, 2, 80);
  for (size_t i = 0; i < units.size(); ++i) units[i].contributor = static_cast<int64_t>(i);
  RuleSet rules;
  rules.frequency.minimum = 3;
  rules.group_disclosure = GroupDisclosureParameters{.share_ppm = 900'000};
  const auto release = Protect(Tabulate(axes, units, {}), rules, {});
  ASSERT_TRUE(release.ok()) << release.status();
  for (const CellReview& cell : release->review()) {
    EXPECT_TRUE(cell.rule != "group" || cell.required_low <= 90) << cell.required_low;
  }
  const auto shown = [&](const std::string& household, const std::string& debt) {
    for (size_t r = 0; r < release->values().size(); ++r) {
      const std::vector<std::string>& codes = release->shape().rows[r].codes;
      if (codes[0] == household && codes[1] == debt) {
        return release->values()[r][0].status == ValueStatus::kOk;
      }
    }
    return false;
  };
  EXPECT_FALSE(shown("household1", "debt1"));
  EXPECT_TRUE(shown(kTotalCode, kTotalCode));
}

TEST(ProtectTest, EveryPrimaryIsProvenToItsRequiredInterval) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const auto release = Protect(Table(seed), SmallRules(), {});
    ASSERT_TRUE(release.ok());
    for (const CellReview& cell : release->review()) {
      if (cell.decision != "primary" || cell.variable != "omzet") continue;
      EXPECT_GE(cell.interval_high, cell.required_high * (1 - 1e-9)) << cell.rule;
      EXPECT_LE(cell.interval_low, cell.required_low * (1 + 1e-9)) << cell.rule;
    }
  }
}

// Nothing is asked of a secondary cell, but it moves in the tables that prove the primaries.
TEST(ProtectTest, ASecondaryCellHasTheIntervalInWhichItMoves) {
  int secondaries = 0, moving = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const auto release = Protect(Table(seed), SmallRules(), {});
    ASSERT_TRUE(release.ok());
    for (const CellReview& cell : release->review()) {
      if (cell.decision != "secondary" || cell.variable != "omzet") continue;
      const double value = std::stod(cell.value);
      EXPECT_LE(cell.interval_low, value) << "seed " << seed;
      EXPECT_GE(cell.interval_high, value) << "seed " << seed;
      EXPECT_EQ(cell.required_low, cell.required_high);
      ++secondaries;
      moving += cell.interval_low < cell.interval_high;
    }
  }
  EXPECT_GT(secondaries, 20);
  EXPECT_EQ(moving, secondaries);
}

}  // namespace
}  // namespace kluis
