// A cluster that is not there, silent, or has something else: the whole run fails, and says a
// number.
#include <gmock/gmock.h>

#include <thread>

#include "tests/server/engine/postgres_workshop.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::Not;

class ClusterFaultTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    config_ = TwoClusters::Get()->Config(2);
    rows_ = RandomRows(31, 500, false);
    wanted_ = WriteAndLoad(rows_, config_);
    plan_ = MakeTestPlan(wanted_.file, {{2, 1}});
    plan_.sources[0].snapshot_sha256 = wanted_.snapshot;
    plan_.contributor = {"unit", "holding"};
  }

  // What the caller hears; the operator's log is in log_.
  absl::Status RunOn(const ClusterConfig& config, const PgOptions& limits = {}) {
    log_.clear();
    return EngineOn(config, limits)->Run(plan_, nullptr).status();
  }

  void ExpectFailure(const std::string& in_the_log, const PgOptions& limits = {}) {
    EXPECT_EQ(RunOn(config_, limits), absl::InternalError("engine failed (reference 1)"));
    EXPECT_THAT(log_, HasSubstr(in_the_log));
  }

  ClusterConfig config_;
  std::vector<Row> rows_;
  Wanted wanted_;
  AggregationPlan plan_;
};

TEST_F(ClusterFaultTest, AStoppedCluster) {
  const auto engine = EngineOn(config_);
  ASSERT_TRUE(engine->Run(plan_, nullptr).ok());
  TwoClusters::Get()->Stop(1);
  ExpectFailure("cluster 2: no connection");
  EXPECT_THAT(log_, Not(HasSubstr("host=")));
  EXPECT_FALSE(engine->Run(plan_, nullptr).ok());
  TwoClusters::Get()->Start(1);
  EXPECT_TRUE(engine->Run(plan_, nullptr).ok());
}

// Connections that were kept are made anew.
TEST_F(ClusterFaultTest, ARestartIsNotNoticed) {
  const auto engine = EngineOn(config_);
  ASSERT_TRUE(engine->Run(plan_, nullptr).ok());
  TwoClusters::Get()->Stop(0);
  TwoClusters::Get()->Start(0);
  EXPECT_TRUE(engine->Run(plan_, nullptr).ok()) << log_;
}

TEST_F(ClusterFaultTest, ASilentClusterIsGivenUpAndCancelled) {
  TwoClusters::Get()->Freeze(1, true);
  ExpectFailure("no connection", {.connect_ms = 2000});
  std::atomic<bool> cancelled = false;
  std::chrono::steady_clock::time_point asked;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    asked = std::chrono::steady_clock::now();
    cancelled = true;
  });
  const absl::Status status = EngineOn(config_)->Run(plan_, &cancelled).status();
  const auto late = std::chrono::steady_clock::now() - asked;
  canceller.join();
  TwoClusters::Get()->Freeze(1, false);
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_LT(late, std::chrono::seconds(5));  // of ten until it is given up
  EXPECT_TRUE(RunOn(config_).ok());
}

// A join of everything with everything, twice: minutes of work.
TEST_F(ClusterFaultTest, ALongRunEndsWhenItIsCancelledOrTakesTooLong) {
  const std::string table = [&] {
    const auto connections = std::move(*ConnectAll(config_.dsns, {}, nullptr, nullptr));
    return (*ReadCopies(connections, config_, {wanted_.snapshot}, nullptr))[0].table;
  }();
  const std::string slow =
      "SELECT count(*) FROM " + table + " a, " + table + " b, " + table + " c, " + table + " d";
  const auto connections =
      std::move(*ConnectAll(config_.dsns, {.statement_ms = 300}, nullptr, nullptr));
  // By the cluster, or by who waits for it, whichever comes first on a busy machine.
  EXPECT_THAT(std::string(AskAll(connections, slow, nullptr).status().message()),
              AnyOf(HasSubstr("database error 57014"), HasSubstr("does not answer in time")));
  const auto more = std::move(*ConnectAll(config_.dsns, {}, nullptr, nullptr));
  std::atomic<bool> cancelled = false;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancelled = true;
  });
  EXPECT_EQ(AskAll(more, slow, &cancelled).status().code(), absl::StatusCode::kCancelled);
  canceller.join();
  int running = 1;  // the servers notice within a tenth of a second
  for (int i = 0; i < 100 && running > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    running = 0;
    for (const int cluster : {0, 1}) {
      running += TwoClusters::Get()
                     ->Sql(cluster,
                           "SELECT pid FROM pg_stat_activity WHERE application_name = 'kluisd' "
                           "AND state = 'active' AND query LIKE '%count(*)%' AND pid <> "
                           "pg_backend_pid()")
                     .rows();
    }
  }
  EXPECT_EQ(running, 0);
}

