// What the engine spills: encrypted, in folders of its own, and gone afterwards.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/engine/snapshots.h"
#include "tests/server/engine/engine_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCanary = 0x4b41'4e41'5249'4521;  // in bytes "!EIRANAK"

class SpillTest : public EngineTest {
 protected:
  SpillTest() {
    options_ = TestOptions();
    options_.threads = 1;
    options_.memory_limit_mb = 24;
    options_.temp_directory = (folder_ / "tmp").string();
    std::vector<Row> rows = RandomRows(1, 1000, false);
    for (Row& row : rows) row.value = kCanary;
    snapshot_ = Write(rows);
  }

  // A table of 2,000,000 rows, each with the canary: three times the memory.
  static absl::Status Grow(DuckConnection& connection) {
    return connection.Execute(
        absl::StrCat("CREATE TEMP TABLE big AS SELECT \"c0 \"\"k\"\"\" AS value, hash(unit, i) AS "
                     "noise, hash(i, unit) AS "
                     "other FROM ",
                     SchemaAt(0), ".data, range(2000) t(i)"));
  }
  static bool IsWhole(DuckConnection& connection) {
    const auto result = connection.Query(
        absl::StrCat("SELECT count(*) FROM big WHERE value = ", kCanary, " AND noise IS NOT NULL"));
    return result.ok() && (*result)->Next() && (*result)->Int64(0, 0) == 2'000'000;
  }

  // How many files there are below the folder; none may hold the canary.
  int FilesWithoutCanary() const {
    int files = 0;
    for (const auto& item : fs::recursive_directory_iterator(folder_)) {
      if (!item.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(item.path(), std::ios::binary).rdbuf();
      EXPECT_EQ(bytes.str().find("!EIRANAK"), std::string::npos) << item.path();
      ++files;
    }
    return files;
  }

  EngineOptions options_;
  std::string snapshot_;
};

TEST_F(SpillTest, TwoDatabasesSpillAtOnceAndNeitherReadsTheOther) {
  {
    const auto first = OpenSnapshots(options_, {snapshot_}),
               second = OpenSnapshots(options_, {snapshot_});
    ASSERT_TRUE(first.ok() && second.ok());
    const auto one = *(*first)->Connect(), two = *(*second)->Connect();
    const absl::Status grown = Grow(*one), grown_too = Grow(*two);
    ASSERT_TRUE(grown.ok() && grown_too.ok()) << grown << grown_too;
    EXPECT_GE(FilesWithoutCanary(), 3) << "nothing was spilled";
    EXPECT_TRUE(IsWhole(*one));
    EXPECT_TRUE(IsWhole(*two));
  }
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp")) << "a spill outlives its database";
}

TEST_F(SpillTest, WhatAnEndedProcessLeftIsClearedAndNothingElse) {
  fs::create_directories(folder_ / "tmp/spill-1-1");
  std::ofstream(folder_ / "tmp/spill-1-1/duckdb_temp_storage_DEFAULT-0.tmp") << "rest";
  std::ofstream(folder_ / "tmp/other") << "stays";
  ClearSpills(options_.temp_directory);
  EXPECT_FALSE(fs::exists(folder_ / "tmp/spill-1-1"));
  EXPECT_TRUE(fs::exists(folder_ / "tmp/other"));
}

TEST_F(SpillTest, ThereIsNoEngineWithoutAKeyAndNoRunWithAnother) {
  EXPECT_EQ(NewDuckDbEngine({}).status().code(), absl::StatusCode::kFailedPrecondition);
  AggregationPlan plan = MakeTestPlan(snapshot_, {{0, 0}});
  plan.contributor_unique = true;
  options_.data_key = DataKey::Random();
  const auto engine = NewDuckDbEngine(options_);
  EXPECT_EQ((*engine)->Run(plan, nullptr).status(),
            absl::InternalError("engine failed (reference 1)"));
}

}  // namespace
}  // namespace kluis
