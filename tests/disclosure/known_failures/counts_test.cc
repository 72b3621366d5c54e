// Known failures of tools on frequency tables. US#n is issue n of sdcTools/UserSupport.
#include <gtest/gtest.h>

#include "tests/disclosure/known_failures/attacked.h"

namespace kluis {
namespace {

// Zeros are shown, so what is not shown is 1 at least.
Attacked OfCounts(const std::vector<Axis>& axes, const std::vector<Unit>& units, int minimum) {
  Attacked attacked{
      .table = Tabulate(axes, units, {}), .rules = {}, .floor = 1, .known = {}, .required = {}};
  attacked.rules.frequency.minimum = minimum;
  for (size_t i = 0; i < attacked.table.keys.size(); ++i) {
    const int64_t n = attacked.table.units[i].rows;
    if (n == 0 || n >= minimum) continue;
    attacked.required[attacked.table.keys[i]] = {static_cast<double>(n),
                                                 static_cast<double>(minimum)};
  }
  return attacked;
}

Attacked Row(const std::vector<int>& counts, int minimum) {
  const std::vector<Axis> axes = {
      MakeAxis("v", VariableKind::kIdentifying, std::vector<int>(counts.size(), 0))};
  std::vector<Unit> units;
  for (size_t c = 0; c < counts.size(); ++c) AddUnits({static_cast<int>(c) + 1}, counts[c], &units);
  return OfCounts(axes, units, minimum);
}

Attacked TwoWay(const std::vector<std::vector<int>>& counts, int minimum) {
  const std::vector<Axis> axes = {
      MakeAxis("r", VariableKind::kIdentifying, std::vector<int>(counts.size(), 0)),
      MakeAxis("c", VariableKind::kIdentifying, std::vector<int>(counts[0].size(), 0))};
  std::vector<Unit> units;
  for (size_t r = 0; r < counts.size(); ++r) {
    for (size_t c = 0; c < counts[r].size(); ++c) {
      AddUnits({static_cast<int>(r) + 1, static_cast<int>(c) + 1}, counts[r][c], &units);
    }
  }
  return OfCounts(axes, units, minimum);
}

Cells Primaries(const Attacked& attacked) {
  Cells cells;
  for (const auto& [key, interval] : attacked.required) cells.insert(key);
  return cells;
}

// US#307, tau-ARGUS Modular: A 15, B 5, C 3, total 23, minimum 11. B and C are left as they are,
// though both together are 8. Optimal hides A as well.
TEST(KnownFailures, SumOfTwoPrimariesBelowTheThreshold) {
  const Attacked attacked = Row({15, 5, 3}, 11);
  EXPECT_EQ(Exposed(attacked, {{2}, {3}}), (Cells{{2}, {3}}));
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_EQ(ShownCells(attacked, hidden), 1u) << "A is hidden or the total is, not both";
}

// US#194, third example, tau-ARGUS: 15 = 10 + 3 + 1 + 1. Both ones are hidden, and nothing else:
// two whole numbers of which none is zero, and which are 2 together.
TEST(KnownFailures, OnesProtectingOnes) {
  const Attacked attacked = Row({10, 3, 1, 1}, 3);
  const Cells ones = {{3}, {4}};
  EXPECT_EQ(Exposed(attacked, ones), ones);
  const auto intervals = AuditCells(WithHidden(attacked, ones), {});
  ASSERT_TRUE(intervals.ok());
  EXPECT_EQ(intervals->intervals[3], (AuditInterval{1, 1}));
  EXPECT_EQ(Exposed(attacked, HiddenByProtect(attacked)), Cells{});
}

// US#194, first and second example, tau-ARGUS: 15 = 10 + 5 + 0 + 0, and 0 = 0 + 0 + 0 for a part of
// it. A zero that is a secret is hidden beside another: neither can be less, so both are zero.
TEST(KnownFailures, ZerosProtectingZeros) {
  const std::vector<Axis> axes = {
      MakeAxis("debt", VariableKind::kConfidential, {0, 0, 0, 3, 3, 3})};
  std::vector<Unit> units;
  AddUnits({1}, 10, &units);
  AddUnits({2}, 5, &units);
  Attacked attacked{
      .table = Tabulate(axes, units, {}), .rules = {}, .floor = 0, .known = {{0}}, .required = {}};
  attacked.rules.frequency.minimum = 3;
  for (const int zero : {3, 4, 5, 6}) attacked.required[{zero}] = {0, 3};
  EXPECT_EQ(Exposed(attacked, {{3}, {4}, {5}, {6}}), (Cells{{3}, {4}, {5}, {6}}));
  EXPECT_EQ(Exposed(attacked, {{4}, {5}}), (Cells{{3}, {4}, {5}, {6}}));
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_GE(ShownCells(attacked, hidden), 2u);
}

// US#135, sdcTable 0.30: counts by row 1 1 7 1 0 and 1 0 0 2 8, up to 2 sensitive. The check for
// two singletons in a row is content with three of them: 1 + 1 + 1 is what the first row lacks.
TEST(KnownFailures, ThreeSingletonsBeatTheTwoSingletonCheck) {
  const Attacked attacked = TwoWay({{1, 1, 7, 1, 0}, {1, 0, 0, 2, 8}}, 3);
  const Cells primaries = Primaries(attacked);
  ASSERT_EQ(primaries.size(), 7u);
  const Cells exposed = Exposed(attacked, primaries);
  for (const int column : {1, 2, 4}) EXPECT_EQ(exposed.count({1, column}), 1u) << column;
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_GT(ShownCells(attacked, hidden), 4u);
}

// sdcTable, test-simpleheuristic.R, old heuristic: two cells are hidden in every row and column,
// and yet rows 1 and 2 minus columns 1 and 2 is one cell.
TEST(KnownFailures, ExactByTwoRowsMinusTwoColumns) {
  const Attacked attacked =
      TwoWay({{20, 14, 8, 15}, {9, 16, 2, 10}, {17, 11, 18, 12}, {6, 13, 7, 19}}, 3);
  const Cells naive = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 3}, {3, 4}, {4, 3}, {4, 4}};
  const auto intervals = AuditCells(WithHidden(attacked, naive), {});
  ASSERT_TRUE(intervals.ok());
  EXPECT_EQ(intervals->intervals[2 * 5 + 3], (AuditInterval{2, 2}));
  EXPECT_EQ(Exposed(attacked, naive), (Cells{{2, 3}}));
  const Cells hidden = HiddenByProtect(attacked);
  EXPECT_EQ(Exposed(attacked, hidden), Cells{});
  EXPECT_LE(hidden.size(), 4u) << "a rectangle is enough";
}

}  // namespace
}  // namespace kluis
