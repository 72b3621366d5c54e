// Known failures of tools on tables that share cells, and on hierarchies.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "disclosure/suppression/pattern.h"
#include "disclosure/table/relations.h"
#include "tests/disclosure/known_failures/attacked.h"

namespace kluis {
namespace {

// US#136, sdcTable protectLinkedTables: regions A B I J K L M N with 2 2 8 8 3 3 3 7, up to 3
// sensitive; one table by county (A B I J; K L M N), one by group (L M are big, the others small).
// By county K, L and M are hidden and N is shown, by group L + M is the published 6: K = 16 - 7
// - 6. A region is in one group, so its cells by group say the same again.
constexpr int kRegions[] = {3, 4, 5, 6, 7, 8, 9, 10};  // A B I J K L M N
constexpr int kCounts[] = {2, 2, 8, 8, 3, 3, 3, 7};

AggregateTable CountiesAndGroups() {
  const std::vector<Axis> axes = {
      MakeAxis("region", VariableKind::kIdentifying, {0, 0, 1, 1, 1, 1, 2, 2, 2, 2}),
      MakeAxis("group", VariableKind::kIdentifying, {0, 0})};
  const auto group_of = [](int region) { return region == 8 || region == 9 ? 1 : 2; };
  std::vector<Unit> units;
  for (int r = 0; r < 8; ++r) AddUnits({kRegions[r], group_of(kRegions[r])}, kCounts[r], &units);
  const auto displayed = [](const CellKey& key) {
    return key[0] == 0 || key[0] >= 3 || key[1] == 0;
  };
  AggregateTable table = Tabulate(axes, units, {.displayed = displayed});
  for (size_t i = 0; i < table.keys.size(); ++i) {
    const int region = table.keys[i][0], group = table.keys[i][1];
    const bool elsewhere = region >= 3 ? group_of(region) != group : region == 1 && group == 1;
    if (group > 0 && elsewhere) table.uses[i] = CellUse::kImpossible;
  }
  return table;
}

TEST(KnownFailures, LinkedTablesByIteration) {
  Attacked attacked{
      .table = CountiesAndGroups(), .rules = {}, .floor = 1, .known = {}, .required = {}};
  attacked.rules.frequency.minimum = 4;
  Cells naive = {{5, 0}, {5, 2}};
  for (const int region : {3, 4, 7, 8, 9}) {
    attacked.required[{region, 0}] = {2, 4};
    for (const int group : {0, 1, 2}) naive.insert({region, group});
  }
  const AuditTable shown = WithHidden(attacked, naive);
  const auto found = AuditCells(shown, {});
  ASSERT_TRUE(found.ok()) << found.status();
  for (size_t i = 0; i < shown.cells.size(); ++i) {
    if (shown.cells[i].key == CellKey{7, 0}) {
      EXPECT_EQ(found->intervals[i], (AuditInterval{3, 3}));
    }
  }
  EXPECT_EQ(Exposed(attacked, naive).count({7, 0}), 1u);
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_GE(ShownCells(attacked, hidden), 3u);
}

// GaussSuppression, vignette on linked tables, "consistent": countries by year and EU by year share
// totals, and each table is safe alone. EU-2015 minus Portugal-2015 is Spain-2015, and by way of
// Spain-2014 the sensitive Portugal-2014 follows.
TEST(KnownFailures, EuMinusPortugal) {
  const std::vector<Axis> axes = {MakeAxis("geo", VariableKind::kIdentifying, {0, 0, 1, 1, 2}),
                                  MakeAxis("year", VariableKind::kIdentifying, {0, 0, 0})};
  const int spain = 3, portugal = 4, iceland = 5, eu = 1, others = 2;
  std::vector<Unit> units;
  const int counts[3][3] = {{15, 4, 7}, {1, 3, 2}, {8, 2, 2}};
  for (const int country : {spain, portugal, iceland}) {
    for (int year = 1; year <= 3; ++year) {
      AddUnits({country, year}, counts[country - spain][year - 1], &units);
    }
  }
  Attacked attacked{
      .table = Tabulate(axes, units, {}), .rules = {}, .floor = 1, .known = {}, .required = {}};
  attacked.rules.frequency.minimum = 3;
  attacked.required = {{{portugal, 1}, {1, 3}}, {{portugal, 3}, {2, 3}}, {{iceland, 2}, {2, 3}},
                       {{iceland, 3}, {2, 3}},  {{others, 2}, {2, 3}},   {{others, 3}, {2, 3}}};
  const Cells countries = {{portugal, 1}, {portugal, 3}, {spain, 1},
                           {spain, 2},    {iceland, 2},  {iceland, 3}};
  const Cells blocks = {{others, 2}, {others, 3}, {0, 2}, {0, 3}};
  Cells naive = countries;
  naive.insert(blocks.begin(), blocks.end());
  EXPECT_EQ(Exposed(attacked, naive).count({portugal, 1}), 1u);
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_EQ(hidden.count({iceland, 2}), hidden.count({others, 2})) << "one set of units";
  EXPECT_GE(ShownCells(attacked, hidden), 8u);
  EXPECT_EQ(hidden.count({eu, 0}), 0u);
}

// US#66, tau-ARGUS Modular: a level that only repeats the one below it gets another status.
TEST(KnownFailures, EqualLevelsInAHierarchy) {
  const std::vector<Axis> axes = {
      MakeAxis("sbi", VariableKind::kIdentifying, {0, 0, 0, 1, 4, 2, 2}),
      MakeAxis("size", VariableKind::kIdentifying, {0, 0})};
  int tables = 0, hidden_pairs = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 generator(seed);
    const auto units = DrawUnits(axes, 30, &generator);
    Attacked attacked{.table = Tabulate(axes, units, {.measure = true}),
                      .rules = {},
                      .sums = true,
                      .known = {},
                      .required = {}};
    attacked.rules.frequency.minimum = 4;
    attacked.rules.p_percent = PPercentParameters{};
    for (const bool sums : {false, true}) {
      attacked.sums = sums;
      const Cells hidden = HiddenByProtect(attacked);
      ++tables;
      for (int size = 0; size <= 2; ++size) {
        EXPECT_EQ(hidden.count({1, size}), hidden.count({4, size})) << sums << size;
        EXPECT_EQ(hidden.count({4, size}), hidden.count({5, size})) << sums << size;
        hidden_pairs += static_cast<int>(hidden.count({5, size}));
      }
    }
  }
  EXPECT_GT(hidden_pairs, tables / 4);
  Attacked attacked{.table = Tabulate(axes, {}, {}), .rules = {}, .known = {}, .required = {}};
  attacked.required[{5, 1}] = {0, 3};
  EXPECT_EQ(Exposed(attacked, {{5, 1}, {5, 2}, {6, 1}, {6, 2}}), (Cells{{5, 1}}))
      << "a naive pattern that forgets the level above";
}

// The same with the lower level hidden: two units in v1 and in its only part v3, which nobody asked
// for, and twelve in v2. Everyone knows that v1 is 1 at least, and v3 with it.
TEST(KnownFailures, EqualLevelsOfWhichOneIsHidden) {
  const std::vector<Axis> axes = {MakeAxis("v", VariableKind::kIdentifying, {0, 0, 1})};
  std::vector<Unit> units;
  AddUnits({3}, 2, &units);
  AddUnits({2}, 12, &units);
  const auto displayed = [](const CellKey& key) { return key[0] != 3; };
  Attacked attacked{.table = Tabulate(axes, units, {.displayed = displayed}),
                    .rules = {},
                    .floor = 1,
                    .known = {},
                    .required = {}};
  attacked.rules.frequency.minimum = 3;
  EXPECT_EQ(ShownCells(attacked, HiddenByProtect(attacked)), 1u) << "the total, or v2";
}

// UserSupport W2022, S1_P1_02, tau-ARGUS Modular: cells that are published already ("frozen") leave
// a subtable without a solution, although the whole has one. b1 by c1 is 2; b2 by c1 is out, so its
// parent must go, and with it something above, which a walk from the top has shown already.
class FrozenCells : public ::testing::Test {
 protected:
  FrozenCells()
      : axes_({MakeAxis("b", VariableKind::kIdentifying, {0, 0, 1, 1, 2, 2}),
               MakeAxis("c", VariableKind::kIdentifying, {0, 0})}),
        keys_(AllKeys(axes_)),
        grid_(Grid::Create(axes_, keys_)) {
    std::vector<Unit> units;
    const int counts[4][2] = {{2, 9}, {8, 7}, {6, 5}, {4, 11}};
    for (int b = 0; b < 4; ++b) {
      for (int c = 0; c < 2; ++c) AddUnits({b + 3, c + 1}, counts[b][c], &units);
    }
    const AggregateTable table = Tabulate(axes_, units, {});
    Scenario scenario{.name = "nothing known",
                      .known = std::vector<bool>(keys_.size(), false),
                      .bounds = {},
                      .requirements = {}};
    for (size_t i = 0; i < keys_.size(); ++i) {
      const auto n = static_cast<double>(table.units[i].rows);
      system_.cells.push_back({.value = table.units[i].rows, .cost = n});
      scenario.bounds.push_back({.low = 1});
      if (keys_[i] != CellKey{3, 1}) continue;
      system_.cells[i].open = true;
      scenario.requirements.push_back({.cell = static_cast<int>(i), .low = 1, .high = 3});
    }
    scenario.bounds[0].low = 8;
    for (const Relation& relation : BuildRelations(axes_, keys_)) {
      system_.rows.push_back(EqualityOf(relation));
    }
    system_.scenarios.push_back(std::move(scenario));
    system_.grid = grid_.get();
  }

  void Freeze(const Cells& cells) {
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (cells.count(keys_[i]) > 0) system_.cells[i].fixed = true;
    }
  }

  const std::vector<Axis> axes_;
  const std::vector<CellKey> keys_;
  const std::unique_ptr<const Grid> grid_;
  System system_;
};

TEST_F(FrozenCells, ASolutionIsFoundAcrossSubtables) {
  Freeze({{4, 1}, {0, 0}, {0, 1}, {0, 2}});
  WorkBudget budget;
  const auto pattern = FindPattern(system_, {}, &budget);
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_EQ(pattern->intervals[0][0].low, 1);
  EXPECT_GE(pattern->intervals[0][0].high, 3);
  for (size_t i = 0; i < keys_.size(); ++i) {
    EXPECT_FALSE(system_.cells[i].fixed && pattern->suppressed[i]) << i;
  }
}

TEST_F(FrozenCells, WithoutASolutionThereIsAnErrorAndNoPattern) {
  Freeze({{4, 1}, {1, 1}});
  WorkBudget budget;
  EXPECT_TRUE(absl::IsFailedPrecondition(FindPattern(system_, {}, &budget).status()));
}

}  // namespace
}  // namespace kluis