TEST_F(ClusterFaultTest, AnotherSnapshotOnOneOfThem) {
  TwoClusters::Get()->Sql(1, "UPDATE kluis.copies SET snapshot = 'another' WHERE snapshot = '" +
                                 wanted_.snapshot + "'");
  ExpectFailure("do not all have the snapshot of d");
  ClusterConfig swapped = TwoClusters::Get()->Config(2);
  TwoClusters::Get()->Sql(1, "UPDATE kluis.copies SET snapshot = '" + wanted_.snapshot +
                                 "' WHERE snapshot = 'another'");
  ASSERT_TRUE(RunOn(config_).ok());
  std::swap(config_.dsns[0], config_.dsns[1]);
  ExpectFailure("do not all have the snapshot of d");
  config_.dsns[1] = config_.dsns[0];
  ExpectFailure("do not all have the snapshot of d");
}

TEST_F(ClusterFaultTest, ACopyWithoutItsTableOrItsShareOfTheRows) {
  TwoClusters::Get()->Sql(
      0, "UPDATE kluis.copies SET rows = rows - 1 WHERE snapshot = '" + wanted_.snapshot + "'");
  ExpectFailure("do not all have the snapshot of d");
  TwoClusters::Get()->Sql(
      0, "UPDATE kluis.copies SET rows = rows + 1 WHERE snapshot = '" + wanted_.snapshot + "'");
  ASSERT_TRUE(RunOn(config_).ok());
  TwoClusters::Get()->Sql(
      0, "DO $$DECLARE t text; BEGIN FOR t IN SELECT name FROM kluis.copies WHERE snapshot = '" +
             wanted_.snapshot + "' LOOP EXECUTE 'DROP TABLE kluis.' || t; END LOOP; END$$");
  ExpectFailure("cluster 1: database error 42P01");
}

// Neither a constraint nor the text of an error tells of a row.
TEST_F(ClusterFaultTest, NothingOfARowIsInALog) {
  plan_.measures[0].column = "secret_column";
  ExpectFailure("database error 42703");
  EXPECT_THAT(log_, Not(HasSubstr("secret_column")));
}

TEST_F(ClusterFaultTest, WhatIsLostIsLoadedAgain) {
  TwoClusters::Get()->Sql(1,
                          "DELETE FROM kluis.copies WHERE snapshot = '" + wanted_.snapshot + "'");
  ExpectFailure("do not all have the snapshot of d");
  std::vector<std::string> lines;
  const auto progress = [&](const std::string& line) { lines.push_back(line); };
  ASSERT_TRUE(LoadSnapshots({wanted_}, *TestKey(), config_, progress).ok());
  EXPECT_EQ(lines.size(), 2u);  // by unit and holding, and by holding
  ExpectSameBytes(plan_, config_);
  lines.clear();
  ASSERT_TRUE(LoadSnapshots({wanted_}, *TestKey(), config_, progress).ok());
  EXPECT_TRUE(lines.empty());
}

