// Internal class.
#include "disclosure/suppression/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

bool Contains(const Deviation& deviation, int cell, double amount) {
  return std::count(deviation.begin(), deviation.end(), std::make_pair(cell, amount)) == 1;
}

TEST(ExchangeTest, WhatItFindsIsAWitnessAmongTheAllowedCells) {
  Random random(31);
  int found = 0, missed = 0, impossible = 0;
  for (int draw = 0; draw < 150; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 4, 3);
    const System& system = table.system;
    const RowIndex index(system);
    ExchangeSearch exchange(system, index, system.scenarios[0]);
    std::vector<bool> allowed;
    for (size_t i = 0; i < system.cells.size(); ++i) allowed.push_back(!random.OneIn(4));
    const int cell = static_cast<int>(random.Below(static_cast<int64_t>(system.cells.size())));
    const int amount = static_cast<int>(random.Between(1, 3)) * (random.OneIn(2) ? 1 : -1);
    bool possible = false;
    ForEachTable(table, [&](const std::vector<int>& deviation) {
      bool among = deviation[cell] == amount;
      for (size_t i = 0; i < deviation.size(); ++i) among &= deviation[i] == 0 || allowed[i];
      possible |= among;
    });
    WorkBudget budget;
    Deviation deviation;
    if (!exchange.Find(cell, amount, allowed, {}, &budget, &deviation)) {
      ++(possible ? missed : impossible);
      continue;
    }
    ++found;
    EXPECT_TRUE(possible) << "draw " << draw;
    EXPECT_TRUE(IsWitness(system, index, system.scenarios[0], deviation)) << "draw " << draw;
    EXPECT_TRUE(Contains(deviation, cell, amount)) << "draw " << draw;
    for (const auto& term : deviation) EXPECT_TRUE(allowed[term.first]) << "draw " << draw;
    EXPECT_TRUE(std::is_sorted(deviation.begin(), deviation.end()));
  }
  std::cout << found << " found, " << missed << " missed, " << impossible << " impossible\n";
  EXPECT_GT(found, missed);
  EXPECT_GT(impossible, 20);
}

TEST(ExchangeTest, ACompletionKeepsWhatItIsGiven) {
  const SmallTable table = MakeSmallTable({{1, 2, 3}, {3, 3, 1}}, 9);
  const System& system = table.system;
  const RowIndex index(system);
  ExchangeSearch exchange(system, index, system.scenarios[0]);
  const std::vector<bool> all(system.cells.size(), true);
  WorkBudget budget;
  Deviation deviation;
  ASSERT_TRUE(exchange.Complete({{5, 2}, {6, -1}}, all, &budget, &deviation));
  EXPECT_TRUE(IsWitness(system, index, system.scenarios[0], deviation));
  EXPECT_TRUE(Contains(deviation, 5, 2));
}

TEST(ExchangeTest, KnownCellsAreNotForIt) {
  SmallTable table = MakeSmallTable({{1, 2}, {3, 3}}, 9);
  const RowIndex index(table.system);
  const std::vector<bool> all(table.system.cells.size(), true);
  const auto finds = [&] {
    WorkBudget budget;
    Deviation deviation;
    return ExchangeSearch(table.system, index, table.scenario())
        .Find(4, 1, all, {}, &budget, &deviation);
  };
  EXPECT_TRUE(finds());
  table.scenario().known[4] = true;
  EXPECT_FALSE(finds());
}

TEST(ExchangeTest, MagnitudesMoveByWholeUnitsToo) {
  SmallTable table = MakeSmallTable({{10, 20}, {30, 30}}, 90);
  table.system.integral = false;
  const RowIndex index(table.system);
  ExchangeSearch exchange(table.system, index, table.scenario());
  const std::vector<bool> all(table.system.cells.size(), true);
  WorkBudget budget;
  Deviation deviation;
  ASSERT_TRUE(exchange.Find(4, 2.5, all, {}, &budget, &deviation));
  EXPECT_TRUE(Contains(deviation, 4, 3));
  ASSERT_TRUE(exchange.Find(4, -2.5, all, {}, &budget, &deviation));
  EXPECT_TRUE(Contains(deviation, 4, -3));
}

// Who knows what is left of a cell excludes tables that others hold possible.
TEST(ExchangeTest, WhatAnInsiderKnowsIsNotMoved) {
  Random random(33);
  int found = 0, fewer = 0;
  for (int draw = 0; draw < 200; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 2, 6, 3);
    const System& system = table.system;
    const RowIndex index(system);
    ExchangeSearch exchange(system, index, system.scenarios[0]);
    const std::vector<bool> all(system.cells.size(), true);
    const auto of_system = [&] { return random.Below(static_cast<int64_t>(system.cells.size())); };
    const int exact = static_cast<int>(of_system()), partly = static_cast<int>(of_system());
    if (exact == 4 || partly == 4 || exact == partly) continue;
    const absl::int128 own = system.cells[partly].value - 1;
    const std::vector<Knowledge> knowledge = {{.cell = exact, .exact = true, .low = 0},
                                              {.cell = partly, .exact = false, .low = own}};
    WorkBudget budget;
    Deviation deviation, others;
    if (!exchange.Find(4, 2, all, knowledge, &budget, &deviation)) {
      fewer += exchange.Find(4, 2, all, {}, &budget, &others);
      continue;
    }
    ++found;
    EXPECT_TRUE(IsWitness(system, index, system.scenarios[0], deviation)) << "draw " << draw;
    for (const auto& [cell, amount] : deviation) {
      EXPECT_NE(cell, exact) << "draw " << draw;
      if (cell == partly) {
        EXPECT_GE(system.cells[cell].value + static_cast<int64_t>(amount), own) << "draw " << draw;
      }
    }
  }
  EXPECT_GT(found, 50);
  EXPECT_GT(fewer, 5);
}

TEST(ExchangeTest, TheSameQuestionIsAnsweredTheSameTwice) {
  Random random(32);
  for (int draw = 0; draw < 30; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 3, 3, 6, 3);
    const RowIndex index(table.system);
    const std::vector<bool> all(table.system.cells.size(), true);
    ExchangeSearch exchange(table.system, index, table.system.scenarios[0]);
    WorkBudget first_budget, second_budget;
    Deviation first, second;
    const bool found = exchange.Find(5, 2, all, {}, &first_budget, &first);
    EXPECT_EQ(exchange.Find(5, 2, all, {}, &second_budget, &second), found);
    EXPECT_EQ(first, second);
    EXPECT_EQ(first_budget.iterations_left, second_budget.iterations_left);
    EXPECT_TRUE(!found || first_budget.iterations_left < WorkBudget{}.iterations_left);
  }
}

}  // namespace
}  // namespace kluis
