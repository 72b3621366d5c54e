#include "disclosure/suppression/witness.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

//    9 | 4  5        cells 0..2
//    3 | 1  2        cells 3..5
//    6 | 3  3        cells 6..8
SmallTable Table() { return MakeSmallTable({{1, 2}, {3, 3}}, 5); }

bool Holds(const SmallTable& table, const Deviation& deviation) {
  const RowIndex index(table.system);
  return IsWitness(table.system, index, table.system.scenarios[0], deviation);
}

const Deviation kCycle = {{4, 1}, {5, -1}, {7, -1}, {8, 1}};

TEST(WitnessTest, AWitnessCanBeWrongInEachOfTheseWays) {
  const struct {
    const char* name;
    std::function<void(SmallTable*)> change;
    Deviation deviation;
    bool witness;
  } kCases[] = {
      {"a cycle", [](SmallTable*) {}, kCycle, true},
      {"its mirror image", [](SmallTable*) {}, Negated(kCycle), true},
      {"nothing moves", [](SmallTable*) {}, {}, true},
      {"a row does not add up", [](SmallTable*) {}, {{4, 1}, {5, -1}}, false},
      {"with the totals it does", [](SmallTable*) {}, {{1, 1}, {2, -1}, {4, 1}, {5, -1}}, true},
      {"one beside the sum", [](SmallTable*) {}, {{4, 1}, {5, -1}, {7, -1}, {8, 2}}, false},
      {"below its lower bound", [](SmallTable*) {}, {{4, -2}, {5, 2}, {7, 2}, {8, -2}}, false},
      {"exactly at its lower bound", [](SmallTable*) {}, {{4, 2}, {5, -2}, {7, -2}, {8, 2}}, true},
      {"above its upper bound", [](SmallTable* t) { t->scenario().bounds[8].high = 3; }, kCycle,
       false},
      {"exactly at its upper bound", [](SmallTable* t) { t->scenario().bounds[8].high = 4; },
       kCycle, true},
      {"a fixed cell moves", [](SmallTable* t) { t->system.cells[7].fixed = true; }, kCycle, false},
      {"a known cell moves", [](SmallTable* t) { t->scenario().known[7] = true; }, kCycle, false},
      {"another cell is known", [](SmallTable* t) { t->scenario().known[0] = true; }, kCycle, true},
      {"half a unit", [](SmallTable*) {}, {{4, .5}, {5, -.5}, {7, -.5}, {8, .5}}, false},
      {"half a unit of a magnitude",
       [](SmallTable* t) { t->system.integral = false; },
       {{4, .5}, {5, -.5}, {7, -.5}, {8, .5}},
       true},
      {"a magnitude that does not add up",
       [](SmallTable* t) { t->system.integral = false; },
       {{4, .5}, {5, -.5}, {7, -.5}, {8, .5001}},
       false},
      {"a magnitude off by rounding",
       [](SmallTable* t) { t->system.integral = false; },
       {{4, .5}, {5, -.5}, {7, -.5}, {8, .5 + 1e-12}},
       true},
      {"a magnitude below its bound",
       [](SmallTable* t) { t->system.integral = false; },
       {{4, -1.01}, {5, 1.01}, {7, 1.01}, {8, -1.01}},
       false},
      {"more than integers hold", [](SmallTable*) {}, {{0, 1e16}}, false},
      {"not a number", [](SmallTable*) {}, {{0, std::numeric_limits<double>::quiet_NaN()}}, false},
      {"an infinite amount",
       [](SmallTable*) {},
       {{0, std::numeric_limits<double>::infinity()}},
       false},
      {"not a number in a magnitude",
       [](SmallTable* t) { t->system.integral = false; },
       {{0, std::numeric_limits<double>::quiet_NaN()}},
       false},
  };
  for (const auto& c : kCases) {
    SmallTable table = Table();
    c.change(&table);
    EXPECT_EQ(Holds(table, c.deviation), c.witness) << c.name;
  }
}

TEST(WitnessTest, ARowThatIsAnIntervalLeavesRoomToItsEndsAndNoFurther) {
  SmallTable table = Table();
  table.system.rows = {{.terms = {{4, 1}, {5, 1}}, .low = 2, .high = 5}};  // the sum is 3
  EXPECT_TRUE(Holds(table, {{5, 2}}));
  EXPECT_FALSE(Holds(table, {{4, 1}, {5, 2}}));
  EXPECT_TRUE(Holds(table, {{5, -1}}));
  EXPECT_FALSE(Holds(table, {{5, -2}}));
}

TEST(WitnessTest, AgreesWithTheEnumerationOfSmallTables) {
  Random random(7);
  for (int i = 0; i < 30; ++i) {
    const SmallTable table = DrawSmallTable(&random, 2, 2, 3, 2);
    std::set<std::vector<int>> possible;
    ForEachTable(table, [&](const std::vector<int>& deviation) { possible.insert(deviation); });
    for (int draw = 0; draw < 300; ++draw) {
      std::vector<int> dense(table.system.cells.size(), 0);
      // Around a cycle, so that enough of them add up.
      const int amount = static_cast<int>(random.Between(-3, 3));
      dense[4] = dense[8] = amount;
      dense[5] = dense[7] = -amount;
      if (random.OneIn(2)) dense[random.Below(9)] += static_cast<int>(random.Between(-1, 1));
      Deviation deviation;
      for (size_t c = 0; c < dense.size(); ++c) {
        if (dense[c] != 0) deviation.emplace_back(c, dense[c]);
      }
      EXPECT_EQ(Holds(table, deviation), possible.count(dense) > 0);
    }
  }
}

}  // namespace
}  // namespace kluis
