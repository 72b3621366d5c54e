// Tables without axes, whose cells hang together by relations of any kind.
#include "disclosure/table/relations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/audit/audit.h"
#include "tests/disclosure/audit/small_tables.h"

namespace kluis {
namespace {

AuditCell Hidden(int64_t value, double low, double high) {
  return {.key = {},
          .shown = false,
          .value = value,
          .known = {low, high},
          .demand = AuditDemand::kNotExact,
          .required = {}};
}

TEST(RelationsAuditTest, CoefficientsAndRightSidesCount) {
  // x + 2 y = 18 and 3 y - z = 2, with x = 10, y = 4, z = 10.
  AuditTable table{.axes = {},
                   .cells = {Hidden(10, 0, 30), Hidden(4, 0, 30), Hidden(10, 0, 19)},
                   .additive = {},
                   .integral = false,
                   .unlisted = {},
                   .relations = {{{{0, 1}, {1, 2}}, 18}, {{{1, 3}, {2, -1}}, 2}}};
  const auto open = AuditCells(table, {});
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_NEAR(open->intervals[1].low, 2.0 / 3, 1e-6);
  EXPECT_NEAR(open->intervals[1].high, 7, 1e-6);
  EXPECT_NEAR(open->intervals[0].low, 4, 1e-6);
  EXPECT_NEAR(open->intervals[0].high, 18 - 4.0 / 3, 1e-6);
  table.cells[2].shown = true;
  table.cells[2].demand = AuditDemand::kNothing;
  const auto exact = AuditCells(table, {});
  ASSERT_TRUE(exact.ok()) << exact.status();
  EXPECT_THAT(exact->exposed, testing::ElementsAre(0, 1));
}

TEST(RelationsAuditTest, ShownCellsThatBreakARelationAreNamed) {
  const AuditCell shown{.key = {}, .shown = true, .value = 3, .known = {}, .required = {}};
  const AuditTable table{.axes = {},
                         .cells = {shown, shown},
                         .additive = {},
                         .integral = false,
                         .unlisted = {},
                         .relations = {{{{0, 1}, {1, 1}}, 7}}};
  EXPECT_THAT(std::string(AuditCells(table, {}).status().message()), testing::HasSubstr("cell 0"));
}

// A relation times a number is the same relation, and a tree is relations.
TEST(RelationsAuditTest, ATreeAndItsRelationsGiveTheSameIntervals) {
  std::cout << "seeds 1 to 60\n";
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    std::vector<int> values;
    for (int l = 0; l < 12; ++l) values.push_back(static_cast<int>(random() % 20));
    AuditTable tree =
        MakeTable({MakeAxis("row", {0, 0, 1, 1, 1}), MakeAxis("column", {0, 0, 0})}, values);
    for (AuditCell& cell : tree.cells) {
      cell.shown = random() % 3 > 0;
      cell.known = {0, 250.0 + static_cast<double>(random() % 50)};
      cell.demand = AuditDemand::kNotExact;
    }
    AuditTable plain = tree;
    std::vector<CellKey> keys;
    for (AuditCell& cell : plain.cells) keys.push_back(std::exchange(cell.key, {}));
    for (const Relation& relation : BuildRelations(tree.axes, keys)) {
      const int times = (random() % 2 == 0 ? 1 : -1) * static_cast<int>(1 + random() % 9);
      AuditRelation& out = plain.relations.emplace_back();
      out.terms.emplace_back(relation.parent, -times);
      for (const int child : relation.children) out.terms.emplace_back(child, times);
    }
    plain.axes.clear();
    const auto expected = AuditCells(tree, {}), found = AuditCells(plain, {});
    ASSERT_TRUE(expected.ok()) << "seed " << seed << ": " << expected.status();
    ASSERT_TRUE(found.ok()) << "seed " << seed << ": " << found.status();
    EXPECT_EQ(found->exposed, expected->exposed) << "seed " << seed;
    for (size_t i = 0; i < tree.cells.size(); ++i) {
      EXPECT_NEAR(found->intervals[i].low, expected->intervals[i].low, 1e-4) << "seed " << seed;
      EXPECT_NEAR(found->intervals[i].high, expected->intervals[i].high, 1e-4) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace kluis
