// An enclave whose data stand on two PostgreSQL clusters: made, filled, started.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/enclave/enclave.h"
#include "server/enclave/init.h"
#include "tests/server/engine/two_clusters.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void Quiet(const std::string&) {}

class ClusterEnclaveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(TwoClusters::Get(), nullptr) << "script/test installs postgresql-15";
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    dir_ = ::testing::TempDir() + "/cluster-enclave-" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(dir_);
    for (const int cluster : {0, 1}) {
      TwoClusters::Get()->Sql(cluster,
                              "DROP SCHEMA IF EXISTS kluis CASCADE; DROP OWNED BY reader, loader; "
                              "GRANT CREATE ON DATABASE postgres TO loader");
    }
    options_.dir = dir_;
    options_.engine = "postgres";
    options_.dsns = DsnsOf("reader");
    options_.load_dsns = DsnsOf("loader");
  }
  void TearDown() override {
    fs::remove_all(dir_);
    fs::remove_all(dir_ + "-source");
  }

  static void SetUpTestSuite() {
    if (TwoClusters::Get() == nullptr) return;
    for (const int cluster : {0, 1})
      TwoClusters::Get()->Sql(cluster, "CREATE ROLE reader LOGIN; CREATE ROLE loader LOGIN");
  }

  static std::vector<std::string> DsnsOf(const std::string& role) {
    std::vector<std::string> dsns = TwoClusters::Get()->dsns();
    for (std::string& dsn : dsns) dsn = absl::StrReplaceAll(dsn, {{"user=kluis", "user=" + role}});
    return dsns;
  }

  std::string WriteToy() {
    const std::string folder = dir_ + "-source/policies";
    fs::create_directories(folder);
    std::ofstream(folder + "/toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [id]\n"
           "weight: null\nvariables:\n  id: {role: identifier}\n"
           "  geslacht: {role: dimension, values: [m, v]}\n";
    std::ofstream rows(folder + "/toy.csv");
    rows << "id,geslacht\n";
    for (int i = 0; i < 100; ++i) rows << i << (i % 3 == 0 ? ",m\n" : ",v\n");
    return folder + "/toy.yaml";
  }

  // The rows of the only copy on a cluster, as a role.
  static int64_t RowsOn(int cluster) {
    int64_t rows = -1;
    const PgResult found = TwoClusters::Get()->Sql(cluster, "SELECT rows FROM kluis.copies");
    EXPECT_EQ(found.rows(), 1);
    EXPECT_TRUE(found.rows() == 1 && absl::SimpleAtoi(found.Text(0, 0), &rows));
    return rows;
  }

  std::string dir_;
  InitOptions options_;
};

TEST_F(ClusterEnclaveTest, AnImportGoesToTheClustersAndTheReaderReadsOnly) {
  const absl::Status made = InitEnclave(options_, Quiet);
  ASSERT_TRUE(made.ok()) << made;
  auto enclave = Enclave::Open(dir_);
  ASSERT_TRUE(enclave.ok()) << enclave.status();
  EXPECT_EQ((*enclave)->clusters().dsns, options_.dsns);
  const auto report = (*enclave)->Import(WriteToy(), Quiet);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(RowsOn(0) + RowsOn(1), 100);
  EXPECT_GT(RowsOn(0), 20);
  EXPECT_GT(RowsOn(1), 20);
  auto reader =
      PgConnection::Connect(options_.dsns[0], "reader", {.read_only = false}, nullptr, nullptr);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (const char* forbidden : {"DELETE FROM kluis.copies", "CREATE TABLE kluis.mine (i int)"}) {
    reader =
        PgConnection::Connect(options_.dsns[0], "reader", {.read_only = false}, nullptr, nullptr);
    EXPECT_EQ((*reader)->Execute(forbidden).message(), "reader: database error 42501");
  }
}

TEST_F(ClusterEnclaveTest, AStartLoadsWhatTheClustersLackAndFailsWithoutThem) {
  ASSERT_TRUE(InitEnclave(options_, Quiet).ok());
  auto enclave = Enclave::Open(dir_);
  ASSERT_TRUE((*enclave)->Import(WriteToy(), Quiet).ok());
  TwoClusters::Get()->Sql(1, "DROP SCHEMA kluis CASCADE");
  const absl::Status started = (*enclave)->PutInForce("test");
  EXPECT_TRUE(started.ok()) << started;
  EXPECT_EQ(RowsOn(0) + RowsOn(1), 100);
  TwoClusters::Get()->Stop(1);
  const absl::Status stopped = (*enclave)->PutInForce("test");
  TwoClusters::Get()->Start(1);
  EXPECT_EQ(stopped.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(stopped.message()), HasSubstr("cluster 2: no connection"));
}

TEST_F(ClusterEnclaveTest, WhatIsWrongWithAClusterIsSaidBeforeAnythingIsMade) {
  const std::string place = TwoClusters::Get()->DsnOf(1);
  const struct {
    const char* name;
    std::vector<std::string> dsns;
    absl::StatusCode code;
    const char* message;
  } cases[] = {
      {"none", {}, absl::StatusCode::kInvalidArgument, "give --dsn"},
      {"no connection string",
       {"hosst=db1"},
       absl::StatusCode::kInvalidArgument,
       "cluster 1: not a connection string"},
      {"no such database",
       {place, absl::StrReplaceAll(place, {{"dbname=postgres", "dbname=nope"}})},
       absl::StatusCode::kInvalidArgument,
       "cluster 2: no connection"},
      {"no such role",
       {absl::StrReplaceAll(place, {{"user=kluis", "user=nobody"}})},
       absl::StatusCode::kInvalidArgument,
       "hint: try the same connection string with psql"},
      {"nobody there",
       {"host=/nonexistent dbname=kluis"},
       absl::StatusCode::kUnavailable,
       "cluster 1: no connection"},
      {"a role that may not load",
       {DsnsOf("reader")[0]},
       absl::StatusCode::kInvalidArgument,
       "hint: the role that loads needs CREATE"},
      {"a quotation mark", {"host=\"a\""}, absl::StatusCode::kInvalidArgument, "service file"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    options_.dsns = c.dsns;
    options_.load_dsns.clear();
    const absl::Status made = InitEnclave(options_, Quiet);
    EXPECT_EQ(made.code(), c.code) << made;
    EXPECT_THAT(std::string(made.message()), HasSubstr(c.message));
    EXPECT_FALSE(fs::exists(dir_));
  }
  options_ = {.dir = dir_, .dsns = {place}};
  EXPECT_THAT(std::string(InitEnclave(options_, Quiet).message()), HasSubstr("--engine postgres"));
  options_ = {.dir = dir_, .engine = "mysql"};
  EXPECT_THAT(std::string(InitEnclave(options_, Quiet).message()), HasSubstr("duckdb, postgres"));
}

}  // namespace
}  // namespace kluis
