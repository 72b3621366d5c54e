// Random rows, a snapshot of them, and plans that ask for their cells.
#ifndef KLUIS_TESTS_SERVER_ENGINE_ENGINE_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_ENGINE_ENGINE_WORKSHOP_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/catalogue/snapshot_writer.h"
#include "server/engine/engine.h"

namespace kluis {

// Columns of the test data: region 0..11 (-1 missing), size 0..3, unit and holding, value, weight.
struct Row {
  int region, size;
  int64_t unit, holding;  // holding -1: empty
  int64_t value;          // kNoValue: missing
  int64_t weight;
};
inline constexpr int64_t kNoValue = INT64_MIN;

inline std::vector<Row> RandomRows(unsigned seed, int count, bool negative) {
  std::mt19937 random(seed);
  std::vector<Row> rows;
  for (int i = 0; i < count; ++i) {
    const int64_t value = static_cast<int64_t>(random() % 100000) - (negative ? 50000 : 0);
    rows.push_back({static_cast<int>(random() % 13) - 1, static_cast<int>(random() % 4), i,
                    random() % 3 == 0 ? -1 : static_cast<int64_t>(1000000 + random() % (count / 3)),
                    random() % 10 == 0   ? kNoValue
                    : random() % 20 == 0 ? 0
                                         : value,
                    static_cast<int64_t>(random() % 40 + 1)});
  }
  return rows;
}

inline std::vector<StoredColumn> Columns(const Row& r) {
  return {{"region", VariableRole::kDimension, false, r.region},
          {"size", VariableRole::kDimension, false, r.size},
          {"unit", VariableRole::kIdentifier, false, r.unit},
          {"holding", VariableRole::kIdentifier, r.holding < 0, r.holding},
          {"c0 \"k\"", VariableRole::kMeasure, r.value == kNoValue, r.value},
          {"weight", VariableRole::kMeasure, false, r.weight}};
}

inline const std::shared_ptr<const DataKey>& TestKey() {
  static const auto key = DataKey::Random();
  return key;
}

inline EngineOptions TestOptions() {
  EngineOptions options;
  options.data_key = TestKey();
  return options;
}

// With a folder of its own; Write() replaces the snapshot in it.
class EngineTest : public testing::Test {
 protected:
  EngineTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("kluis_engine_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~EngineTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::vector<Row>& rows) {
    const std::string file = (folder_ / "data.duckdb").string();
    std::filesystem::remove(file);
    auto writer = SnapshotWriter::Create(file, Columns(rows[0]), *TestKey(), 512);
    EXPECT_TRUE(writer.ok()) << writer.status();
    for (const Row& row : rows) EXPECT_TRUE((*writer)->Append(Columns(row)).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    return file;
  }

  std::filesystem::path folder_;
};

inline PlanSource Source(const std::string& alias, const std::string& file,
                         const std::string& key = "") {
  PlanSource source;
  source.alias = source.dataset = alias;
  source.snapshot_file = file;
  if (!key.empty()) source.keys = {{key, key}};
  return source;
}

// Levels of region and size: every combination.
inline const std::vector<std::vector<int>> kCube = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}};

// Region: 12 regions in 4 parts of 3 and `_U` (a child of the total); size: 4 classes.
inline AggregationPlan MakeTestPlan(const std::string& file,
                                    const std::vector<std::vector<int>>& level_sets) {
  AggregationPlan plan;
  plan.sources = {Source("d", file)};
  Axis region{.name = "region", .categories = {{"_T"}}};
  for (int part = 0; part < 4; ++part)
    region.categories.push_back({"P" + std::to_string(part), 0, 1});
  for (int i = 0; i < 12; ++i) region.categories.push_back({"R" + std::to_string(i), 1 + i / 3, 2});
  region.categories.push_back({"_U", 0, 1});
  PlanAxis regions{
      .source = 0, .column = "region", .stored_low = -1, .level_maps = {{0}, {17}, {17}}};
  for (int i = 0; i < 12; ++i) {
    regions.level_maps[0].push_back(0);
    regions.level_maps[1].push_back(1 + i / 3);
    regions.level_maps[2].push_back(5 + i);
  }
  Axis size{.name = "size", .categories = {{"_T"}}};
  PlanAxis sizes{.source = 0, .column = "size", .stored_low = -1, .level_maps = {{-1}, {-1}}};
  for (int i = 0; i < 4; ++i) {
    size.categories.push_back({"S" + std::to_string(i), 0, 1});
    sizes.level_maps[0].push_back(0);
    sizes.level_maps[1].push_back(1 + i);
  }
  plan.table.axes = {region, size};
  plan.axes = {regions, sizes};
  plan.level_sets = level_sets;
  plan.measures = {{.column = "c0 \"k\"", .decimals = 2, .any_sign = true}};
  plan.table.measures = {{"v", 2, true, {}}};
  plan.largest = 3;
  std::set<CellKey> keys;
  for (const auto& set : level_sets) {
    for (const int r : regions.level_maps[set[0]]) {
      for (const int s : sizes.level_maps[set[1]]) {
        if (r >= 0 && s >= 0) keys.insert({r, s});
      }
    }
  }
  plan.table.keys.assign(keys.begin(), keys.end());
  plan.table.uses.assign(keys.size(), CellUse::kDisplayed);
  return plan;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_ENGINE_WORKSHOP_H_
