// Two clusters against DuckDB: the same bytes, of random rows and plans.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "server/cluster/load.h"
#include "tests/server/engine/engine_workshop.h"
#include "tests/server/engine/table_text.h"
#include "tests/server/engine/two_clusters.h"

namespace kluis {
namespace {

class PostgresTest : public EngineTest {
 protected:
  void SetUp() override {
    if (TwoClusters::Get() == nullptr) GTEST_SKIP() << "PostgreSQL 15 is not installed";
  }

  // The rows, with a hash of their own, on the clusters.
  Wanted WriteAndLoad(const std::vector<Row>& rows, const ClusterConfig& config) {
    static int count = 0;
    Wanted wanted = {.snapshot = "rows-" + std::to_string(++count), .file = Write(rows), .units = {},
                     .distinct = {"unit", "holding"}};
    wanted.units = {{"unit", "holding"}, {"unit"}, {"holding"}};
    const absl::Status loaded = LoadSnapshots({wanted}, *TestKey(), config, [](const auto&) {});
    EXPECT_TRUE(loaded.ok()) << loaded;
    return wanted;
  }

  void ExpectSameBytes(const AggregationPlan& plan, const ClusterConfig& config) {
    const auto one = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    EngineOptions options;
    std::string log;
    options.operator_log = [&](const std::string& line) { log = line; };
    const auto other = (*NewPostgresEngine(options, config, {}))->Run(plan, nullptr);
    ASSERT_TRUE(one.ok()) << one.status();
    ASSERT_TRUE(other.ok()) << other.status() << " " << log;
    EXPECT_EQ(TextOf(*other), TextOf(*one));
  }
};

std::vector<std::vector<int>> SomeOf(const std::vector<std::vector<int>>& sets, std::mt19937* random) {
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

TEST_F(PostgresTest, RandomPlansGiveTheSameBytes) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    std::cout << "seed " << seed << "\n";
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const bool negative = random() % 2 == 0;
    std::vector<Row> rows = RandomRows(seed, 300, negative);
    if (seed % 3 == 0) {  // many equal ones
      for (Row& row : rows) row.value = row.value == kNoValue ? kNoValue : row.value % 4 * 100;
    }
    const ClusterConfig config = TwoClusters::Get()->Config(seed % 2 == 0 ? 0 : 5);
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
      if (random() % 2 == 0) plan.filters = {{.source = 0, .column = "region", .stored_values = {11, 2, 3}}};
      if (random() % 2 == 0) {
        plan.distincts = {"holding", "unit"};
        plan.table.distincts = {{"holding", {}, {}}, {"unit", {}, {}}};
      }
      plan.largest = static_cast<int>(random() % 4);
      ExpectSameBytes(plan, config);
    }
  }
}

}  // namespace
}  // namespace kluis
