// The linear program against the enumeration of every table of integers. Internal class.
#include "disclosure/suppression/deviation_lp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

std::vector<int> MovableCells(const System& system) {
  std::vector<int> cells;
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (!system.cells[i].fixed && !system.scenarios[0].known[i])
      cells.push_back(static_cast<int>(i));
  }
  return cells;
}

double CostOf(const System& system, const std::vector<int>& deviation) {
  double cost = 0;
  for (size_t i = 0; i < deviation.size(); ++i) {
    cost += system.cells[i].cost * std::abs(deviation[i]);
  }
  return cost;
}

TEST(DeviationLpTest, FindsTheCheapestDeviationThatThereIs) {
  Random random(21);
  int found = 0, infeasible = 0;
  for (int draw = 0; draw < 40; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 4, 3);
    const System& system = table.system;
    const RowIndex index(system);
    DeviationLp lp(system, index, system.scenarios[0], MovableCells(system));
    for (const int cell : MovableCells(system)) lp.SetCost(cell, system.cells[cell].cost);
    for (int query = 0; query < 8; ++query) {
      const int cell = random.Pick(MovableCells(system));
      const int amount = static_cast<int>(random.Between(1, 4)) * (random.OneIn(2) ? 1 : -1);
      double cheapest = std::numeric_limits<double>::infinity();
      ForEachTable(table, [&](const std::vector<int>& deviation) {
        const bool reaches = amount > 0 ? deviation[cell] >= amount : deviation[cell] <= amount;
        if (reaches) cheapest = std::min(cheapest, CostOf(system, deviation));
      });
      WorkBudget budget;
      Deviation deviation;
      const LpResult result = lp.Solve(cell, amount, &budget, &deviation);
      if (std::isinf(cheapest)) {
        ++infeasible;
        EXPECT_EQ(result, LpResult::kInfeasible) << "draw " << draw;
        continue;
      }
      ++found;
      ASSERT_EQ(result, LpResult::kFound) << "draw " << draw;
      EXPECT_TRUE(IsWitness(system, index, system.scenarios[0], deviation));
      std::vector<int> dense(system.cells.size(), 0);
      for (const auto& [other, moved] : deviation) dense[other] = static_cast<int>(moved);
      EXPECT_GE(dense[cell] * (amount > 0 ? 1 : -1), std::abs(amount));
      EXPECT_NEAR(CostOf(system, dense), cheapest, 1e-6) << "draw " << draw;
    }
  }
  EXPECT_GT(found, 50);
  EXPECT_GT(infeasible, 50);
}

TEST(DeviationLpTest, ReachIsTheFurthestTableWithinTheLimit) {
  Random random(22);
  for (int draw = 0; draw < 40; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 2, 6, 3);
    const System& system = table.system;
    const RowIndex index(system);
    const std::vector<int> movable = MovableCells(system);
    DeviationLp lp(system, index, system.scenarios[0], movable);
    for (const int cell : movable) {
      for (const int sign : {-1, 1}) {
        int furthest = 0;
        ForEachTable(table, [&](const std::vector<int>& deviation) {
          furthest = std::max(furthest, deviation[cell] * sign);
        });
        WorkBudget budget;
        EXPECT_NEAR(lp.Reach(cell, sign, 3, &budget), std::min(furthest, 3), 1e-6);
        EXPECT_NEAR(lp.Reach(cell, sign, 1000, &budget), furthest, 1e-6);
      }
    }
  }
}

// Twice one cell is three times another: halves solve the program, whole numbers do not.
TEST(DeviationLpTest, CountsAreMovedByWholeUnits) {
  System system;
  system.cells = {{.value = 4}, {.value = 4}};
  system.rows = {{.terms = {{0, 2}, {1, -3}}, .low = -4, .high = -4}};
  system.scenarios = {
      {.name = "", .known = {false, false}, .bounds = {{}, {}}, .requirements = {}}};
  const RowIndex index(system);
  WorkBudget budget;
  Deviation deviation;
  {
    DeviationLp lp(system, index, system.scenarios[0], {0, 1});
    ASSERT_EQ(lp.Solve(0, 1, &budget, &deviation), LpResult::kFound);
    EXPECT_EQ(deviation, (Deviation{{0, 3}, {1, 2}}));
  }
  system.scenarios[0].bounds[0].high = 6;
  {
    DeviationLp lp(system, index, system.scenarios[0], {0, 1});
    EXPECT_EQ(lp.Solve(0, 1, &budget, &deviation), LpResult::kInfeasible);
  }
  system.integral = false;
  DeviationLp lp(system, index, system.scenarios[0], {0, 1});
  ASSERT_EQ(lp.Solve(0, 1, &budget, &deviation), LpResult::kFound);
  EXPECT_NEAR(deviation[1].second, 2.0 / 3, 1e-5);
}

