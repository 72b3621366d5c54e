// The canaries of canary_test on two clusters of PostgreSQL 15, whose errors, details, hints and
// notices are made to quote rows. KLUIS_LONG=1: a thousand errors instead of a hundred.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "server/cluster/load.h"
#include "tests/server/engine/two_clusters.h"
#include "tests/server/rpc/canary_questions.h"

namespace kluis {
namespace {

class ClusterCanaryTest : public CanaryTest {
 protected:
  void SetUp() override {
    ASSERT_NE(TwoClusters::Get(), nullptr) << "script/test installs postgresql-15";
    config_ = TwoClusters::Get()->Config(3);
    const absl::Status loaded =
        LoadSnapshots(WantedCopies(*served_.enclave().catalogue()), *served_.enclave().data_key(),
                      config_, [](const std::string&) {});
    ASSERT_TRUE(loaded.ok()) << loaded;
    Use({});
  }

  void Use(const PgOptions& limits, const std::function<void(AggregationPlan*)>& change = nullptr) {
    const std::shared_ptr<Engine> engine =
        std::move(*NewPostgresEngine(served_.Options(), config_, limits));
    served_.engine.run = [engine, change](const AggregationPlan& plan,
                                          const std::atomic<bool>* cancelled) {
      AggregationPlan changed = plan;
      if (change) change(&changed);
      return engine->Run(changed, cancelled);
    };
  }

  static void OnBoth(const std::string& sql) {
    for (int cluster = 0; cluster < 2; ++cluster) TwoClusters::Get()->Sql(cluster, sql);
  }

  // Every measure is read through a function of the test's, until Mend().
  static void ReadThroughAFunction() {
    Say("RETURN v;");
    OnBoth(R"(DO $do$ DECLARE t record; columns text; BEGIN
      CREATE SCHEMA whole;
      FOR t IN SELECT DISTINCT table_name AS name FROM information_schema.columns
          WHERE table_schema = 'kluis' AND column_name IN ('inkomen', 'omzet') LOOP
        SELECT string_agg(CASE WHEN column_name IN ('inkomen', 'omzet') AND data_type = 'bigint'
            THEN format('canary_read(%I) AS %I', column_name, column_name)
            ELSE format('%I', column_name) END, ', ' ORDER BY ordinal_position)
          INTO columns FROM information_schema.columns
          WHERE table_schema = 'kluis' AND table_name = t.name;
        EXECUTE format('ALTER TABLE kluis.%I SET SCHEMA whole', t.name);
        EXECUTE format('CREATE VIEW kluis.%I AS SELECT %s FROM whole.%I', t.name, columns, t.name);
      END LOOP; END $do$)");
  }
  static void Mend() {
    OnBoth(R"(DO $do$ DECLARE t record; BEGIN
      FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'whole' LOOP
        EXECUTE format('DROP VIEW kluis.%I', t.name);
        EXECUTE format('ALTER TABLE whole.%I SET SCHEMA kluis', t.name);
      END LOOP;
      DROP SCHEMA whole; END $do$)");
  }

  // What the function does with a value `v` that it reads.
  static void Say(const std::string& body) {
    OnBoth(absl::StrCat("CREATE OR REPLACE FUNCTION canary_read(v bigint) RETURNS bigint ",
                        "LANGUAGE plpgsql AS $f$ BEGIN ", body, " END $f$"));
  }

  ClusterConfig config_;
};

TEST_F(ClusterCanaryTest, TheWholeCorpusShowsNoValueOfARow) {
  AskTheCorpus();
  ExpectNoCanary();
}

TEST_F(ClusterCanaryTest, ErrorsOfTheClustersShowNoValueOfARow) {
  std::map<std::string, int> failed;
  const int part = std::getenv("KLUIS_LONG") == nullptr ? 10 : 1;
  const auto count = [&](const std::string& kind, int times) {
    for (int i = 0; i < times / part; ++i) failed[kind] += Fails(i % 4);
  };
  ReadThroughAFunction();
  EXPECT_FALSE(Fails(0)) << "a function that changes nothing";
  for (const char* state : {"P0001", "22003", "23505", "42501", "53200", "57014", "XX000"}) {
    Say(absl::StrCat("RAISE EXCEPTION 'CANARY-NOTE %', v USING ERRCODE = '", state,
                     "', DETAIL = 'row ' || v, HINT = 'without ' || v;"));
    count(absl::StrCat("raised ", state), 80);
  }
  Say("RETURN ('CANARY-NOTE ' || v)::bigint;");
  count("a cast that quotes", 80);
  Say("RETURN v * 9223372036854775807;");
  count("an overflow", 80);
  Say("IF random() < 0.05 THEN RAISE EXCEPTION 'CANARY-NOTE %', v; END IF; RETURN v;");
  count("an error in the middle", 80);
  Say("RAISE NOTICE 'CANARY-NOTE %', v; RAISE WARNING 'row %', v USING DETAIL = v; RETURN v;");
  EXPECT_FALSE(Fails(0)) << "notices are no errors";
  Say("PERFORM pg_sleep(0.01); RETURN v;");
  Use({.statement_ms = 20});
  count("a statement that takes too long", 40);
  Use({});
  Mend();

  Use({}, [](AggregationPlan* plan) {
    plan->contributor = {"no such column"};
    plan->contributor_unique = false;
  });
  count("no such column", 100);
  Use({});
  for (int i = 0; i < 2; ++i) {
    TwoClusters::Get()->Stop(i);
    count("a cluster that is gone", 40);
    TwoClusters::Get()->Start(i);
  }

  int total = 0;
  for (const auto& [kind, number] : failed) {
    std::printf("%4d x %s\n", number, kind.c_str());
    EXPECT_GE(number, 30 / part) << kind;
    total += number;
  }
  std::printf("%4d errors of the clusters\n", total);
  EXPECT_GE(total, 1000 / part);
  EXPECT_FALSE(Fails(0)) << "and then it answers again";
  ExpectNoCanary();
}

}  // namespace
}  // namespace kluis
