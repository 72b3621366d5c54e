#include "disclosure/audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/disclosure/audit/small_tables.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 4 x 4 with totals; hides the cells of `hidden` (row, column from 1) and demands that none be
// exact.
AuditTable Square(const std::vector<std::pair<int, int>>& hidden) {
  std::vector<int> values;
  for (int l = 0; l < 16; ++l) values.push_back(10 + 7 * l % 13);
  AuditTable table =
      MakeTable({MakeAxis("row", {0, 0, 0, 0}), MakeAxis("column", {0, 0, 0, 0})}, values);
  for (const auto& [row, column] : hidden) {
    AuditCell& cell = CellAt(table, {row, column});
    cell.shown = false;
    cell.demand = AuditDemand::kNotExact;
  }
  return table;
}

std::vector<CellKey> Exposed(const AuditTable& table) {
  const auto result = AuditCells(table, {});
  EXPECT_TRUE(result.ok()) << result.status();
  std::vector<CellKey> keys;
  for (const int cell : result->exposed) keys.push_back(table.cells[cell].key);
  return keys;
}

TEST(AuditTest, ARectangleIsSafe) {
  EXPECT_THAT(Exposed(Square({{1, 1}, {1, 2}, {2, 1}, {2, 2}})), IsEmpty());
}

TEST(AuditTest, ACellAloneInItsRowIsExact) {
  EXPECT_THAT(Exposed(Square({{1, 1}, {2, 1}, {2, 2}, {3, 1}, {3, 2}})),
              ElementsAre(CellKey{1, 1}));
}

// >= 2 suppressions per line, yet one cell exact by two rows minus two columns.
TEST(AuditTest, TwoRowsMinusTwoColumns) {
  EXPECT_THAT(
      Exposed(Square({{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 3}, {3, 4}, {4, 3}, {4, 4}})),
      ElementsAre(CellKey{2, 3}));
}

TEST(AuditTest, APlantedCellIsFoundOverTwoLevels) {
  // Below a1 both leaves are hidden, and a1 itself: but a1 = total - a2.
  AuditTable table = MakeTable({MakeAxis("a", {0, 0, 1, 1})}, {7, 20, 3});
  for (const int c : {1, 3, 4}) {
    CellAt(table, {c}).shown = false;
    CellAt(table, {c}).demand = AuditDemand::kNotExact;
  }
  EXPECT_THAT(Exposed(table), ElementsAre(CellKey{1}));
}

TEST(AuditTest, TheIntervalIsWhatTheOthersLeave) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0, 0})}, {5, 9, 30});
  CellAt(table, {1}).shown = CellAt(table, {2}).shown = false;
  auto result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[1], (AuditInterval{0, 14}));
  CellAt(table, {2}).known = {4, 12};
  result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[1], (AuditInterval{2, 10}));
}

TEST(AuditTest, WithoutATotalNothingBoundsACell) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0})}, {5, 9});
  CellAt(table, {0}).shown = CellAt(table, {1}).shown = false;
  const auto result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[1], (AuditInterval{0, kInfinity}));
  EXPECT_EQ(result->intervals[0], (AuditInterval{9, kInfinity}));
}

// Nothing is shown, so no number says how large the others are.
TEST(AuditTest, ATableOfWhichNothingIsShown) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0})}, {5, 9, 3, 1});
  for (AuditCell& cell : table.cells) {
    cell.shown = false;
    cell.known = {1, kInfinity};
  }
  const auto result = AuditCells(table, {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->intervals[0], (AuditInterval{4, kInfinity}));
}

TEST(AuditTest, AnyKeepsItsSign) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0, 0})}, {5, -9, 30});
  for (AuditCell& cell : table.cells) cell.known = {-kInfinity, kInfinity};
  CellAt(table, {1}).shown = CellAt(table, {2}).shown = false;
  const auto result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[1], (AuditInterval{-kInfinity, kInfinity}));
}

