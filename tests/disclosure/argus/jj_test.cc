#include "disclosure/argus/jj.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "disclosure/base/decimal.h"
#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(JjTest, CellsAndRelationsAreReadExactly) {
  const JjTable table = Good(ParseJj(kJj, "f"));
  EXPECT_EQ(table.decimals, 1);
  EXPECT_EQ(table.cost_decimals, 0);
  EXPECT_EQ(table.level_decimals, 4);
  ASSERT_EQ(table.cells.size(), 3u);
  EXPECT_EQ(table.cells[1], (JjCell{.id = 1,
                                    .value = 200,
                                    .cost = 20,
                                    .status = JjStatus::kUnsafe,
                                    .lower = 0,
                                    .upper = 375,
                                    .lpl = 20000,
                                    .upl = 20000}));
  EXPECT_EQ(table.cells[2].status, JjStatus::kSecondary);
  ASSERT_EQ(table.relations.size(), 1u);
  EXPECT_THAT(table.relations[0].terms, ElementsAre(Pair(0, -1), Pair(1, 1), Pair(2, 1)));
  EXPECT_EQ(WriteJj(table), kJj);
}

// As other programs write it: another order of cells, more blanks, exponents, a right side.
TEST(JjTest, OtherFormsAreReadToo) {
  const JjTable table =
      Good(ParseJj("0 \n 2\n7   1e+02 1 z 0 1e3 0 0 0\r\n\n3 -5 1 s -9.5 0 0 0 0\n"
                   "1\n 95 2: 3(1)  7 ( 1 )\n\n",
                   "f"));
  EXPECT_EQ(WriteJj(table),
            "0\n2\n7 100.0 1 z 0.0 1000.0 0 0 0.0\n3 -5.0 1 s -9.5 0.0 0 0 0.0\n1\n"
            "95.0 2 : 3 (1) 7 (1)\n");
}

TEST(JjTest, ARelationThatDoesNotAddUpIsAnErrorUnlessAllowed) {
  std::string text = kJj;
  text.replace(text.find("2 5.0"), 5, "2 5.5");
  const auto parsed = ParseJj(text, "f");
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  EXPECT_EQ(parsed.diagnostics[0].line, 7);
  EXPECT_EQ(parsed.diagnostics[0].message, "the sum of this relation is off by 0.5");
  EXPECT_EQ(WriteJj(Good(ParseJj(text, "f", {.must_add_up = false}))), text);
}

// A random table in which parents are sums.
JjTable RandomTable(std::mt19937* random) {
  const auto below = [&](unsigned limit) { return static_cast<int>((*random)() % limit); };
  JjTable table{.decimals = below(5), .cost_decimals = below(3), .level_decimals = below(8)};
  const int cells = 1 + below(30);
  for (int i = 0; i < cells; ++i) {
    JjCell cell;
    cell.id = i * 3 + below(3);
    cell.value = absl::int128{below(1 << 30)} * below(1 << 20) - (1 << 20);
    cell.cost = below(100);
    cell.status = static_cast<JjStatus>("sumz"[below(4)]);
    cell.lpl = below(1000);
    cell.upl = below(1000);
    cell.spl = below(10);
    table.cells.push_back(cell);
  }
  for (int i = 0; i + 3 <= cells; i += 3) {
    table.cells[i].value = table.cells[i + 1].value - table.cells[i + 2].value;
    table.relations.push_back({.right = 0, .terms = {{i, -1}, {i + 1, 1}, {i + 2, -1}}});
    table.relations.push_back({.right = table.cells[i].value * 2, .terms = {{i, 2}}});
  }
  SetDefaultBounds(&table);
  return table;
}

TEST(JjTest, RandomTablesReadBackAsTheyWere) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 1000; ++round) {
    const JjTable table = RandomTable(&random);
    const std::string text = WriteJj(table);
    ASSERT_EQ(Good(ParseJj(text, "f")), table) << text;
  }
}

TEST(JjTest, RelationsOfATableAreParentMinusChildren) {
  const auto relations = JjRelationsOf({{.parent = 4, .children = {1, 2}, .axis = 0}});
  ASSERT_EQ(relations.size(), 1u);
  EXPECT_THAT(relations[0].terms, ElementsAre(Pair(4, -1), Pair(1, 1), Pair(2, 1)));
}

TEST(JjTest, DefaultBoundsAreThoseOfTauArgus) {
  JjTable table{.decimals = 1, .level_decimals = 3};
  table.cells = {{.id = 0, .value = 101}, {.id = 1, .value = 10, .lpl = 2501, .upl = 15001}};
  SetDefaultBounds(&table);
  EXPECT_EQ(static_cast<int>(table.cells[0].lower), 0);
  EXPECT_EQ(static_cast<int>(table.cells[0].upper), 152);
  EXPECT_EQ(static_cast<int>(table.cells[1].lower), -16);  // 1.0 - 2.501
  EXPECT_EQ(static_cast<int>(table.cells[1].upper), 161);  // 1.0 + 15.001
  table.cells[0].value = -101;
  SetDefaultBounds(&table);
  EXPECT_EQ(static_cast<int>(table.cells[0].lower), -152);
}

TEST(JjTest, HostileCountsCostNothing) {
  EXPECT_FALSE(ParseJj("0\n20000000\n", "f").ok());
  EXPECT_FALSE(ParseJj("0\n999999999\n", "f").ok());
  EXPECT_FALSE(ParseJj("0\n0\n99999999\n", "f").ok());
  EXPECT_FALSE(ParseJj("0\n1\n0 1 1 s 0 1 0 0 0\n1\n0 999999999 : 0 (1)\n", "f").ok());
  EXPECT_TRUE(ParseJj("0\n0\n0\n", "f").ok());
}

}  // namespace
}  // namespace kluis
