// What is added up in this process against the database's own GROUP BY, on random rows and plans.
#include "server/duckdb/collect.h"

#include <gmock/gmock.h>

#include <iostream>
#include <thread>

#include "server/engine/combinations.h"
#include "server/engine/contributor_rows.h"
#include "server/engine/dense_cells.h"
#include "server/engine/snapshots.h"
#include "tests/server/engine/engine_workshop.h"
#include "tests/server/engine/table_text.h"

namespace kluis {
namespace {

// Identifiers of 64 bits, as pseudonyms are, and units with several rows.
std::vector<Row> PseudonymousRows(unsigned seed, int count) {
  std::mt19937 random(seed);
  std::vector<Row> rows = RandomRows(seed, count, seed % 2 == 0);
  for (Row& row : rows) {
    const uint64_t unit = random() % 3 == 0 ? 7 : static_cast<uint64_t>(row.unit) / 3;
    row.unit = static_cast<int64_t>(unit * 0x9e3779b97f4a7c15u);
    if (seed % 3 == 0 && row.value != kNoValue) row.value = row.value % 4 * 100;  // equal ones
  }
  return rows;
}

// Two measures of one column would be one: the second is the weight's.
void AskSecondMeasure(AggregationPlan* plan) {
  plan->measures.push_back({.column = "weight", .decimals = 1});
  plan->table.measures.push_back({.name = "w", .decimals = 1, .cells = {}});
}

class CollectTest : public EngineTest {
 protected:
  static AggregationPlan RandomPlan(const std::string& file, std::mt19937* random) {
    const std::vector<std::vector<std::vector<int>>> sets = {
        kCube, {{2, 1}}, {{1, 0}}, {{0, 0}}, {{1, 0}, {2, 0}}, {{0, 1}, {1, 1}}};
    AggregationPlan plan = MakeTestPlan(file, sets[(*random)() % sets.size()]);
    if ((*random)() % 2 == 0) AskSecondMeasure(&plan);
    plan.measures[0].any_sign = true;
    plan.largest = static_cast<int>((*random)() % 5);
    const std::vector<std::vector<std::string>> contributors = {
        {"unit"}, {"unit", "holding"}, {"holding"}, {}};
    plan.contributor = contributors[(*random)() % contributors.size()];
    if ((*random)() % 3 == 0)
      plan.filters = {{.source = 0, .column = "region", .stored_values = {11, 2, 3, -1}}};
    if ((*random)() % 3 == 0) {
      for (auto& map : plan.axes[0].level_maps) map[1 + 4] = -1;
    }
    if ((*random)() % 3 == 0) plan.axes[0].level_maps[2][2] = plan.axes[0].level_maps[2][1];
    return plan;
  }

  // As the engine adds rows up in this process.
  static std::string Collected(const AggregationPlan& plan) {
    const auto database = OpenSnapshots(TestOptions(), {plan.sources[0].snapshot_file});
    EXPECT_TRUE(database.ok()) << database.status();
    const auto connection = std::move(*(*database)->Connect());
    const std::vector<AxisClasses> classes = ClassesOf(plan);
    const SqlWriter sql(plan, classes, {SchemaAt(0)}, true);
    TableFiller filler(plan, classes, sql.shares());
    EXPECT_TRUE(filler.Prepare().ok());
    const auto filled =
        plan.contributor_unique
            ? FillDenseCells(plan, classes, sql, *connection, &filler)
            : FillFromContributorRows(plan, classes, sql, *connection, 3, nullptr, &filler);
    EXPECT_TRUE(filled.ok()) << filled.status();
    EXPECT_TRUE(filled.value_or(false)) << "nothing is left to the database";
    return TextOf(filler.Take());
  }

