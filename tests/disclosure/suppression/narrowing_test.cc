// Narrowing against every table of integers: what it excludes is impossible.
#include "disclosure/suppression/narrowing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "disclosure/suppression/pattern.h"
#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

std::vector<Target> TargetsOf(const System& system) {
  std::vector<Target> targets;
  for (const Requirement& requirement : system.scenarios[0].requirements) {
    const absl::int128 value = system.cells[requirement.cell].value;
    const absl::int128 up = requirement.high - value, down = value - requirement.low;
    for (const int sign : {1, -1}) {
      Target target;
      target.cell = requirement.cell;
      target.sign = sign;
      target.amount = static_cast<double>(static_cast<int64_t>(sign > 0 ? up : down));
      target.witness = 0;  // proven, whatever by
      if (target.amount > 0) targets.push_back(target);
    }
  }
  return targets;
}

// Whether every target is reached by a table that differs in cells of `suppressed` alone.
bool AllReached(const SmallTable& table, const std::vector<Target>& targets,
                const std::vector<bool>& suppressed) {
  std::vector<bool> reached(targets.size(), false);
  ForEachTable(table, [&](const std::vector<int>& deviation) {
    for (size_t i = 0; i < deviation.size(); ++i) {
      if (deviation[i] != 0 && !suppressed[i]) return;
    }
    for (size_t t = 0; t < targets.size(); ++t) {
      if (deviation[targets[t].cell] * targets[t].sign >= targets[t].amount) reached[t] = true;
    }
  });
  return std::count(reached.begin(), reached.end(), false) == 0;
}

TEST(NarrowingTest, WhatItExcludesIsImpossible) {
  Random random(31);
  int excluded = 0, missed = 0, possible = 0;
  for (int draw = 0; draw < 20; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 3, 3, 3, 2);
    const RowIndex index(table.system);
    WorkBudget budget;
    PatternOptions rough;
    rough.clean_up = false;
    const auto pattern = FindPattern(table.system, rough, &budget);
    if (!pattern.ok()) continue;
    const std::vector<Target> targets = TargetsOf(table.system);
    ASSERT_TRUE(AllReached(table, targets, pattern->suppressed)) << "draw " << draw;
    Narrowing narrowing(table.system, index, 0, pattern->suppressed, targets);
    for (size_t i = 0; i < pattern->suppressed.size(); ++i) {
      if (!pattern->suppressed[i] || table.system.cells[i].open) continue;
      std::vector<bool> without = pattern->suppressed;
      without[i] = false;
      const bool allowed = narrowing.Publish(static_cast<int>(i), &budget);
      const bool reached = AllReached(table, targets, without);
      EXPECT_TRUE(allowed || !reached) << "draw " << draw << ", cell " << i;
      excluded += !allowed;
      missed += allowed && !reached;
      possible += reached;
      if (allowed) narrowing.Undo();
    }
  }
  EXPECT_GT(excluded, 0);
  EXPECT_GT(possible, 0);
  std::cout << excluded << " excluded, " << missed << " impossible ones not, " << possible
            << " possible\n";
}

// One row of 2 + 3 = 5, all hidden, and the total must reach 6: each part is needed for it.
TEST(NarrowingTest, UndoTakesBackWhatWasPublished) {
  SmallTable table = MakeSmallTable({{2, 3}}, 10);
  for (SystemCell& cell : table.system.cells) cell.fixed = false;
  table.scenario().requirements = {{.cell = table.Cell(1, 1), .low = 1, .high = 3}};
  const RowIndex index(table.system);
  std::vector<bool> suppressed(table.system.cells.size(), true);
  Narrowing narrowing(table.system, index, 0, suppressed, TargetsOf(table.system));
  WorkBudget budget;
  ASSERT_TRUE(narrowing.Publish(table.Cell(1, 2), &budget));
  EXPECT_FALSE(narrowing.Publish(table.Cell(1, 0), &budget)) << "5 - 3 is 2";
  EXPECT_TRUE(narrowing.Publish(table.Cell(0, 2), &budget)) << "it is the 3 that is shown";
  narrowing.Undo();
}

}  // namespace
}  // namespace kluis
