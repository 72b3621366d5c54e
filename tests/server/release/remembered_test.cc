// What is kept, and what makes room.
#include "server/release/remembered.h"

#include <gtest/gtest.h>

#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

// One row of `statistics` counts.
ProtectedTable TableOf(int statistics) {
  AggregateTable table;
  table.axes = {{.name = "a", .categories = {{"_T"}}}};
  table.keys = {{0}};
  table.uses = {CellUse::kDisplayed};
  table.units = {{.rows = 100, .contributors = 100, .weight = 100}};
  for (int i = 0; i < statistics; ++i) table.shape.column_order.push_back(i);
  table.shape.rows = {{.codes = {}, .cell = 0}};
  for (int i = 0; i < statistics; ++i) table.shape.statistics.push_back({.name = "n"});
  auto made = Protect(table, RuleSet(), {});
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

TEST(RememberedTest, WhatWasNotAskedForTheLongestTimeMakesRoom) {
  Remembered kept(4);
  kept.Keep("a", TableOf(2), {});
  kept.Keep("b", TableOf(2), {});
  ASSERT_TRUE(kept.Find("a").has_value());
  kept.Keep("c", TableOf(1), {});
  EXPECT_FALSE(kept.Find("b").has_value());
  ASSERT_TRUE(kept.Find("a").has_value());
  EXPECT_EQ(kept.Find("a")->table.shape().statistics.size(), 2u);
  kept.Keep("too large", TableOf(5), {});
  EXPECT_FALSE(kept.Find("too large").has_value());
  EXPECT_TRUE(kept.Find("c").has_value());
  kept.Keep("d", TableOf(4), {});
  EXPECT_FALSE(kept.Find("a").has_value() || kept.Find("c").has_value());
}

TEST(RememberedTest, NothingIsKeptOfNoRoom) {
  Remembered none(0);
  none.Keep("a", TableOf(1), {});
  EXPECT_FALSE(none.Find("a").has_value());
}

}  // namespace
}  // namespace kluis
