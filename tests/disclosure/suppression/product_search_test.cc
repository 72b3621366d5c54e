// Internal class.
#include "disclosure/suppression/product_search.h"

#include <gtest/gtest.h>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

Axis FlatAxis(const std::string& name, int leaves) {
  Axis axis{.name = name, .kind = VariableKind::kIdentifying, .categories = {{.code = "_T"}}};
  for (int leaf = 1; leaf <= leaves; ++leaf) {
    axis.categories.push_back({.code = name + std::to_string(leaf), .parent = 0});
  }
  return axis;
}

// What a giant gives up must come from cells of one unit each, so each move is one unit.
TEST(ProductSearchTest, AGiantIsSpreadOverManySmallCells) {
  constexpr int kColumns = 60;
  std::vector<std::vector<int>> inner(2, std::vector<int>(kColumns, 1));
  inner[0][0] = 1000;
  SmallTable table = MakeSmallTable(inner, 2000);
  System& system = table.system;
  std::vector<CellKey> keys;
  for (int r = 0; r <= 2; ++r) {
    for (int c = 0; c <= kColumns; ++c) {
      keys.push_back({r, c});
      system.cells[table.Cell(r, c)].fixed = r == 0 || c == 0;
    }
  }
  const auto grid = Grid::Create({FlatAxis("r", 2), FlatAxis("c", kColumns)}, keys);
  ASSERT_NE(grid, nullptr);
  system.grid = grid.get();
  const RowIndex index(system);
  const std::vector<bool> suppressed(system.cells.size(), false);
  const std::vector<double> costs(system.cells.size(), 1.0);
  ProductSearch search(system, index, table.scenario(), {suppressed, costs});
  const int giant = table.Cell(1, 1);
  WorkBudget budget;
  Deviation deviation;
  EXPECT_TRUE(search.Find(giant, -20, ProductSearch::Reach::kAny, {}, &budget, &deviation));
  EXPECT_FALSE(search.Find(giant, -50, ProductSearch::Reach::kAny, {}, &budget, &deviation));
  ASSERT_TRUE(
      search.Find(giant, -50, ProductSearch::Reach::kAnyInManyMoves, {}, &budget, &deviation));
  EXPECT_TRUE(IsWitness(system, index, table.scenario(), deviation));
  EXPECT_EQ(deviation.front(), std::make_pair(giant, -50.0));
  EXPECT_FALSE(
      search.Find(giant, -60, ProductSearch::Reach::kAnyInManyMoves, {}, &budget, &deviation));
}

}  // namespace
}  // namespace kluis