  static std::string Grouped(const AggregationPlan& plan) {
    EngineOptions options = TestOptions();
    options.collects = false;
    const auto table = (*NewDuckDbEngine(options))->Run(plan, nullptr);
    EXPECT_TRUE(table.ok()) << table.status();
    return table.ok() ? TextOf(*table) : "";
  }
};

TEST_F(CollectTest, RandomPlansGiveTheTablesOfGroupBy) {
  const unsigned first = 20261127;
  for (unsigned seed = first; seed < first + 30; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const std::string file = Write(PseudonymousRows(seed, 50 + static_cast<int>(random() % 600)));
    for (int i = 0; i < 4; ++i) {
      AggregationPlan plan = RandomPlan(file, &random);
      plan.contributor_unique = i % 2 == 0;
      ASSERT_EQ(Collected(plan), Grouped(plan)) << i;
    }
  }
}

// More rows than one thread takes, so that what threads have is put together.
TEST_F(CollectTest, ManyRowsOnSeveralThreads) {
  const std::string file = Write(PseudonymousRows(4, 300'000));
  for (const bool unique : {true, false}) {
    AggregationPlan plan = MakeTestPlan(file, kCube);
    plan.contributor_unique = unique;
    plan.contributor = {"unit", "holding"};
    EXPECT_EQ(Collected(plan), Grouped(plan)) << unique;
  }
}

// Cells of more rows than are sorted at once, with one contributor that has most of them.
TEST_F(CollectTest, LargeCellsAreTakenApart) {
  std::vector<Row> rows = PseudonymousRows(4, 200'000);
  for (size_t i = 0; i < rows.size(); i += 2) rows[i].holding = -1;
  const std::string file = Write(rows);
  for (const std::vector<std::string>& contributor :
       {std::vector<std::string>{"holding"}, {"unit", "holding"}, {"unit"}}) {
    AggregationPlan plan = MakeTestPlan(file, {{0, 0}});
    AskSecondMeasure(&plan);
    plan.contributor = contributor;
    EXPECT_EQ(Collected(plan), Grouped(plan)) << contributor.size();
  }
}

TEST_F(CollectTest, ACancelEndsIt) {
  AggregationPlan plan = MakeTestPlan(Write(PseudonymousRows(9, 150'000)), {{0, 0}});
  plan.contributor = {"unit"};
  const std::vector<AxisClasses> classes = ClassesOf(plan);
  const SqlWriter sql(plan, classes, {SchemaAt(0)}, true);
  TableFiller filler(plan, classes, sql.shares());
  ASSERT_TRUE(filler.Prepare().ok());
  const auto database = std::move(*OpenSnapshots(TestOptions(), {plan.sources[0].snapshot_file}));
  const auto connection = std::move(*database->Connect());
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(FillFromContributorRows(plan, classes, sql, *connection, 2, &cancelled, &filler)
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

// One plan of the process holds rows; the others have the database group, and nobody can tell.
TEST_F(CollectTest, PlansAtTheSameTimeAreAnsweredAlike) {
  AggregationPlan plan = MakeTestPlan(Write(PseudonymousRows(5, 20'000)), kCube);
  plan.contributor = {"unit"};
  const std::string expected = Grouped(plan);
  const auto engine = std::move(*NewDuckDbEngine(TestOptions()));
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::string& text : texts) {
    threads.emplace_back([&engine, &plan, &text] {
      const auto table = engine->Run(plan, nullptr);
      text = table.ok() ? TextOf(*table) : std::string(table.status().message());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(texts, testing::Each(expected));
}

TEST_F(CollectTest, NoRowsAreNoCells) {
  AggregationPlan plan = MakeTestPlan(Write(PseudonymousRows(6, 50)), kCube);
  plan.contributor = {"unit"};
  plan.filters = {{.source = 0, .column = "region", .stored_values = {77}}};
  for (const bool unique : {true, false}) {
    plan.contributor_unique = unique;
    EXPECT_EQ(Collected(plan), Grouped(plan)) << unique;
  }
}

TEST_F(CollectTest, SumsBeyond64BitsAreLeftToTheDatabase) {
  std::vector<Row> rows(3, {0, 0, 1, 7, INT64_MAX - 5, 1});
  for (int i = 0; i < 3; ++i) rows[i].unit = i / 2;
  for (const bool unique : {true, false}) {
    AggregationPlan plan = MakeTestPlan(Write(rows), kCube);
    plan.contributor = {"unit"};
    plan.contributor_unique = unique;
    const auto table = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(TextOf(*table), Grouped(plan)) << unique;
    EXPECT_EQ(table->measures[0].cells[0].total, absl::int128{3} * (INT64_MAX - 5));
  }
}

TEST_F(CollectTest, ARowWithoutAStoredValueIsInNoCell) {
  const AggregationPlan plan = MakeTestPlan("", {{2, 1}});
  const auto combinations = Combinations::Of(plan, ClassesOf(plan), {0, 1}, 1000);
  ASSERT_TRUE(combinations.has_value());
  const std::vector<int32_t> regions = {3, 3, 40, 3}, sizes = {1, 1, 1, -7};
  const uint64_t valid = 0b1101;
  RowChunk chunk;
  chunk.rows = 4;
  chunk.ints = {{regions.data(), &valid}, {sizes.data(), nullptr}};
  std::vector<int32_t> numbers;
  combinations->Number(chunk, &numbers);
  EXPECT_GE(numbers[0], 0);
  EXPECT_THAT(std::vector<int32_t>(numbers.begin() + 1, numbers.end()), testing::Each(-1));
  EXPECT_EQ(combinations->ClassOf(static_cast<size_t>(numbers[0]), 0), 3);
  EXPECT_EQ(combinations->ClassOf(static_cast<size_t>(numbers[0]), 1), 1);
  EXPECT_FALSE(Combinations::Of(plan, ClassesOf(plan), {0, 1}, 10).has_value());
}

TEST_F(CollectTest, WhatIsNoRowOfPlainNumbersIsLeftToTheDatabase) {
  AggregationPlan plan = MakeTestPlan(Write(PseudonymousRows(8, 50)), kCube);
  const std::vector<AxisClasses> classes = ClassesOf(plan);
  const auto plain = [&classes](const AggregationPlan& one) {
    return SqlWriter(one, classes, {"s0"}, true).StoredRows(0, 1).has_value();
  };
  EXPECT_TRUE(plain(plan));
  AggregationPlan weighted = plan, squared = plan, product = plan, grain = plan;
  weighted.weight = "weight";
  squared.measures[0].squared = true;
  product.measures[0].times = "weight";
  grain.measures[0].grain = "unit";
  for (const AggregationPlan* other : {&weighted, &squared, &product, &grain})
    EXPECT_FALSE(plain(*other));
}

class Failing : public RowSink {
 public:
  void Take(const RowChunk&) override { throw std::bad_alloc(); }
  void Merge(RowSink*) override {}
};

TEST_F(CollectTest, LackOfMemoryIsAnErrorAndTheConnectionGoesOn) {
  const auto database = std::move(*OpenSnapshots(TestOptions(), {}));
  const auto connection = std::move(*database->Connect());
  const CollectQuery query = {.ints = {"1"}, .longs = {}, .from = " FROM range(10)"};
  EXPECT_FALSE(Collect(*connection, query, [] { return std::make_unique<Failing>(); }).ok());
  EXPECT_TRUE(connection->Execute("SELECT 1").ok());
  const CollectQuery wrong = {.ints = {"1"}, .longs = {"x"}, .from = " FROM range(10)"};
  EXPECT_FALSE(Collect(*connection, wrong, [] { return std::make_unique<Failing>(); }).ok());
}

}  // namespace
}  // namespace kluis
