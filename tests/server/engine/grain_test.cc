// A value that stands in several rows of its unit counts once: the same statistics as from a file with
// one row for each unit.
#include <iostream>

#include "server/engine/records.h"
#include "tests/server/engine/engine_workshop.h"

namespace kluis {
namespace {

class GrainTest : public EngineTest {
 protected:
  AggregateTable Run(const AggregationPlan& plan) {
    const auto table = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    EXPECT_TRUE(table.ok()) << table.status();
    return table.ok() ? *table : AggregateTable();
  }
};

void ExpectSame(const Contributions& got, const Contributions& expected) {
  EXPECT_EQ(got.rows, expected.rows);
  EXPECT_EQ(got.contributors, expected.contributors);
  EXPECT_EQ(got.weight, expected.weight);
  EXPECT_EQ(got.total, expected.total);
  EXPECT_EQ(got.absolute_total, expected.absolute_total);
  EXPECT_EQ(got.largest, expected.largest);
  EXPECT_EQ(got.unlisted, expected.unlisted);
  ASSERT_EQ(got.shares.size(), expected.shares.size());
  for (size_t i = 0; i < got.shares.size(); ++i) EXPECT_EQ(got.shares[i].amount, expected.shares[i].amount);
}

// Every unit has 1 to 4 rows, which differ in `size` only; in file order they are shuffled.
std::vector<Row> Repeated(const std::vector<Row>& units, std::mt19937* random) {
  std::vector<Row> rows;
  for (const Row& unit : units) {
    const auto copies = (*random)() % 4 + 1;
    for (size_t i = 0; i < copies; ++i) {
      rows.push_back(unit);
      rows.back().size = static_cast<int>((*random)() % 4);
    }
  }
  std::shuffle(rows.begin(), rows.end(), *random);
  return rows;
}

AggregationPlan AskEverything(const std::string& file, bool weighted) {
  AggregationPlan plan = MakeTestPlan(file, {{0, 0}, {1, 0}, {2, 0}});
  plan.axes[1].level_maps = {{-1, 0, 0, 0, 0}};  // no axis tells rows of a unit apart
  plan.contributor = {"unit", "holding"};
  if (weighted) {
    plan.weight = "weight";
    plan.weight_decimals = 1;
    plan.table.weighted = true;
    plan.table.weight_decimals = 1;
  }
  PlanMeasure squares = plan.measures[0];
  squares.squared = true;
  squares.levels = 3;
  plan.measures.push_back(squares);
  plan.table.measures.push_back({"v^2", 4, false, {}, 0});
  plan.ginis = {0};
  plan.table.ginis = {{.measure = 0}};
  plan.nearest = 4;
  plan.percentiles = {{.measure = 0, .percent = 50}};
  plan.table.percentiles = {{.measure = 0, .percent = 50, .nearest = 4}};
  return plan;
}

TEST_F(GrainTest, EveryStatisticIsThatOfAFileWithOneRowForEachUnit) {
  const auto seed = static_cast<unsigned>(std::random_device()());
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (const bool weighted : {false, true}) {
    std::vector<Row> units = RandomRows(static_cast<unsigned>(random()), 300, true);
    const std::vector<Row> rows = Repeated(units, &random);
    // Filters may tell rows apart: a unit counts when one of its rows stays.
    const std::set<int> kept = {1, 2};
    std::vector<Row> staying;
    for (Row unit : units) {
      for (const Row& row : rows) {
        if (row.unit != unit.unit || kept.count(row.size) == 0) continue;
        unit.size = 1;
        staying.push_back(unit);
        break;
      }
    }
    ASSERT_LT(staying.size(), units.size());
    AggregationPlan plan = AskEverything(Write(staying), weighted);
    const AggregateTable expected = Run(plan);
    plan = AskEverything(Write(rows), weighted);
    plan.filters = {{.source = 0, .column = "size", .stored_values = {1, 2}}};
    for (PlanMeasure& measure : plan.measures) measure.grain = "unit";
    const AggregateTable table = Run(plan);
    ASSERT_EQ(table.keys, expected.keys);
    int64_t more = 0;
    for (size_t cell = 0; cell < table.keys.size(); ++cell) {
      for (size_t m = 0; m < 2; ++m) ExpectSame(table.measures[m].cells[cell], expected.measures[m].cells[cell]);
      EXPECT_EQ(table.ginis[0].cells[cell].total, expected.ginis[0].cells[cell].total);
      EXPECT_EQ(table.percentiles[0].cells[cell].low, expected.percentiles[0].cells[cell].low);
      EXPECT_EQ(table.percentiles[0].cells[cell].below, expected.percentiles[0].cells[cell].below);
      EXPECT_EQ(table.units[cell].contributors, expected.units[cell].contributors);
      more += table.units[cell].rows - expected.units[cell].rows;
    }
    EXPECT_GT(more, 0) << "rows count as rows";
    const auto records = ReadRecords(plan, {plan.measures[0].column}, TestOptions());
    ASSERT_TRUE(records.ok()) << records.status();
    int64_t sum = 0;
    for (const RecordValue& value : records->columns[0]) sum += value.missing ? 0 : value.value;
    EXPECT_TRUE(weighted || absl::int128(sum) == expected.measures[0].cells[0].total);
  }
}

}  // namespace
}  // namespace kluis