// Somebody's trigger changes a value on its way: the copy is not there.
TEST_F(ClusterFaultTest, ATableThatHoldsOtherRowsIsRefused) {
  TwoClusters& clusters = *TwoClusters::Get();
  clusters.Sql(1, R"(
    CREATE FUNCTION public.change() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN NEW.size := NEW.size + (NEW.kluis_row < 9)::integer; RETURN NEW; END$$;
    CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
      DECLARE made record;
      BEGIN
        FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
          IF made.object_identity LIKE 'kluis.c\_%' AND made.object_type = 'table' THEN
            EXECUTE 'CREATE TRIGGER change BEFORE INSERT ON ' || made.object_identity ||
                    ' FOR EACH ROW EXECUTE FUNCTION public.change()';
          END IF;
        END LOOP;
      END$$;
    CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
      EXECUTE FUNCTION public.watch())");
  Wanted next = wanted_;
  next.snapshot = "changed";
  const absl::Status loaded = LoadSnapshots({next}, *TestKey(), config_, [](const auto&) {});
  clusters.Sql(1, "DROP EVENT TRIGGER watch; DROP FUNCTION public.watch, public.change");
  EXPECT_EQ(loaded, absl::DataLossError("cluster 2 does not hold the rows that were sent to it"));
  EXPECT_EQ(clusters.Sql(1, "SELECT 1 FROM kluis.copies WHERE snapshot = 'changed'").rows(), 0);
}

// Citus is not at hand: functions of its names write down what they are asked.
TEST_F(ClusterFaultTest, ACitusClusterIsToldWhatPlacesTheRows) {
  TwoClusters& clusters = *TwoClusters::Get();
  clusters.Sql(0,
               "CREATE TABLE public.asked (what text);"
               "CREATE FUNCTION public.create_distributed_table(regclass, text) RETURNS void "
               "LANGUAGE sql AS $$INSERT INTO public.asked VALUES ('by ' || $2)$$;"
               "CREATE FUNCTION public.create_reference_table(regclass) RETURNS void "
               "LANGUAGE sql AS $$INSERT INTO public.asked VALUES ('everywhere')$$");
  Wanted next = wanted_, joined = wanted_;
  next.snapshot = "citus";
  joined.snapshot = "citus-joined";
  joined.joins = {{.from = "citus", .near = "unit", .far = "unit"}};
  const absl::Status loaded =
      LoadSnapshots({next, joined}, *TestKey(), config_, [](const auto&) {});
  const PgResult asked = clusters.Sql(0, "SELECT string_agg(what, ', ') FROM public.asked");
  clusters.Sql(0,
               "DROP FUNCTION public.create_distributed_table, public.create_reference_table;"
               "DROP TABLE public.asked");
  ASSERT_TRUE(loaded.ok()) << loaded;
  EXPECT_EQ(asked.Text(0, 0),
            "by kluis_shard, by kluis_shard, by kluis_shard, by kluis_shard, everywhere");
}

// The first cluster commits, the second cannot: nobody sees the copy, and the next load makes it.
TEST_F(ClusterFaultTest, ALoadThatEndsInTheMiddleIsNotSeen) {
  TwoClusters& clusters = *TwoClusters::Get();
  Wanted next = wanted_;
  next.snapshot = "half";
  clusters.Sql(1, "ALTER TABLE kluis.copies ADD CONSTRAINT no CHECK (snapshot <> 'half')");
  const absl::Status loaded = LoadSnapshots({next}, *TestKey(), config_, [](const auto&) {});
  EXPECT_EQ(std::string(loaded.message()), "cluster 2: database error 23514");
  clusters.Sql(1, "ALTER TABLE kluis.copies DROP CONSTRAINT no");
  EXPECT_EQ(clusters.Sql(0, "SELECT 1 FROM kluis.copies WHERE snapshot = 'half'").rows(), 1);
  plan_.sources[0].snapshot_sha256 = "half";
  ExpectFailure("do not all have the snapshot of d");
  ASSERT_TRUE(LoadSnapshots({next}, *TestKey(), config_, [](const auto&) {}).ok());
  ExpectSameBytes(plan_, config_);
}

}  // namespace
}  // namespace kluis
