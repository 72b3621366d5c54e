// Who is in which cell, from what a table says of its largest contributors.
#include "disclosure/protect/contributors.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

// A line of three cells under a total. Holding 1 has parts in the first two.
std::vector<Unit> Firms() {
  std::vector<Unit> firms(5);
  const int64_t codes[] = {1, 2, 2, 3, 3}, holdings[] = {1, 1, 2, 3, 4};
  const int64_t values[] = {400, 500, 80, 30, 20}, weights[] = {2, 3, 1, 1, 10};
  for (size_t i = 0; i < firms.size(); ++i) {
    firms[i].codes = {static_cast<int>(codes[i])};
    firms[i].contributor = holdings[i];
    firms[i].value = values[i];
    firms[i].weight = weights[i];
  }
  return firms;
}

AggregateTable Sums(std::vector<Unit> units, bool weighted, int top) {
  for (Unit& unit : units) unit.weight = weighted ? unit.weight : 1;
  return Tabulate({MakeAxis("v", VariableKind::kIdentifying, {0, 0, 0})}, units,
                  {.measure = true, .weighted = weighted, .top = top});
}

std::vector<Contributors> ContributorsOf(const AggregateTable& table) {
  std::vector<CellParts> parts;
  for (size_t i = 0; i < table.keys.size(); ++i)
    parts.push_back(PartsOf(table, table.measures[0], i));
  return ListContributors(TableView(table), parts);
}

TEST(ContributorsTest, OneWithPartsInSeveralCellsIsOneInAllOfThem) {
  const std::vector<Contributors> cells = ContributorsOf(Sums(Firms(), false, 2));
  ASSERT_EQ(cells.size(), 4u);
  EXPECT_EQ(cells[0].largest[0].contributor, cells[1].largest[0].contributor);
  EXPECT_EQ(cells[1].largest[0].contributor, cells[2].largest[0].contributor);
  EXPECT_NE(cells[2].largest[0].contributor, cells[2].largest[1].contributor);
  EXPECT_EQ(cells[0].largest[0].own, 900);
  EXPECT_EQ(cells[0].unlisted, 80);
  EXPECT_EQ(cells[1].largest[0].own, 400);
  EXPECT_EQ(cells[1].unlisted, 0);
  EXPECT_EQ(cells[2].largest[0].own, 500);
}

TEST(ContributorsTest, WithoutNumbersItIsRecognisedBySizeAlone) {
  AggregateTable table = Sums(Firms(), false, 2);
  for (Contributions& cell : table.measures[0].cells) cell.shares.clear();
  const std::vector<Contributors> cells = ContributorsOf(table);
  EXPECT_NE(cells[0].largest[0].contributor, cells[1].largest[0].contributor);
  EXPECT_NE(cells[1].largest[0].contributor, cells[2].largest[0].contributor);
  EXPECT_EQ(cells[0].largest[1].contributor, cells[2].largest[1].contributor);
}

// Equal parts on two axes: what a row takes for one and what a column does need not agree.
TEST(ContributorsTest, OfEqualOnesNobodyStandsTwiceInACell) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<Unit> units(12);
    for (size_t i = 0; i < units.size(); ++i) {
      units[i].codes = {1 + static_cast<int>(random() % 3), 1 + static_cast<int>(random() % 3)};
      units[i].contributor = static_cast<int64_t>(i);
      units[i].value = random() % 2 == 0 ? 91 : 45;
    }
    const std::vector<Axis> axes = {MakeAxis("v", VariableKind::kIdentifying, {0, 0, 0}),
                                    MakeAxis("w", VariableKind::kIdentifying, {0, 0, 0})};
    AggregateTable table = Tabulate(axes, units, {.measure = true, .top = 3});
    for (Contributions& cell : table.measures[0].cells) cell.shares.clear();
    for (const Contributors& cell : ContributorsOf(table)) {
      std::set<int64_t> listed;
      for (const Part& part : cell.largest) listed.insert(part.contributor);
      ASSERT_EQ(listed.size(), cell.largest.size()) << "seed " << seed;
    }
  }
}

TEST(ContributorsTest, EachKnowsTheWeightOfItsPart) {
  const std::vector<Contributors> cells = ContributorsOf(Sums(Firms(), true, 2));
  EXPECT_EQ(cells[1].largest[0].own, 800);
  EXPECT_EQ(cells[2].largest[0].own, 1500);
  EXPECT_EQ(cells[3].largest[0].own, 200);  // the smaller of the two before weights
  EXPECT_EQ(cells[3].largest[1].own, 30);
}

TEST(ContributorsTest, OfEqualOnesAllAreListedOrNone) {
  Contributions cell{.contributors = 4, .total = 1300, .largest = {}};
  cell.shares = {{5, 100}, {3, 300}, {2, 300}, {9, 600}};
  Contributions more = cell;
  KeepLargest(3, &more);
  ASSERT_EQ(more.shares.size(), 3u);
  EXPECT_EQ(more.shares[1].contributor, 2);
  EXPECT_EQ(more.shares[2].contributor, 3);
  EXPECT_EQ(more.unlisted, 300);
  KeepLargest(2, &cell);
  ASSERT_EQ(cell.shares.size(), 1u);
  EXPECT_EQ(cell.shares[0].contributor, 9);
  EXPECT_EQ(cell.unlisted, 300);
}

TEST(ContributorsTest, PartsOfAnySignAreNoLowerBoundsButSomebodys) {
  std::vector<Unit> firms = Firms();
  firms[0].value = -400;
  AggregateTable table = Sums(firms, false, 2);
  table.measures[0].any_sign = true;
  const std::vector<Contributors> cells = ContributorsOf(table);
  EXPECT_EQ(cells[1].largest[0].own, 0);
  EXPECT_EQ(cells[1].largest[0].contributor, cells[2].largest[0].contributor);
  EXPECT_EQ(cells[0].unlisted, 0);
}

}  // namespace
}  // namespace kluis
