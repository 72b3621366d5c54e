// Percentiles and Gini coefficients of random rows against their definition.
#include <algorithm>
#include <iostream>

#include "server/engine/memory_order.h"
#include "tests/disclosure/table/gini_reference.h"
#include "tests/disclosure/table/percentile_reference.h"
#include "tests/server/engine/definition.h"
#include "tests/server/engine/engine_workshop.h"

namespace kluis {
namespace {

constexpr int kGrid[] = {10, 25, 50, 75, 90};
constexpr int kNearest = 4;

void AskPercentiles(AggregationPlan* plan) {
  plan->nearest = kNearest;
  for (const int percent : kGrid) {
    plan->percentiles.push_back({.measure = 0, .percent = percent});
    plan->table.percentiles.push_back({.measure = 0, .percent = percent, .nearest = kNearest});
  }
}

void AskAll(AggregationPlan* plan) {
  AskPercentiles(plan);
  plan->ginis = {0};
  plan->table.ginis = {{.measure = 0}};
}

std::vector<ValueOf> ValuesIn(const AggregationPlan& plan, const std::vector<Row>& rows,
                              const CellKey& key) {
  std::vector<ValueOf> values;
  for (const Row& row : rows) {
    if (row.value == kNoValue || !IsIn(plan, row, key)) continue;
    const bool of_holding = !plan.contributor_unique && row.holding >= 0;
    values.push_back(
        {of_holding ? row.holding : row.unit, row.value, plan.weight.empty() ? 1 : row.weight});
  }
  return values;
}

void ExpectEqual(const PercentileCell& got, const PercentileCell& expected) {
  EXPECT_EQ(got.weight, expected.weight);
  EXPECT_EQ(got.low, expected.low);
  EXPECT_EQ(got.high, expected.high);
  EXPECT_EQ(got.contributors, expected.contributors);
  EXPECT_EQ(got.at_or_below, expected.at_or_below);
  EXPECT_EQ(got.at_or_above, expected.at_or_above);
  EXPECT_EQ(got.at_point, expected.at_point);
  EXPECT_EQ(got.below, expected.below);
  EXPECT_EQ(got.above, expected.above);
}

class OrderRunTest : public EngineTest {
 protected:
  void ExpectLikeDefinition(AggregationPlan plan, const std::vector<Row>& rows) {
    AskAll(&plan);
    ExpectAnswers(plan, rows);
  }

  void ExpectAnswers(const AggregationPlan& plan, const std::vector<Row>& rows) {
    auto engine = NewDuckDbEngine(TestOptions());
    ASSERT_TRUE(engine.ok()) << engine.status();
    const auto table = (*engine)->Run(plan, nullptr);
    ASSERT_TRUE(table.ok()) << table.status();
    const auto one = static_cast<int64_t>(plan.weight_decimals == 1 ? 10 : 1);
    for (size_t cell = 0; cell < table->keys.size(); ++cell) {
      const std::vector<ValueOf> values = ValuesIn(plan, rows, table->keys[cell]);
      if (!plan.ginis.empty()) {
        const GiniCell gini = GiniByDefinition(values);
        EXPECT_EQ(table->ginis[0].cells[cell].weight, gini.weight);
        EXPECT_EQ(table->ginis[0].cells[cell].total, gini.total);
        EXPECT_EQ(table->ginis[0].cells[cell].ranked, gini.ranked);
      }
      for (const PercentileColumn& column : table->percentiles) {
        SCOPED_TRACE(testing::Message() << "cell " << table->keys[cell][0] << ","
                                        << table->keys[cell][1] << " p" << column.percent);
        ExpectEqual(column.cells[cell],
                    PercentileByDefinition(values, one, column.percent, kNearest));
      }
    }
  }

  AggregationPlan PlanOf(const std::vector<Row>& rows) { return MakeTestPlan(Write(rows), kCube); }
};

std::vector<Row> FewValues(unsigned seed, int count) {
  std::vector<Row> rows = RandomRows(seed, count, true);
  for (Row& row : rows) {
    if (row.value != kNoValue) row.value %= 7;
  }
  return rows;
}

TEST_F(OrderRunTest, RowsAreContributors) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::cout << "seed " << seed << "\n";
    const std::vector<Row> rows =
        seed % 2 == 0 ? FewValues(seed, 400) : RandomRows(seed, 400, true);
    AggregationPlan plan = PlanOf(rows);
    plan.contributor_unique = true;
    ExpectLikeDefinition(plan, rows);
  }
}

// Without a sort, in memory.
TEST_F(OrderRunTest, PercentilesAlone) {
  for (unsigned seed = 21; seed <= 28; ++seed) {
    std::cout << "seed " << seed << "\n";
    const std::vector<Row> rows =
        seed % 2 == 0 ? FewValues(seed, 400) : RandomRows(seed, 400, true);
    AggregationPlan plan = PlanOf(rows);
    plan.contributor_unique = true;
    AskPercentiles(&plan);
    std::reverse(plan.percentiles.begin(), plan.percentiles.end());
    std::reverse(plan.table.percentiles.begin(), plan.table.percentiles.end());
    ASSERT_TRUE(HasPlainPercentiles(plan));
    ExpectAnswers(plan, rows);
  }
}

// More rows than one thread takes, so that what threads have is put together.
TEST_F(OrderRunTest, PercentilesOfManyRows) {
  const std::vector<Row> rows = RandomRows(29, 300'000, true);
  AggregationPlan plan = PlanOf(rows);
  plan.contributor_unique = true;
  AskPercentiles(&plan);
  ExpectAnswers(plan, rows);
}

TEST_F(OrderRunTest, AContributorHasSeveralRows) {
  for (unsigned seed = 5; seed <= 8; ++seed) {
    std::cout << "seed " << seed << "\n";
    const std::vector<Row> rows =
        seed % 2 == 0 ? FewValues(seed, 400) : RandomRows(seed, 400, true);
    AggregationPlan plan = PlanOf(rows);
    plan.contributor = {"unit", "holding"};
    ExpectLikeDefinition(plan, rows);
  }
}

TEST_F(OrderRunTest, WeightsStandForRows) {
  for (unsigned seed = 9; seed <= 12; ++seed) {
    std::cout << "seed " << seed << "\n";
    const std::vector<Row> rows =
        seed % 2 == 0 ? FewValues(seed, 300) : RandomRows(seed, 300, true);
    AggregationPlan plan = PlanOf(rows);
    plan.contributor_unique = seed <= 10;
    plan.contributor = plan.contributor_unique ? std::vector<std::string>{}
                                               : std::vector<std::string>{"unit", "holding"};
    plan.weight = "weight";
    plan.table.weighted = true;
    plan.weight_decimals = plan.table.weight_decimals = seed % 2;
    ExpectLikeDefinition(plan, rows);
  }
}

TEST_F(OrderRunTest, TheTotalAloneAndACellWithoutValues) {
  std::vector<Row> rows = RandomRows(13, 30, false);
  for (Row& row : rows) {
    if (row.size == 2) row.value = kNoValue;
  }
  AggregationPlan plan = MakeTestPlan(Write(rows), {{0, 0}});
  plan.contributor_unique = true;
  ExpectLikeDefinition(plan, rows);
  plan = MakeTestPlan(plan.sources[0].snapshot_file, {{0, 1}});
  plan.contributor_unique = true;
  ExpectLikeDefinition(plan, rows);
  for (Row& row : rows) row.value = kNoValue;
  plan = MakeTestPlan(Write(rows), {{0, 0}});
  plan.contributor_unique = true;
  ExpectLikeDefinition(plan, rows);
}

}  // namespace
}  // namespace kluis
