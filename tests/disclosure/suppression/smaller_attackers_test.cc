// Internal classes: what smaller programs find is proof in the whole.
#include "disclosure/suppression/smaller_attackers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

// A table whose last row and column are hidden, under known totals: each count has a complement.
SmallTable DrawComplements(Random* random) {
  SmallTable table = DrawSmallTable(random, 3, 3, 6, 3);
  for (int i = 0; i <= 3; ++i) {
    for (const int cell : {table.Cell(3, i), table.Cell(i, 3)}) {
      table.system.cells[cell].hidden = table.system.cells[cell].open = true;
      table.system.cells[cell].fixed = false;
    }
  }
  for (int r = 0; r <= 3; ++r) table.scenario().known[table.Cell(r, 0)] = true;
  return table;
}

bool Reaches(const Deviation& deviation, int cell, double amount) {
  for (const auto& [other, moved] : deviation) {
    if (other == cell) return amount > 0 ? moved >= amount : moved <= amount;
  }
  return false;
}

TEST(SmallerAttackersTest, WhatTheyFindIsAWitnessOfTheWhole) {
  Random random(51);
  int reduced_found = 0, displayed_found = 0, asked = 0;
  for (int draw = 0; draw < 60; ++draw) {
    const SmallTable table = DrawComplements(&random);
    const System& system = table.system;
    const Scenario& scenario = system.scenarios[0];
    const RowIndex index(system);
    const std::vector<double> costs(system.cells.size(), 1);
    ReducedAttacker part(system, index, scenario, HeldStill::kPart, costs);
    ReducedAttacker sum(system, index, scenario, HeldStill::kSum, costs);
    DisplayedAttacker displayed(system, scenario, costs);
    ExchangeSearch exchange(system, index, scenario);
    for (int cell = 0; cell < static_cast<int>(system.cells.size()); ++cell) {
      for (const double amount : {-1.0, 1.0, 2.0}) {
        ++asked;
        WorkBudget budget;
        Deviation deviation;
        for (ReducedAttacker* attacker : {&part, &sum}) {
          if (!attacker->Solve(cell, amount, &budget, &deviation)) continue;
          ++reduced_found;
          EXPECT_TRUE(IsWitness(system, index, scenario, deviation)) << "draw " << draw;
          EXPECT_TRUE(Reaches(deviation, cell, amount)) << "draw " << draw;
        }
        if (!displayed.Solve(cell, amount, &exchange, &budget, &deviation)) continue;
        ++displayed_found;
        EXPECT_TRUE(IsWitness(system, index, scenario, deviation)) << "draw " << draw;
        EXPECT_TRUE(Reaches(deviation, cell, amount)) << "draw " << draw;
      }
    }
  }
  std::cout << asked << " asked, reduced systems found " << reduced_found << " (of two each), "
            << "displayed cells " << displayed_found << "\n";
  EXPECT_GT(reduced_found, 100);
  EXPECT_GT(displayed_found, 100);
}

TEST(SmallerAttackersTest, WithoutHiddenCellsTheProgramOverDisplayedOnesIsNotAsked) {
  const SmallTable table = MakeSmallTable({{1, 2}, {3, 3}}, 9);
  const RowIndex index(table.system);
  const std::vector<double> costs(table.system.cells.size(), 1);
  DisplayedAttacker displayed(table.system, table.system.scenarios[0], costs);
  ExchangeSearch exchange(table.system, index, table.system.scenarios[0]);
  WorkBudget budget;
  Deviation deviation;
  EXPECT_FALSE(displayed.Solve(4, 1, &exchange, &budget, &deviation));
}

TEST(SmallerAttackersTest, CostsThatChangeAreReadAgain) {
  SmallTable table = MakeSmallTable({{1, 2, 2}, {3, 3, 3}}, 9);
  for (int total = 0; total < 5; ++total) table.scenario().known[total] = true;
  table.scenario().known[8] = true;
  const RowIndex index(table.system);
  std::vector<double> costs(table.system.cells.size(), 1);
  costs[6] = 5;  // beside the cell in its row: 6 and 7, of which the column partners are 10 and 11
  ReducedAttacker attacker(table.system, index, table.system.scenarios[0], HeldStill::kPart, costs);
  WorkBudget budget;
  Deviation deviation;
  ASSERT_TRUE(attacker.Solve(5, 1, &budget, &deviation));
  EXPECT_TRUE(Reaches(deviation, 7, -1));
  costs[6] = 0.01;
  costs[10] = 0.01;
  for (const int cell : {6, 10}) attacker.CostChanged(cell);
  ASSERT_TRUE(attacker.Solve(5, 1, &budget, &deviation));
  EXPECT_TRUE(Reaches(deviation, 6, -1));
}

}  // namespace
}  // namespace kluis
