// Internal class: what the smaller system proves holds in the whole.
#include "disclosure/suppression/reduction.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "disclosure/suppression/deviation_lp.h"
#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

// Some cells of a small table hidden, some known.
SmallTable DrawHidden(Random* random) {
  SmallTable table = DrawSmallTable(random, 3, 3, 6, 3);
  for (size_t i = 0; i < table.system.cells.size(); ++i) {
    SystemCell& cell = table.system.cells[i];
    if (random->OneIn(3)) cell.hidden = cell.open = true;
    if (random->OneIn(4)) table.scenario().known[i] = true;
  }
  return table;
}

TEST(ReductionTest, AWitnessOfTheReducedSystemIsOneOfTheWhole) {
  Random random(41);
  int found = 0, smaller = 0;
  for (int draw = 0; draw < 120; ++draw) {
    const SmallTable table = DrawHidden(&random);
    const RowIndex index(table.system);
    for (const HeldStill held : {HeldStill::kPart, HeldStill::kSum}) {
      const Reduction reduction(table.system, table.system.scenarios[0], held);
      const System& reduced = reduction.system();
      smaller += reduced.cells.size() < table.system.cells.size();
      const RowIndex reduced_index(reduced);
      std::vector<int> all(reduced.cells.size());
      for (size_t id = 0; id < all.size(); ++id) all[id] = static_cast<int>(id);
      DeviationLp lp(reduced, reduced_index, reduced.scenarios[0], all);
      for (const int id : all) {
        for (const int amount : {-2, -1, 1, 2}) {
          WorkBudget budget;
          Deviation deviation;
          if (lp.Solve(id, amount, &budget, &deviation) != LpResult::kFound) continue;
          ++found;
          EXPECT_TRUE(IsWitness(table.system, index, table.system.scenarios[0],
                                reduction.Expand(deviation)))
              << "draw " << draw << ", class " << id;
        }
      }
    }
  }
  EXPECT_GT(found, 200);
  EXPECT_GT(smaller, 100);
}

TEST(ReductionTest, EveryMovableCellIsInOneClassAndMovesWithItsSign) {
  Random random(42);
  for (int draw = 0; draw < 60; ++draw) {
    const SmallTable table = DrawHidden(&random);
    const Reduction reduction(table.system, table.system.scenarios[0], HeldStill::kPart);
    std::vector<int> times(table.system.cells.size(), 0);
    for (size_t id = 0; id < reduction.system().cells.size(); ++id) {
      EXPECT_FALSE(reduction.CellsOf(static_cast<int>(id)).empty());
      for (const int cell : reduction.CellsOf(static_cast<int>(id))) {
        ++times[cell];
        EXPECT_EQ(reduction.ClassOf(cell), static_cast<int>(id));
        const Deviation expanded = reduction.Expand({{static_cast<int>(id), 3}});
        EXPECT_EQ(std::count(expanded.begin(), expanded.end(),
                             std::make_pair(cell, 3.0 * reduction.SignOf(cell))),
                  1);
      }
    }
    for (size_t i = 0; i < times.size(); ++i) {
      EXPECT_EQ(times[i], reduction.ClassOf(static_cast<int>(i)) >= 0 ? 1 : 0);
      const bool still = table.system.cells[i].fixed || table.system.scenarios[0].known[i];
      EXPECT_FALSE(still && times[i] > 0);
    }
  }
}

// A count and its complement under a known total are one class, in opposite directions.
TEST(ReductionTest, ACountAndItsComplementMoveTogether) {
  SmallTable table = MakeSmallTable({{1, 4}, {3, 2}}, 9);
  for (const int total : {0, 3, 6}) table.scenario().known[total] = true;
  const Reduction reduction(table.system, table.system.scenarios[0], HeldStill::kPart);
  EXPECT_EQ(reduction.ClassOf(4), reduction.ClassOf(5));
  EXPECT_EQ(reduction.SignOf(4), -reduction.SignOf(5));
  EXPECT_EQ(reduction.ClassOf(7), reduction.ClassOf(8));
  EXPECT_EQ(reduction.ClassOf(0), -1);
}

}  // namespace
}  // namespace kluis
