// The engine against a slow, obvious aggregation of the same rows in memory.
#include "server/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "server/catalogue/snapshot_writer.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

// Columns of the test data: region 0..11 (-1 missing), size 0..3, unit and holding, value, weight.
struct Row {
  int region, size;
  int64_t unit, holding;  // holding -1: empty
  int64_t value;          // kNoValue: missing
  int64_t weight;
};
constexpr int64_t kNoValue = INT64_MIN;

std::vector<Row> RandomRows(unsigned seed, int count, bool negative) {
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

std::vector<StoredColumn> Columns(const Row& r) {
  return {{"region", VariableRole::kDimension, false, r.region},
          {"size", VariableRole::kDimension, false, r.size},
          {"unit", VariableRole::kIdentifier, false, r.unit},
          {"holding", VariableRole::kIdentifier, r.holding < 0, r.holding},
          {"c0 \"k\"", VariableRole::kMeasure, r.value == kNoValue, r.value},
          {"weight", VariableRole::kMeasure, false, r.weight}};
}

class EngineTest : public testing::Test {
 protected:
  EngineTest() : folder_(fs::temp_directory_path() / ("kluis_engine_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~EngineTest() override { fs::remove_all(folder_); }

  std::string Write(const std::vector<Row>& rows) {
    const std::string file = (folder_ / "data.duckdb").string();
    fs::remove(file);
    auto writer = SnapshotWriter::Create(file, Columns(rows[0]), 512);
    EXPECT_TRUE(writer.ok()) << writer.status();
    for (const Row& row : rows) EXPECT_TRUE((*writer)->Append(Columns(row)).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    return file;
  }

  fs::path folder_;
};

PlanSource Source(const std::string& alias, const std::string& file, const std::string& key = "") {
  PlanSource source;
  source.alias = source.dataset = alias;
  source.snapshot_file = file;
  if (!key.empty()) source.keys = {{key, key}};
  return source;
}

// Region: 12 regions in 4 parts of 3 and `_U` (a child of the total); size: 4 classes.
AggregationPlan MakeTestPlan(const std::string& file,
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

const std::vector<std::vector<int>> kCube = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}};

int64_t UnitOf(const AggregationPlan& plan, const Row& row) {
  if (plan.contributor_unique) return row.unit;
  return plan.contributor.back() == "holding" && row.holding >= 0 ? row.holding : row.unit;
}

bool IsIn(const AggregationPlan& plan, const Row& row, const CellKey& key) {
  for (const auto& set : plan.level_sets) {
    const int r = plan.axes[0].level_maps[set[0]][row.region + 1];
    const int s = plan.axes[1].level_maps[set[1]][row.size + 1];
    if (CellKey{r, s} == key) return true;
  }
  return false;
}

// Who gave most to the total: of equal ones at the end of the list all or none.
std::vector<std::pair<int64_t, absl::int128>> LargestShares(
    const std::map<int64_t, absl::int128>& plain, const std::map<int64_t, absl::int128>& weighed) {
  std::vector<std::pair<int64_t, absl::int128>> shares;
  for (const auto& [unit, sum] : weighed) {
    if (plain.at(unit) != 0) shares.emplace_back(unit, sum < 0 ? -sum : sum);
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (shares.size() <= 3) return shares;
  const absl::int128 next = shares[3].second;
  shares.resize(3);
  while (!shares.empty() && shares.back().second == next) shares.pop_back();
  return shares;
}

// The number that the table gives to a contributor is the same in each of its cells.
void ExpectShares(const std::vector<std::pair<int64_t, absl::int128>>& expected,
                  const Contributions& got, std::map<int64_t, int64_t>* unit_of) {
  ASSERT_EQ(got.shares.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(got.shares[i].amount, expected[i].second);
    const int64_t unit =
        unit_of->emplace(got.shares[i].contributor, expected[i].first).first->second;
    EXPECT_EQ(unit, expected[i].first);
  }
  if (got.contributors > static_cast<int64_t>(expected.size())) {
    EXPECT_GT(got.unlisted, 0);
  }
}

// The definition, cell by cell.
void ExpectCell(const AggregationPlan& plan, const std::vector<Row>& rows,
                const AggregateTable& table, size_t cell, std::map<int64_t, int64_t>* unit_of) {
  const bool weighted = !plan.weight.empty();
  UnitCount units;
  Contributions sums;
  std::set<int64_t> contributors;
  std::map<int64_t, absl::int128> plain, weighed;
  for (const Row& row : rows) {
    if (!IsIn(plan, row, table.keys[cell])) continue;
    const int64_t weight = weighted ? row.weight : 1;
    ++units.rows;
    units.weight += weight;
    contributors.insert(UnitOf(plan, row));
    if (row.value == kNoValue) continue;
    ++sums.rows;
    sums.weight += weight;
    sums.total += absl::int128(weight) * row.value;
    plain[UnitOf(plan, row)] += row.value;
    weighed[UnitOf(plan, row)] += absl::int128(weight) * row.value;
  }
  for (const auto& [unit, sum] : weighed) sums.absolute_total += sum < 0 ? -sum : sum;
  for (const auto& [unit, sum] : plain) {
    if (sum != 0) sums.largest.push_back(sum < 0 ? -sum : sum);
  }
  sums.contributors = static_cast<int64_t>(sums.largest.size());
  std::sort(sums.largest.rbegin(), sums.largest.rend());
  if (sums.largest.size() > 3) sums.largest.resize(3);
  const Contributions& got = table.measures[0].cells[cell];
  EXPECT_EQ(table.units[cell].rows, units.rows);
  EXPECT_EQ(table.units[cell].contributors, static_cast<int64_t>(contributors.size()));
  EXPECT_EQ(table.units[cell].weight, units.weight);
  EXPECT_EQ(got.rows, sums.rows);
  EXPECT_EQ(got.contributors, sums.contributors);
  EXPECT_EQ(got.weight, sums.weight);
  EXPECT_EQ(got.total, sums.total);
  EXPECT_EQ(got.absolute_total, sums.absolute_total);
  EXPECT_EQ(got.largest, sums.largest);
  if (plan.contributor_unique && !weighted) {
    EXPECT_TRUE(got.shares.empty());
  } else {
    ExpectShares(LargestShares(plain, weighed), got, unit_of);
  }
}

void ExpectLikeDefinition(const AggregationPlan& plan, const std::vector<Row>& rows) {
  auto engine = NewDuckDbEngine({});
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto table = (*engine)->Run(plan, nullptr);
  ASSERT_TRUE(table.ok()) << table.status();
  std::map<int64_t, int64_t> unit_of;
  for (size_t cell = 0; cell < table->keys.size(); ++cell) {
    SCOPED_TRACE(testing::Message()
                 << "cell " << table->keys[cell][0] << "," << table->keys[cell][1]);
    ExpectCell(plan, rows, *table, cell, &unit_of);
  }
  std::set<int64_t> units;
  for (const auto& [number, unit] : unit_of) EXPECT_TRUE(units.insert(unit).second);
}

struct Case {
  const char* name;
  std::vector<std::vector<int>> level_sets;
  bool unique, holdings, weighted, negative;
};

class DefinitionTest : public EngineTest, public testing::WithParamInterface<Case> {};

TEST_P(DefinitionTest, EveryStatisticOfEveryCellIsAsDefined) {
  const Case& c = GetParam();
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const std::vector<Row> rows = RandomRows(seed, 600, c.negative);
    AggregationPlan plan = MakeTestPlan(Write(rows), c.level_sets);
    plan.contributor_unique = c.unique;
    plan.measures[0].any_sign = c.negative;
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
  auto engine = NewDuckDbEngine({});
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
  auto engine = NewDuckDbEngine({});
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

TEST_F(EngineTest, AJoinTakesADimensionOfTheOtherDatasetAndLeftKeepsRowsWithoutPartner) {
  const std::vector<Row> rows = RandomRows(8, 300, false);
  const std::string file = Write(rows);
  const std::string other = (folder_ / "other.duckdb").string();
  const std::vector<StoredColumn> columns = {{"unit", VariableRole::kIdentifier, false, 0},
                                             {"region", VariableRole::kDimension, false, 0}};
  auto writer = SnapshotWriter::Create(other, columns, 512);
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
  auto writer = SnapshotWriter::Create(other, columns, 512);
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
    const auto table = (*NewDuckDbEngine({}))->Run(plan, nullptr);
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
    EngineOptions options;
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
    auto engine = NewDuckDbEngine({});
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
  EngineOptions options;
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
  auto engine = NewDuckDbEngine({});
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
