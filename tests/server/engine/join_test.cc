// Plans over two datasets.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/server/engine/definition.h"

namespace kluis {
namespace {

TEST_F(EngineTest, AJoinTakesADimensionOfTheOtherDatasetAndLeftKeepsRowsWithoutPartner) {
  const std::vector<Row> rows = RandomRows(8, 300, false);
  const std::string file = Write(rows);
  const std::string other = (folder_ / "other.duckdb").string();
  const std::vector<StoredColumn> columns = {{"unit", VariableRole::kIdentifier, false, 0},
                                             {"region", VariableRole::kDimension, false, 0}};
  auto writer = SnapshotWriter::Create(other, columns, *TestKey(), 512);
  std::vector<Row> moved = rows, matched;
  for (Row& row : moved) {
    row.region = -1;
    if (row.unit % 3 == 0) continue;
    row.region = static_cast<int>(row.unit % 12);
    matched.push_back(row);
    std::vector<StoredColumn> values = columns;
    values[0].value = row.unit;
    values[1].value = row.region;
    ASSERT_TRUE((*writer)->Append(values).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  AggregationPlan plan = MakeTestPlan(file, kCube);
  plan.contributor_unique = true;
  plan.sources.push_back(Source("o", other, "unit"));
  plan.axes[0].source = 1;
  ExpectLikeDefinition(plan, matched);
  plan.sources[1].left = true;
  ExpectLikeDefinition(plan, moved);
}

// Rows without a partner stay in a judged join, apart from those whose partner has a missing value.
TEST_F(EngineTest, AJudgedJoinKeepsRowsWithoutPartnerAndTellsThemApart) {
  const std::vector<Row> rows = RandomRows(13, 400, false);
  const std::string file = Write(rows);
  const std::string other = (folder_ / "other.duckdb").string();
  const std::vector<StoredColumn> columns = {{"holding", VariableRole::kIdentifier, false, 0},
                                             {"region", VariableRole::kDimension, false, 0}};
  auto writer = SnapshotWriter::Create(other, columns, *TestKey(), 512);
  std::set<int64_t> partners;
  for (const Row& row : rows) {
    if (row.holding < 0 || row.holding % 3 == 0 || !partners.insert(row.holding).second) continue;
    std::vector<StoredColumn> values = columns;
    values[0].value = row.holding;
    values[1].value = row.holding % 13 - 1;
    ASSERT_TRUE((*writer)->Append(values).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  AggregationPlan plan = MakeTestPlan(file, {{0, 0}, {1, 0}, {1, 1}, {2, 1}});
  plan.sources.push_back(Source("o", other, "holding"));
  plan.sources[1].judged = true;
  plan.axes[0].source = 1;
  plan.axes[0].stored_low = kNoPartner;
  for (auto& map : plan.axes[0].level_maps) map.insert(map.begin(), 0);
  plan.axes[0].level_maps[1][0] = plan.axes[0].level_maps[2][0] = 18;
  plan.table.axes[0].categories.push_back({"out", 0, 1});
  for (const int size : {0, 1, 2, 3, 4}) plan.table.keys.push_back({18, size});
  // The second axis tells whether there is a partner, in place of the size.
  plan.axes[1] = {
      .source = 1, .column = "", .stored_low = kNoPartner, .level_maps = {{0, -1, 0}, {2, -1, 1}}};
  plan.table.uses.assign(plan.table.keys.size(), CellUse::kDisplayed);
  for (const bool unique : {true, false}) {
    plan.contributor_unique = unique;
    plan.contributor = {"unit"};
    const auto table = (*NewDuckDbEngine(TestOptions()))->Run(plan, nullptr);
    ASSERT_TRUE(table.ok()) << table.status();
    for (size_t cell = 0; cell < table->keys.size(); ++cell) {
      const CellKey& key = table->keys[cell];
      int64_t expected = 0;
      for (const Row& row : rows) {
        const bool partner = partners.count(row.holding) > 0;
        const int region = partner ? static_cast<int>(row.holding % 13) - 1 : kNoPartner;
        bool inside = false;
        for (const auto& set : plan.level_sets) {
          inside |= plan.axes[0].level_maps[set[0]][region - kNoPartner] == key[0] &&
                    plan.axes[1].level_maps[set[1]][partner ? 2 : 0] == key[1];
        }
        expected += inside;
      }
      EXPECT_EQ(table->units[cell].rows, expected) << key[0] << "," << key[1];
    }
  }
}

}  // namespace
}  // namespace kluis
