// Two clusters against DuckDB: the same bytes, of random rows and plans.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/server/engine/postgres_workshop.h"

namespace kluis {
namespace {

std::vector<std::vector<int>> SomeOf(const std::vector<std::vector<int>>& sets,
                                     std::mt19937* random) {
  std::vector<std::vector<int>> some;
  for (const auto& set : sets) {
    if ((*random)() % 2 == 0) some.push_back(set);
  }
  return some.empty() ? std::vector<std::vector<int>>{sets[(*random)() % sets.size()]} : some;
}

void AskPercentiles(AggregationPlan* plan, unsigned decimals) {
  plan->nearest = 3;
  for (const int percent : {10, 50, 75}) {
    plan->percentiles.push_back({.measure = 0, .percent = percent});
    plan->table.percentiles.push_back({.measure = 0, .percent = percent, .nearest = 3});
  }
  plan->ginis = {0};
  plan->table.ginis = {{.measure = 0}};
  if (!plan->weight.empty()) plan->weight_decimals = static_cast<int>(decimals);
}

void AskSquares(AggregationPlan* plan, int levels) {
  plan->measures.push_back(
      {.column = plan->measures[0].column, .decimals = 4, .squared = true, .levels = levels});
  plan->table.measures.push_back({.name = "v^2", .decimals = 4, .cells = {}, .squares_of = 0});
}

// What models ask: products, of rows with a value in each of some columns.
void AskProducts(AggregationPlan* plan) {
  const bool any_sign = plan->measures[0].any_sign;
  const std::string value = plan->measures[0].column;
  plan->measures.push_back({.column = value,
                            .decimals = 3,
                            .any_sign = any_sign,
                            .times = "weight",
                            .complete = {value, "weight"}});
  plan->table.measures.push_back({"v*w", 3, any_sign, {}});
  plan->measures.push_back({.column = "weight", .decimals = 1, .complete = {value}});
  plan->table.measures.push_back({"w", 1, false, {}});
}

TEST_F(PostgresTest, RandomPlansGiveTheSameBytes) {
  const char* const more = std::getenv("KLUIS_ENGINE_SEEDS");
  const unsigned last = more == nullptr ? 4 : static_cast<unsigned>(std::atoi(more));
  for (unsigned seed = 1; seed <= last; ++seed) {
    std::cout << "seed " << seed << "\n";
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const bool negative = random() % 2 == 0;
    std::vector<Row> rows = RandomRows(seed, 300, negative);
    if (seed % 3 == 0) {  // many equal ones
      for (Row& row : rows) row.value = row.value == kNoValue ? kNoValue : row.value % 4 * 100;
    }
    ClusterConfig config = TwoClusters::Get()->Config(seed % 2 == 0 ? 0 : 5);
    if (seed % 4 == 3) config.dsns.resize(1);  // five shards on one cluster
    const Wanted wanted = WriteAndLoad(rows, config);
    for (int i = 0; i < 4; ++i) {
      AggregationPlan plan = MakeTestPlan(wanted.file, SomeOf(kCube, &random));
      plan.sources[0].snapshot_sha256 = wanted.snapshot;
      plan.contributor_unique = i == 0;
      plan.contributor = i == 1 ? std::vector<std::string>{"holding"}
                                : std::vector<std::string>{"unit", "holding"};
      if (i == 0) plan.contributor = {"unit"};
      plan.measures[0].any_sign = negative;
      if (random() % 2 == 0) plan.weight = "weight";
      if (random() % 2 == 0) AskPercentiles(&plan, random() % 2);
      if (random() % 2 == 0) AskSquares(&plan, random() % 2 == 0 ? 11 : 3);
      if (random() % 2 == 0) AskProducts(&plan);
      if (random() % 2 == 0)
        plan.filters = {{.source = 0, .column = "region", .stored_values = {11, 2, 3}}};
      if (random() % 2 == 0) {
        plan.distincts = {"holding", "unit"};
        plan.table.distincts = {{"holding", {}, {}}, {"unit", {}, {}}};
      }
      plan.largest = static_cast<int>(random() % 4);
      ExpectSameBytes(plan, config);
    }
  }
}

// Each business has its value in up to four rows, which differ in `size`.
TEST_F(PostgresTest, AValueOfAUnitWithSeveralRowsCountsOnce) {
  for (const unsigned seed : {51u, 52u}) {
    std::mt19937 random(seed);
    std::vector<Row> rows;
    for (const Row& unit : RandomRows(seed, 200, true)) {
      for (unsigned copies = random() % 4 + 1; copies > 0; --copies) {
        rows.push_back(unit);
        rows.back().size = static_cast<int>(random() % 4);
      }
    }
    std::shuffle(rows.begin(), rows.end(), random);
    const ClusterConfig config = TwoClusters::Get()->Config(3);
    const Wanted wanted = WriteAndLoad(rows, config);
    AggregationPlan plan = MakeTestPlan(wanted.file, {{0, 0}, {1, 0}, {2, 0}});
    plan.axes[1].level_maps = {{-1, 0, 0, 0, 0}};  // no axis tells rows of a unit apart
    plan.sources[0].snapshot_sha256 = wanted.snapshot;
    plan.contributor = {"unit", "holding"};
    plan.measures[0].grain = "unit";
    AskPercentiles(&plan, 0);
    AskSquares(&plan, 3);
    plan.measures.back().grain = "unit";
    ExpectSameBytes(plan, config);
    plan.filters = {{.source = 0, .column = "size", .stored_values = {1, 2}}};
    plan.weight = "weight";
    ExpectSameBytes(plan, config);
    plan.measures[0].grain = "";  // two measures, and one of them by rows
    ExpectSameBytes(plan, config);
  }
}

TEST_F(PostgresTest, SumsBeyond64BitsAreExact) {
  std::vector<Row> rows(5, {0, 0, 1, 7, INT64_MAX - 5, 3});
  for (int i = 0; i < 5; ++i) rows[i].unit = i;
  rows[3].holding = rows[4].holding = -1;
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  const Wanted wanted = WriteAndLoad(rows, config);
  AggregationPlan plan = MakeTestPlan(wanted.file, {{0, 0}, {2, 1}});
  plan.sources[0].snapshot_sha256 = wanted.snapshot;
  for (const bool unique : {false, true}) {
    plan.contributor = {"unit", "holding"};
    if (unique) plan.contributor = {"unit"};
    plan.contributor_unique = unique;
    for (const char* weight : {"", "weight"}) {
      plan.weight = weight;
      ExpectSameBytes(plan, config);
    }
  }
}

// Pseudonyms have 64 bits and no sign; PostgreSQL has a sign only.
TEST_F(PostgresTest, IdentifiersKeepTheirOrder) {
  std::vector<Row> rows = RandomRows(41, 60, false);
  for (Row& row : rows) {
    row.unit = static_cast<int64_t>(static_cast<uint64_t>(row.unit) * 0x9e3779b97f4a7c15u);
    row.holding = row.holding % 7 * 1000;
  }
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  const Wanted wanted = WriteAndLoad(rows, config);
  AggregationPlan plan = MakeTestPlan(wanted.file, kCube);
  plan.sources[0].snapshot_sha256 = wanted.snapshot;
  plan.contributor = {"unit"};
  ExpectSameBytes(plan, config);
}

// Each row is a unit: where the plan says so, and where the dataset has no contributors.
TEST_F(PostgresTest, RowsWithoutContributorsAreSpread) {
  const std::vector<Row> rows = RandomRows(42, 200, true);
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  Wanted wanted = {.snapshot = "by-row", .file = Write(rows), .units = {{}}, .distinct = {}};
  ASSERT_TRUE(LoadSnapshots({wanted}, *TestKey(), config, [](const auto&) {}).ok());
  AggregationPlan plan = MakeTestPlan(wanted.file, kCube);
  plan.sources[0].snapshot_sha256 = wanted.snapshot;
  plan.contributor_unique = true;
  ExpectSameBytes(plan, config);
  plan.weight = "weight";
  ExpectSameBytes(plan, config);
  for (const int cluster : {0, 1}) {
    const PgResult share = TwoClusters::Get()->Sql(
        cluster, "SELECT rows FROM kluis.copies WHERE snapshot = 'by-row' AND rows > 60");
    EXPECT_EQ(share.rows(), 1);
  }
}

}  // namespace
}  // namespace kluis