TEST(DeviationLpTest, WhatIsLeftOutStandsStill) {
  const SmallTable table = MakeSmallTable({{1, 2}, {3, 3}}, 9);
  const System& system = table.system;
  const RowIndex index(system);
  DeviationLp lp(system, index, system.scenarios[0], {4, 5, 7, 8});
  WorkBudget budget;
  Deviation deviation;
  ASSERT_EQ(lp.Solve(4, 1, &budget, &deviation), LpResult::kFound);
  EXPECT_EQ(deviation, (Deviation{{4, 1}, {5, -1}, {7, -1}, {8, 1}}));
  DeviationLp fewer(system, index, system.scenarios[0], {4, 5, 7});
  EXPECT_EQ(fewer.Solve(4, 1, &budget, &deviation), LpResult::kInfeasible);
  EXPECT_EQ(fewer.Reach(4, 1, 5, &budget), 0);
  EXPECT_EQ(fewer.Solve(8, 1, &budget, &deviation), LpResult::kInfeasible);
}

double CostOf(const System& system, const Deviation& deviation) {
  double cost = 0;
  for (const auto& [cell, amount] : deviation) cost += system.cells[cell].cost * std::abs(amount);
  return cost;
}

// The same answer to the same sequence of questions; after other questions one that is as good.
TEST(DeviationLpTest, EqualQuestionsGetEqualAnswers) {
  Random random(23);
  for (int draw = 0; draw < 20; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 3, 3, 9, 3);
    const System& system = table.system;
    const RowIndex index(system);
    const std::vector<int> movable = MovableCells(system);
    DeviationLp first(system, index, system.scenarios[0], movable);
    DeviationLp second(system, index, system.scenarios[0], movable);
    WorkBudget budget;
    for (const int cell : movable) {
      DeviationLp fresh(system, index, system.scenarios[0], movable);
      for (DeviationLp* lp : {&first, &second, &fresh}) {
        for (const int other : movable) lp->SetCost(other, system.cells[other].cost);
      }
      Deviation a, b, c;
      const LpResult result = first.Solve(cell, 1, &budget, &a);
      EXPECT_EQ(second.Solve(cell, 1, &budget, &b), result);
      EXPECT_EQ(fresh.Solve(cell, 1, &budget, &c), result);
      EXPECT_EQ(a, b);
      EXPECT_NEAR(CostOf(system, a), CostOf(system, c), 1e-6);
    }
  }
}

TEST(DeviationLpTest, MagnitudesOfAnySizeAreProven) {
  const absl::int128 large = absl::int128{1'000'000'000} * 1'000'000'000;
  SmallTable table = MakeSmallTable({{1, 2}, {3, 3}}, 9);
  table.system.integral = false;
  for (SystemCell& cell : table.system.cells) cell.value *= large;
  for (Bounds& bounds : table.scenario().bounds) bounds = {};
  const RowIndex index(table.system);
  DeviationLp lp(table.system, index, table.system.scenarios[0], {4, 5, 7, 8});
  WorkBudget budget;
  Deviation deviation;
  for (const double amount : {1.0, 1e6, 1e18, 1.99e18}) {
    ASSERT_EQ(lp.Solve(4, amount, &budget, &deviation), LpResult::kFound) << amount;
    EXPECT_GE(deviation[0].second, amount);
    EXPECT_TRUE(IsWitness(table.system, index, table.system.scenarios[0], deviation));
  }
  EXPECT_EQ(lp.Solve(4, 2.01e18, &budget, &deviation), LpResult::kInfeasible);
}

TEST(DeviationLpTest, ASpentBudgetProvesNothing) {
  const SmallTable table = MakeSmallTable({{1, 2}, {3, 3}}, 9);
  const RowIndex index(table.system);
  DeviationLp lp(table.system, index, table.system.scenarios[0], {4, 5, 7, 8});
  WorkBudget budget{.iterations_left = 0};
  Deviation deviation;
  EXPECT_EQ(lp.Solve(4, 1, &budget, &deviation), LpResult::kUnproven);
  EXPECT_LT(lp.Reach(4, 1, 1, &budget), 0);
}

}  // namespace
}  // namespace kluis
