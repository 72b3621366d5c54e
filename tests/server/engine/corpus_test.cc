// Every query of tests/golden/query that is accepted, on rows of the small world: both engines give
// the same bytes.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "tests/server/engine/postgres_workshop.h"
#include "tests/server/engine/world_data.h"
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

std::vector<std::pair<std::string, std::string>> Corpus() {
  std::vector<std::pair<std::string, std::string>> queries;
  for (const auto& file :
       std::filesystem::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/query")) {
    std::ifstream in(file.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    queries.emplace_back(file.path().filename().string(),
                         text.str().substr(0, text.str().find("\n----\n")));
  }
  std::sort(queries.begin(), queries.end());
  return queries;
}

TEST_F(PostgresTest, TheWholeCorpusGivesTheSameBytes) {
  const unsigned seed = 20161128;
  const CatalogueView world = WorldWithData(folder_.string(), seed);
  const ClusterConfig config = TwoClusters::Get()->Config(3);
  const absl::Status loaded =
      LoadSnapshots(WantedCopies(world), *TestKey(), config, [](const auto&) {});
  ASSERT_TRUE(loaded.ok()) << loaded;
  const auto duckdb = std::move(*NewDuckDbEngine(TestOptions()));
  const auto clusters = EngineOn(config);
  std::set<std::string> asked;
  int joined = 0, secret = 0, of_units = 0;
  for (const auto& [name, query] : Corpus()) {
    const Decision<AggregationPlan> plan = Plan(query, world);
    if (!plan.allowed() || !asked.insert(plan.value().sha256).second) continue;
    SCOPED_TRACE(name);
    const auto one = duckdb->Run(plan.value(), nullptr);
    const auto other = clusters->Run(plan.value(), nullptr);
    ASSERT_TRUE(one.ok()) << one.status();
    ASSERT_TRUE(other.ok()) << other.status() << " " << log_;
    ASSERT_EQ(TextOf(*other), TextOf(*one)) << query;
    joined += plan.value().sources.size() > 1;
    secret += plan.value().contributor.size() > 2;
    of_units += std::any_of(plan.value().measures.begin(), plan.value().measures.end(),
                            [](const PlanMeasure& measure) { return !measure.grain.empty(); });
  }
  std::cout << "seed " << seed << ": " << asked.size() << " plans, " << joined << " with joins, "
            << secret << " that judge the partner, " << of_units << " with a grain\n";
  EXPECT_GE(asked.size(), 150u);
  EXPECT_GE(joined, 10);
  EXPECT_GE(secret, 5);
  EXPECT_GE(of_units, 5);
}

}  // namespace
}  // namespace kluis
