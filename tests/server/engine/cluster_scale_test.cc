// What a plan costs on two clusters, and what travels: a few rows in the tests;
// KLUIS_SCALE_ROWS=2000000 prints what docs/scale-out.md says.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "tests/server/engine/executed.h"
#include "tests/server/engine/postgres_workshop.h"

namespace kluis {
namespace {

constexpr int kMunicipalities = 342, kNeighbourhoods = 13'000, kOrigins = 5, kSections = 88;

using Made = std::vector<StoredColumn>;

StoredColumn Cell(const char* name, VariableRole role, int64_t value) {
  return {name, role, false, value};
}

Made Person(std::mt19937_64& random, int64_t number) {
  const auto buurt = static_cast<int64_t>(random() % kNeighbourhoods);
  return {Cell("rin", VariableRole::kIdentifier, number),
          Cell("gemeente", VariableRole::kDimension, buurt * kMunicipalities / kNeighbourhoods),
          Cell("buurt", VariableRole::kDimension, buurt),
          Cell("herkomst", VariableRole::kDimension, static_cast<int64_t>(random() % kOrigins)),
          Cell("inkomen", VariableRole::kMeasure,
               static_cast<int64_t>(std::lognormal_distribution<>(10.2, 0.7)(random)))};
}

Made Business(std::mt19937_64& random, int64_t, int64_t count) {
  return {
      Cell("holding", VariableRole::kIdentifier,
           static_cast<int64_t>(random() % static_cast<uint64_t>(count * 4 / 5 + 1))),
      Cell("gemeente", VariableRole::kDimension, static_cast<int64_t>(random() % kMunicipalities)),
      Cell("sbi", VariableRole::kDimension, static_cast<int64_t>(random() % kSections)),
      Cell("omzet", VariableRole::kMeasure,
           static_cast<int64_t>(std::lognormal_distribution<>(5, 1.9)(random) * 100))};
}

double OwnCpu() {
  rusage use = {};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

class ClusterScaleTest : public PostgresTest {
 protected:
  ClusterScaleTest() {
    const char* const rows = std::getenv("KLUIS_SCALE_ROWS");
    persons_ = rows == nullptr ? 20'000 : std::atoi(rows);
  }

  Wanted Load(const std::string& name, int64_t rows, const std::string& unit,
              const std::function<Made(int64_t)>& make) {
    const Wanted wanted = {.snapshot = name,
                           .file = (folder_ / (name + ".duckdb")).string(),
                           .units = {{unit}},
                           .distinct = {unit}};
    std::unique_ptr<SnapshotWriter> writer;
    for (int64_t i = 0; i < rows; ++i) {
      const Made row = make(i);
      if (writer == nullptr)
        writer = std::move(*SnapshotWriter::Create(wanted.file, row, *TestKey(), 2048));
      EXPECT_TRUE(writer->Append(row).ok());
    }
    EXPECT_TRUE(writer->Finish().ok());
    const double own = OwnCpu(), servers = TwoClusters::Get()->CpuSeconds();
    EXPECT_TRUE(LoadSnapshots({wanted}, *TestKey(), config_, [](const auto&) {}).ok());
    std::cout << name << ": " << rows << " rows loaded, CPU s " << OwnCpu() - own << " of ours, "
              << TwoClusters::Get()->CpuSeconds() - servers << " of the servers\n";
    return wanted;
  }

  // One level of every axis, without totals.
  static AggregationPlan PlanOf(const Wanted& wanted,
                                const std::vector<std::pair<std::string, int>>& axes) {
    AggregationPlan plan;
    plan.sources = {Source("d", wanted.file)};
    plan.sources[0].snapshot_sha256 = wanted.snapshot;
    plan.table.keys = {{}};
    for (const auto& [column, size] : axes) {
      Axis axis{.name = column, .categories = {{"_T"}}};
      PlanAxis how{.column = column, .level_maps = {{0}, {-1}}};
      std::vector<CellKey> keys;
      for (int v = 0; v < size; ++v) {
        how.level_maps[0].push_back(0);
        how.level_maps[1].push_back(1 + v);
        axis.categories.push_back({std::to_string(v), 0, 1});
      }
      for (const CellKey& key : plan.table.keys) {
        for (int v = 1; v <= size; ++v) {
          keys.push_back(key);
          keys.back().push_back(v);
        }
      }
      plan.axes.push_back(how);
      plan.table.axes.push_back(axis);
      plan.table.keys = keys;
    }
    plan.level_sets = {std::vector<int>(axes.size(), 1)};
    plan.table.uses.assign(plan.table.keys.size(), CellUse::kDisplayed);
    return plan;
  }

  static void AddMeasure(AggregationPlan* plan, const std::string& column) {
    plan->measures = {{.column = column, .decimals = 0}};
    plan->table.measures = {{column, 0, false, {}}};
  }

  // Both engines once each after a run that warms them; then the rows that the clusters sent, and
  // their bytes as text.
  void Measure(const std::string& name, const AggregationPlan& plan) {
    const auto duckdb = std::move(*NewDuckDbEngine(TestOptions()));
    const auto clusters = EngineOn(config_);
    std::string texts[2];
    double wall[2], own[2], servers[2];
    for (const int which : {0, 1}) {
      Engine& engine = which == 0 ? *duckdb : *clusters;
      ASSERT_TRUE(engine.Run(plan, nullptr).ok()) << log_;
      const auto begin = std::chrono::steady_clock::now();
      own[which] = OwnCpu();
      servers[which] = TwoClusters::Get()->CpuSeconds();
      const auto table = engine.Run(plan, nullptr);
      own[which] = OwnCpu() - own[which];
      servers[which] = TwoClusters::Get()->CpuSeconds() - servers[which];
      wall[which] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      texts[which] = TextOf(*table);
    }
    EXPECT_TRUE(texts[0] == texts[1]) << name;
    int64_t read = 0, rows = 0, bytes = 0;
    Travelled(plan, &read, &rows, &bytes);
    std::cout << std::setprecision(3) << "| " << name << " | " << plan.table.keys.size() << " | "
              << own[0] << " | " << own[1] + servers[1] << " (" << own[1] << " ours) | " << wall[0]
              << " / " << wall[1] << " | " << read << " | " << rows << " | " << bytes / 1024
              << " KiB |\n";
  }

  void Travelled(const AggregationPlan& plan, int64_t* read, int64_t* rows, int64_t* bytes) {
    TwoClusters& clusters = *TwoClusters::Get();
    clusters.ExplainAll(true);
    const std::vector<size_t> before = {clusters.LogOf(0).size(), clusters.LogOf(1).size()};
    EXPECT_TRUE(EngineOn(config_)->Run(plan, nullptr).ok());
    clusters.ExplainAll(false);
    for (const int cluster : {0, 1}) {
      for (const auto& executed : PlansIn(clusters.LogOf(cluster).substr(before[cluster]))) {
        *read += RowsRead(executed["Plan"]);
        const PgResult again = clusters.Sql(cluster, executed["Query Text"]);
        *rows += again.rows();
        for (int row = 0; row < again.rows(); ++row) {
          for (int column = 0; column < again.columns(); ++column)
            *bytes += static_cast<int64_t>(again.Text(column, row).size()) + 4;
        }
      }
    }
  }

  int64_t persons_;
  ClusterConfig config_ =
      TwoClusters::Get() == nullptr ? ClusterConfig() : TwoClusters::Get()->Config(2);
};

TEST_F(ClusterScaleTest, CellsTravelWhateverTheNumberOfRows) {
  if (std::getenv("KLUIS_SCALE_ROWS") != nullptr) {
    for (const int cluster : {0, 1})
      TwoClusters::Get()->Sql(cluster, "ALTER DATABASE postgres SET work_mem = '256MB'");
  }
  std::mt19937_64 random(1);
  const Wanted persons =
      Load("persoon", persons_, "rin", [&](int64_t i) { return Person(random, i); });
  const int64_t count = persons_ / 9;
  const Wanted businesses =
      Load("bedrijf", count, "holding", [&](int64_t i) { return Business(random, i, count); });
  std::cout << "| plan | cells | DuckDB CPU s | clusters CPU s | wall s | rows read | rows sent | "
               "bytes |\n";
  AggregationPlan plan = PlanOf(persons, {{"gemeente", kMunicipalities}, {"herkomst", kOrigins}});
  plan.contributor_unique = true;
  plan.contributor = {"rin"};
  Measure("persons: gemeente x herkomst", plan);
  plan = PlanOf(persons, {{"buurt", kNeighbourhoods}, {"herkomst", kOrigins}});
  plan.contributor_unique = true;
  plan.contributor = {"rin"};
  AddMeasure(&plan, "inkomen");
  Measure("persons: buurt x herkomst, income", plan);
  plan = PlanOf(persons, {{"gemeente", kMunicipalities}});
  plan.contributor_unique = true;
  plan.contributor = {"rin"};
  AddMeasure(&plan, "inkomen");
  plan.nearest = 10;
  plan.percentiles = {{.measure = 0, .percent = 50}};
  plan.table.percentiles = {{.measure = 0, .percent = 50, .nearest = 10}};
  Measure("persons: median income by gemeente", plan);
  plan.percentiles.clear();
  plan.table.percentiles.clear();
  plan.ginis = {0};
  plan.table.ginis = {{.measure = 0}};
  Measure("persons: Gini of income by gemeente", plan);
  plan = PlanOf(businesses, {{"gemeente", kMunicipalities}, {"sbi", kSections}});
  plan.contributor = {"holding"};
  AddMeasure(&plan, "omzet");
  Measure("businesses: gemeente x sbi by holding", plan);
}

}  // namespace
}  // namespace kluis
