// What travels from a cluster to the engine: PostgreSQL's own account (EXPLAIN ANALYZE) of every
// statement that it ran.
#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "tests/server/engine/executed.h"
#include "tests/server/engine/postgres_workshop.h"
#include "tests/server/engine/world_data.h"
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

using nlohmann::json;

std::vector<std::string> GroupKeys(const json& node) {
  return node.contains("Group Key") ? node["Group Key"].get<std::vector<std::string>>()
                                    : std::vector<std::string>();
}

bool Names(const std::string& text, const std::vector<std::string>& identifiers) {
  return std::any_of(identifiers.begin(), identifiers.end(), [&](const std::string& identifier) {
    return absl::StrContains(text, identifier);
  });
}

class TravelTest : public PostgresTest {
 protected:
  void TearDown() override {
    if (TwoClusters::Get() != nullptr) TwoClusters::Get()->ExplainAll(false);
  }

  // Runs the plan and expects of every statement on both clusters that its last step groups by
  // cells, shards and values of a measure alone, never by who contributes, into no more rows than
  // there are cells of shards, `lines` times. Gives the number of statements.
  int ExpectOnlyCellsTravel(const AggregationPlan& plan, const ClusterConfig& config,
                            const std::vector<std::string>& identifiers, int64_t lines = 1) {
    TwoClusters& clusters = *TwoClusters::Get();
    clusters.ExplainAll(true);
    const std::vector<size_t> before = {clusters.LogOf(0).size(), clusters.LogOf(1).size()};
    const auto table = EngineOn(config)->Run(plan, nullptr);
    EXPECT_TRUE(table.ok()) << table.status() << log_;
    clusters.ExplainAll(false);
    int statements = 0;
    int64_t read = 0, travelled = 0;
    for (const int cluster : {0, 1}) {
      for (const json& executed : PlansIn(clusters.LogOf(cluster).substr(before[cluster]))) {
        SCOPED_TRACE(executed["Query Text"].get<std::string>());
        const json& top = executed["Plan"]["Node Type"] == "Limit" ? executed["Plan"]["Plans"][0]
                                                                   : executed["Plan"];
        EXPECT_EQ(top["Node Type"], "Aggregate");
        for (const std::string& key : GroupKeys(top)) EXPECT_FALSE(Names(key, identifiers)) << key;
        const int64_t rows = top["Actual Rows"].get<int64_t>();
        EXPECT_LE(rows, static_cast<int64_t>(plan.table.keys.size()) * config.ShardCount() * lines);
        ++statements;
        travelled += rows;
        read += RowsRead(top);
      }
    }
    std::cout << statements << " statements, " << read << " rows read, " << travelled
              << " rows travelled\n";
    return statements;
  }
};

// Businesses: each row of a holding, or of itself. Two levels of grouping.
TEST_F(TravelTest, OfBusinessesOnlyCellsTravel) {
  const std::vector<Row> rows = RandomRows(21, 3000, false);
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  const Wanted wanted = WriteAndLoad(rows, config);
  AggregationPlan plan = MakeTestPlan(wanted.file, kCube);
  plan.sources[0].snapshot_sha256 = wanted.snapshot;
  plan.contributor = {"unit", "holding"};
  plan.measures[0].any_sign = false;
  plan.distincts = {"holding"};
  plan.table.distincts = {{"holding", {}, {}}};
  const std::vector<std::string> identifiers = {"unit", "holding", "base.k", "v.k", "kluis_row"};
  EXPECT_EQ(ExpectOnlyCellsTravel(plan, config, identifiers), 24);  // 6 level sets, twice, on two
  plan.weight = "weight";
  EXPECT_EQ(ExpectOnlyCellsTravel(plan, config, identifiers), 24);
  plan.weight = "";
  plan.contributor = {"unit"};
  plan.contributor_unique = true;
  EXPECT_EQ(ExpectOnlyCellsTravel(plan, config, identifiers), 14);
}

// A median is looked for in buckets of values, 256 for each that holds one of the two values that
// it lies between; and then the nearest are asked, in one row for each cell.
TEST_F(TravelTest, OfPercentilesCountsOfBucketsTravel) {
  const std::vector<Row> rows = RandomRows(22, 6000, false);
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  const Wanted wanted = WriteAndLoad(rows, config);
  AggregationPlan plan = MakeTestPlan(wanted.file, {{0, 0}});
  plan.sources[0].snapshot_sha256 = wanted.snapshot;
  plan.contributor = {"unit", "holding"};
  plan.percentiles = {{.measure = 0, .percent = 50}};
  plan.table.percentiles = {{.measure = 0, .percent = 50, .nearest = 3}};
  plan.nearest = 3;
  ExpectOnlyCellsTravel(plan, config, {"unit", "holding", "base.k", "v.k", "kluis_row"}, 512);
}

// Persons, alone and with what their households are: the join happens where they stand.
TEST_F(TravelTest, OfPersonsAndTheirHouseholdsOnlyCellsTravel) {
  const CatalogueView world = WorldWithData(folder_.string(), 7);
  const ClusterConfig config = TwoClusters::Get()->Config(2);
  const absl::Status loaded =
      LoadSnapshots(WantedCopies(world), *TestKey(), config, [](const auto&) {});
  ASSERT_TRUE(loaded.ok()) << loaded;
  for (const char* query :
       {"SELECT buurt, geslacht, COUNT(*), SUM(inkomen) FROM persoon GROUP BY CUBE (buurt, "
        "geslacht)",
        "SELECT h.type, COUNT(*), SUM(p.inkomen) FROM persoon p JOIN huishouden h ON p.hhs = h.hhs "
        "AND p.hh = h.hh GROUP BY h.type"}) {
    const Decision<AggregationPlan> plan = Plan(query, world);
    ASSERT_TRUE(plan.allowed()) << plan.refusal().message;
    EXPECT_GT(ExpectOnlyCellsTravel(plan.value(), config, {"rin", "hh", "base.k", "kluis_row"}), 0);
  }
}

}  // namespace
}  // namespace kluis