// Distinct units over categories that overlap: at least the largest part, at most all parts
// together.
TEST(AuditTest, OverlappingCategoriesOnlyCover) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0})}, {5, 9});
  table.additive = {false};
  table.integral = true;
  CellAt(table, {0}).shown = false;
  auto result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[0], (AuditInterval{9, 14}));
  CellAt(table, {0}) = {.key = {0}, .shown = true, .value = 11, .known = {}, .required = {}};
  CellAt(table, {1}).shown = false;
  result = AuditCells(table, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->intervals[1], (AuditInterval{2, 11}));
}

TEST(AuditTest, ATableThatDoesNotAddUpIsNamed) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0})}, {5, 9});
  CellAt(table, {0}).value = 15;
  const auto result = AuditCells(table, {});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("a=_T"));
}

TEST(AuditTest, KnownBoundsThatContradictAreNamed) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0, 0})}, {5, 9, 1});
  for (const int c : {1, 2}) {
    CellAt(table, {c}).shown = false;
    CellAt(table, {c}).known = {0, 6};
  }
  const auto result = AuditCells(table, {});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("a=a"));
}

TEST(AuditTest, CellsTwiceOrOutsideAreNoTable) {
  AuditTable table = MakeTable({MakeAxis("a", {0, 0})}, {5, 9});
  table.cells.push_back(table.cells[0]);
  EXPECT_FALSE(AuditCells(table, {}).ok());
  table.cells.back().key = {7};
  EXPECT_FALSE(AuditCells(table, {}).ok());
}

TEST(AuditTest, DemandsAreJudged) {
  struct Case {
    const char* name;
    AuditDemand demand;
    AuditInterval required, interval;
    bool integral, keeps;
  };
  const Case cases[] = {
      {"nothing is demanded", AuditDemand::kNothing, {}, {5, 5}, false, true},
      {"exact", AuditDemand::kNotExact, {}, {5, 5}, false, false},
      {"a whole number apart", AuditDemand::kNotExact, {}, {5, 6}, true, true},
      {"exactly what is required", AuditDemand::kInterval, {4, 6}, {4, 6}, false, true},
      {"one short above", AuditDemand::kInterval, {4, 6}, {0, 5}, true, false},
      {"one short below", AuditDemand::kInterval, {4, 6}, {5, 9}, true, false},
      {"unbounded", AuditDemand::kInterval, {4, 6}, {0, kInfinity}, false, true},
  };
  for (const Case& c : cases) {
    const AuditCell cell{.key = {},
                         .shown = false,
                         .value = 5,
                         .known = {},
                         .demand = c.demand,
                         .required = c.required};
    EXPECT_EQ(KeepsDemand(cell, c.interval, c.integral, 1e-9), c.keeps) << c.name;
  }
}

// Two cells alone in a row: who is the only contributor of the one knows the other.
TEST(InsiderTest, ASoleContributorKnowsItsNeighbour) {
  AuditTable table = Square({{1, 1}, {1, 2}, {2, 1}, {2, 2}});
  const auto outsider = AuditCells(table, {});
  ASSERT_TRUE(outsider.ok());
  const int own = IndexAt(table, {1, 1});
  const auto pairs = AuditInsiders(table, {{.knows = {own}}}, *outsider, {});
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_THAT(*pairs, ElementsAre(std::pair(0, IndexAt(table, {1, 2})),
                                  std::pair(0, IndexAt(table, {2, 1}))));
}

TEST(InsiderTest, AThirdCellInEachLineProtects) {
  std::vector<std::pair<int, int>> hidden;
  for (int row = 1; row <= 3; ++row) {
    for (int column = 1; column <= 3; ++column) hidden.emplace_back(row, column);
  }
  AuditTable table = Square(hidden);
  const auto outsider = AuditCells(table, {});
  ASSERT_TRUE(outsider.ok());
  const auto pairs = AuditInsiders(table, {{.knows = {IndexAt(table, {1, 1})}}}, *outsider, {});
  ASSERT_TRUE(pairs.ok());
  EXPECT_THAT(*pairs, IsEmpty());
}

}  // namespace
}  // namespace kluis
