// The engine against a slow, obvious aggregation of the same rows in memory.
#include "server/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/server/engine/definition.h"

namespace kluis {
namespace {

struct Case {
  const char* name;
  std::vector<std::vector<int>> level_sets;
  bool unique, holdings, weighted, negative;
};

class DefinitionTest : public EngineTest, public testing::WithParamInterface<Case> {};

// A sum of squares is that of a measure of its own.
void AskSquares(AggregationPlan* plan) {
  plan->measures.push_back(
      {.column = plan->measures[0].column, .decimals = 4, .squared = true, .levels = 11});
  plan->table.measures.push_back({.name = "v^2", .decimals = 4, .cells = {}, .squares_of = 0});
}

TEST_P(DefinitionTest, EveryStatisticOfEveryCellIsAsDefined) {
  const Case& c = GetParam();
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const std::vector<Row> rows = RandomRows(seed, 600, c.negative);
    AggregationPlan plan = MakeTestPlan(Write(rows), c.level_sets);
    plan.contributor_unique = c.unique;
    plan.measures[0].any_sign = c.negative;
    AskSquares(&plan);
    plan.contributor =
        c.holdings ? std::vector<std::string>{"unit", "holding"} : std::vector<std::string>{"unit"};
    if (c.weighted) {
      plan.weight = "weight";
      plan.weight_decimals = 1;
    }
    ExpectLikeDefinition(plan, rows);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Plans, DefinitionTest,
    testing::Values(Case{"cube_of_rows", kCube, true, false, false, false},
                    Case{"cube_of_rows_signed", kCube, true, false, false, true},
                    Case{"cube_of_rows_weighted", kCube, true, false, true, true},
                    Case{"cube_of_units", kCube, false, false, false, true},
                    Case{"cube_of_holdings", kCube, false, true, false, false},
                    Case{"cube_of_holdings_weighted", kCube, false, true, true, true},
                    Case{"one_set_of_holdings", {{2, 1}}, false, true, false, true},
                    Case{"coarse_set_of_holdings", {{1, 0}}, false, true, true, true},
                    Case{"grand_total_of_holdings", {{0, 0}}, false, true, false, true},
                    Case{"grand_total_of_rows", {{0, 0}}, true, false, true, true}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(EngineTest, ACodeWithoutChildrenIsCountedOnceThoughItStandsAtTwoLevels) {
  std::vector<Row> rows = RandomRows(4, 200, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), {{1, 0}, {2, 0}});
  plan.contributor_unique = true;
  ExpectLikeDefinition(plan, rows);  // `_U` is category 17 at levels 1 and 2
}

// Hardly fewer categories than stored values: then rows are grouped by the values, and a contributor
// with rows of both values of a category is still one.
TEST_F(EngineTest, AContributorWithTwoValuesOfOneCategoryIsOne) {
  const std::vector<Row> rows = RandomRows(15, 400, true);
  for (const std::vector<int>& set : {std::vector<int>{2, 0}, std::vector<int>{2, 1}}) {
    AggregationPlan plan = MakeTestPlan(Write(rows), {set});
    plan.axes[0].level_maps[2][2] = plan.axes[0].level_maps[2][1];
    plan.contributor = {"unit", "holding"};
    plan.distincts = {"holding"};
    plan.table.distincts = {{"holding", {}, {}}};
    ExpectLikeDefinition(plan, rows);
    const auto table = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    ASSERT_TRUE(table.ok()) << table.status();
    for (size_t cell = 0; cell < table->keys.size(); ++cell) {
      std::set<int64_t> holdings;
      for (const Row& row : rows) {
        if (row.holding >= 0 && IsIn(plan, row, table->keys[cell])) holdings.insert(row.holding);
      }
      EXPECT_EQ(table->distincts[0].cells[cell], static_cast<int64_t>(holdings.size()));
    }
  }
}

TEST_F(EngineTest, RowsOutOfScopeAreDropped) {
  const std::vector<Row> rows = RandomRows(5, 400, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
  for (auto& map : plan.axes[0].level_maps) {
    for (const int region : {-1, 0, 4, 7}) map[region + 1] = -1;
  }
  for (const bool unique : {true, false}) {
    plan.contributor_unique = unique;
    plan.contributor = {"unit"};
    ExpectLikeDefinition(plan, rows);
  }
}

TEST_F(EngineTest, MissingValuesAreInScopeThoughOthersAreNot) {
  const std::vector<Row> rows = RandomRows(14, 400, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
  for (auto& map : plan.axes[0].level_maps) map[1 + 4] = -1;
  for (const bool unique : {true, false}) {
    plan.contributor_unique = unique;
    plan.contributor = {"unit"};
    ExpectLikeDefinition(plan, rows);
  }
}

TEST_F(EngineTest, FiltersKeepTheStoredValuesThatTheyName) {
  const std::vector<Row> rows = RandomRows(6, 400, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), {{0, 1}});
  plan.contributor_unique = true;
  plan.filters = {{.source = 0, .column = "region", .stored_values = {11, 2, 3, 2}}};
  std::vector<Row> kept;
  for (const Row& row : rows) {
    if (row.region == 11 || row.region == 2 || row.region == 3) kept.push_back(row);
  }
  auto engine = NewDuckDbEngine(TestOptions());
  const auto table = (*engine)->Run(plan, nullptr);
  ASSERT_TRUE(table.ok());
  std::map<int64_t, int64_t> unit_of;
  for (size_t cell = 0; cell < table->keys.size(); ++cell)
    ExpectCell(plan, kept, *table, cell, &unit_of);
}

TEST_F(EngineTest, CountDistinctLeavesOutTheEmptyOnes) {
  const std::vector<Row> rows = RandomRows(7, 500, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
  plan.contributor_unique = true;
  plan.distincts = {"holding", "unit"};
  plan.table.distincts = {{"holding", {}, {}}, {"unit", {}, {}}};
  auto engine = NewDuckDbEngine(TestOptions());
  const auto table = (*engine)->Run(plan, nullptr);
  ASSERT_TRUE(table.ok());
  for (size_t cell = 0; cell < table->keys.size(); ++cell) {
    std::set<int64_t> holdings, units;
    for (const Row& row : rows) {
      if (!IsIn(plan, row, table->keys[cell])) continue;
      units.insert(row.unit);
      if (row.holding >= 0) holdings.insert(row.holding);
    }
    EXPECT_EQ(table->distincts[0].cells[cell], static_cast<int64_t>(holdings.size()));
    EXPECT_EQ(table->distincts[1].cells[cell], static_cast<int64_t>(units.size()));
  }
}

TEST_F(EngineTest, SumsBeyond64BitsAreExact) {
  std::vector<Row> rows(3, {0, 0, 1, 7, INT64_MAX - 5, 1});
  for (int i = 0; i < 3; ++i) rows[i].unit = i;
  AggregationPlan plan = MakeTestPlan(Write(rows), {{0, 0}, {2, 1}});
  plan.contributor = {"unit", "holding"};
  ExpectLikeDefinition(plan, rows);
  plan.weight = "weight";
  ExpectLikeDefinition(plan, rows);
}

TEST_F(EngineTest, WhoTheLargestAreDoesNotDependOnTheOrderOfRows) {
  std::vector<Row> rows = RandomRows(13, 400, false);
  for (Row& row : rows) row.value = row.value == kNoValue ? kNoValue : row.value % 4 * 100;
  std::vector<std::vector<Share>> first;
  for (const unsigned order : {1u, 2u, 3u}) {
    std::shuffle(rows.begin(), rows.end(), std::mt19937(order));
    AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
    plan.contributor = {"unit", "holding"};
    ExpectLikeDefinition(plan, rows);
    EngineOptions options = TestOptions();
    options.threads = static_cast<int>(order);
    const auto table = (*NewDuckDbEngine(options))->Run(plan, nullptr);
    ASSERT_TRUE(table.ok()) << table.status();
    first.resize(table->keys.size());
    for (size_t cell = 0; cell < first.size(); ++cell) {
      const std::vector<Share>& shares = table->measures[0].cells[cell].shares;
      if (order == 1) first[cell] = shares;
      ASSERT_EQ(shares.size(), first[cell].size());
      for (size_t i = 0; i < shares.size(); ++i) {
        EXPECT_EQ(shares[i].contributor, first[cell][i].contributor);
        EXPECT_EQ(shares[i].amount, first[cell][i].amount);
      }
    }
  }
}

TEST_F(EngineTest, NothingElseChangesWhenNoLargestContributionIsWanted) {
  const std::vector<Row> rows = RandomRows(12, 300, true);
  for (const bool unique : {true, false}) {
    AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
    plan.contributor_unique = unique;
    plan.contributor = {"unit", "holding"};
    auto engine = NewDuckDbEngine(TestOptions());
    const auto full = (*engine)->Run(plan, nullptr);
    plan.largest = 0;
    const auto lean = (*engine)->Run(plan, nullptr);
    ASSERT_TRUE(full.ok() && lean.ok());
    for (size_t cell = 0; cell < lean->keys.size(); ++cell) {
      Contributions expected = full->measures[0].cells[cell];
      expected.largest.clear();
      const Contributions& got = lean->measures[0].cells[cell];
      EXPECT_EQ(got.contributors, expected.contributors);
      EXPECT_EQ(got.total, expected.total);
      EXPECT_EQ(got.absolute_total, expected.absolute_total);
      EXPECT_TRUE(got.largest.empty());
      EXPECT_TRUE(got.shares.empty());
    }
  }
}

TEST_F(EngineTest, AFailureIsANumberForTheCallerAndHasNoValueInTheLog) {
  const std::vector<Row> rows = RandomRows(9, 20, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), {{0, 0}});
  plan.contributor_unique = true;
  plan.measures[0].column = "secret_column";
  std::string log;
  EngineOptions options = TestOptions();
  options.operator_log = [&](const std::string& line) { log = line; };
  auto engine = NewDuckDbEngine(options);
  const auto table = (*engine)->Run(plan, nullptr);
  EXPECT_EQ(table.status(), absl::InternalError("engine failed (reference 1)"));
  EXPECT_THAT(log, testing::HasSubstr("engine failure 1"));
  EXPECT_THAT(log, testing::Not(testing::HasSubstr("secret_column")));
}

TEST_F(EngineTest, ALongRunStopsWithin200MillisecondsOfBeingCancelled) {
  const std::vector<Row> rows = RandomRows(10, 3000, false);
  AggregationPlan plan = MakeTestPlan(Write(rows), {{2, 1}});
  plan.contributor_unique = true;
  // A join of everything with everything, twice: minutes of work.
  for (auto* alias : {"a", "b"}) {
    plan.sources.push_back(Source(alias, plan.sources[0].snapshot_file, "size"));
  }
  std::atomic<bool> cancelled = false;
  auto engine = NewDuckDbEngine(TestOptions());
  std::chrono::steady_clock::time_point asked;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    asked = std::chrono::steady_clock::now();
    cancelled = true;
  });
  const auto table = (*engine)->Run(plan, &cancelled);
  const auto late = std::chrono::steady_clock::now() - asked;
  canceller.join();
  EXPECT_EQ(table.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(late, std::chrono::milliseconds(200));
  plan.sources.resize(1);
  EXPECT_TRUE((*engine)->Run(plan, nullptr).ok());
}

}  // namespace
}  // namespace kluis
