#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "bench/bench.h"
#include "disclosure/base/check.h"
#include "server/duckdb/duckdb.h"
#include "server/catalogue/snapshot_writer.h"
#include "server/engine/engine.h"

namespace kluis {
namespace {

constexpr int kPersons = 2'000'000, kBusinesses = 218'000;
constexpr int kMunicipalities = 342, kNeighbourhoods = 13'000, kAges = 100, kOrigins = 5, kSbi = 88;
constexpr int kThreads = 2;

StoredColumn Dimension(const char* name) { return {name, VariableRole::kDimension, false, 0}; }
StoredColumn Measure(const char* name) { return {name, VariableRole::kMeasure, false, 0}; }
StoredColumn Identifier(const char* name) { return {name, VariableRole::kIdentifier, false, 0}; }

std::shared_ptr<const DataKey> Key() {
  static const auto key = DataKey::Random();
  return key;
}

std::unique_ptr<SnapshotWriter> NewSnapshot(const std::string& file,
                                            const std::vector<StoredColumn>& columns) {
  auto writer = SnapshotWriter::Create(file, columns, *Key(), 4096);
  KLUIS_CHECK(writer.ok());
  return std::move(writer).value();
}

int64_t Lognormal(std::mt19937_64& random, double mean, double sigma) {
  return static_cast<int64_t>(std::lognormal_distribution<>(mean, sigma)(random) * 100);
}

void WritePersons(const std::string& file) {
  std::mt19937_64 random(1);
  std::vector<StoredColumn> row = {
      Identifier("rin"),     Dimension("gemeente"), Dimension("buurt"), Dimension("geslacht"),
      Dimension("leeftijd"), Dimension("herkomst"), Measure("inkomen")};
  const auto writer = NewSnapshot(file, row);
  for (int i = 0; i < kPersons; ++i) {
    const int buurt = static_cast<int>(random() % kNeighbourhoods);
    const int64_t values[] = {i,
                              buurt * kMunicipalities / kNeighbourhoods,
                              buurt,
                              static_cast<int64_t>(random() % 2),
                              static_cast<int64_t>(random() % kAges),
                              static_cast<int64_t>(random() % kOrigins),
                              Lognormal(random, 10.2, 0.7)};
    for (size_t c = 0; c < row.size(); ++c) row[c].value = values[c];
    KLUIS_CHECK(writer->Append(row).ok());
  }
  KLUIS_CHECK(writer->Finish().ok());
}

void WriteBusinesses(const std::string& file) {
  std::mt19937_64 random(2);
  std::vector<StoredColumn> row = {Identifier("holding_id"), Dimension("gemeente"),
                                   Dimension("sbi"), Measure("omzet")};
  const auto writer = NewSnapshot(file, row);
  for (int i = 0; i < kBusinesses; ++i) {
    const int64_t values[] = {static_cast<int64_t>(random() % (kBusinesses * 4 / 5)),
                              static_cast<int64_t>(random() % kMunicipalities),
                              static_cast<int64_t>(random() % kSbi), Lognormal(random, 5, 1.9)};
    for (size_t c = 0; c < row.size(); ++c) row[c].value = values[c];
    KLUIS_CHECK(writer->Append(row).ok());
  }
  KLUIS_CHECK(writer->Finish().ok());
}

// An axis with a total and one level; `width` stored values make one category.
void AddAxis(AggregationPlan* plan, const std::string& column, int size, int width = 1) {
  Axis axis{column, VariableKind::kIdentifying, {{"_T"}}};
  PlanAxis how;
  how.column = column;
  how.level_maps = {{0}, {-1}};
  for (int v = 0; v < size; ++v) {
    how.level_maps[0].push_back(0);
    how.level_maps[1].push_back(1 + v / width);
    if (v % width == 0) axis.categories.push_back({absl::StrCat(v / width), 0, 1});
  }
  plan->axes.push_back(how);
  plan->table.axes.push_back(axis);
}

void AddCells(AggregationPlan* plan, CellKey key = {}) {
  if (key.size() == plan->axes.size()) {
    plan->table.keys.push_back(key);
    plan->table.uses.push_back(CellUse::kDisplayed);
    return;
  }
  const int size = static_cast<int>(plan->table.axes[key.size()].categories.size());
  for (int c = 1; c < size; ++c) {
    key.push_back(c);
    AddCells(plan, key);
    key.pop_back();
  }
}

AggregationPlan NewPlan(const std::string& file,
                        const std::vector<std::pair<std::string, int>>& axes) {
  AggregationPlan plan;
  plan.sources.resize(1);
  plan.sources[0].snapshot_file = file;
  for (const auto& [column, size] : axes)
    AddAxis(&plan, column, size, column == "leeftijd" ? 20 : 1);
  plan.level_sets = {std::vector<int>(axes.size(), 1)};
  AddCells(&plan);
  return plan;
}

void AddMeasure(AggregationPlan* plan, const std::string& column) {
  PlanMeasure measure;
  measure.column = column;
  measure.decimals = 2;
  plan->measures = {measure};
  plan->table.measures = {{column, 2, false, {}}};
}

// A connection as someone has who writes the SQL by hand: the file attached, the same threads.
struct Plain {
  std::unique_ptr<DuckDatabase> database;
  std::unique_ptr<DuckConnection> connection;

  explicit Plain(const std::string& file) {
    database = std::move(DuckDatabase::Open("", {{"threads", absl::StrCat(kThreads)}})).value();
    connection = std::move(database->Connect()).value();
    KLUIS_CHECK(
        connection->Attach(file, "d", Key()->bytes(), DuckConnection::Access::kRead).ok());
  }

  // Reads the result to its end; column `check` is summed.
  absl::int128 Run(const std::string& sql, int check) {
    auto result = connection->Query(sql);
    KLUIS_CHECK(result.ok());
    absl::int128 sum = 0;
    while ((*result)->Next()) {
      for (int row = 0; row < (*result)->rows(); ++row) sum += (*result)->Int128(check, row);
    }
    return sum;
  }
};

Comparison One(const std::string& name, const AggregationPlan& plan, const std::string& sql,
               int check) {
  EngineOptions options;
  options.threads = kThreads;
  options.data_key = Key();
  const auto engine = std::move(NewDuckDbEngine(options)).value();
  Plain plain(plan.sources[0].snapshot_file);
  const auto ours = [&] { return engine->Run(plan, nullptr); };
  const auto table = ours();
  KLUIS_CHECK(table.ok());
  absl::int128 total = 0;
  for (size_t i = 0; i < table->keys.size(); ++i) {
    total += plan.measures.empty() ? absl::int128(table->units[i].rows)
                                   : table->measures[0].cells[i].total;
  }
  KLUIS_CHECK(total == plain.Run(sql, check));
  return Compare(
      name, "cells, sums and two largest as SQL by hand in DuckDB 1.4.4",
      [&] { KLUIS_CHECK(ours().ok()); }, [&] { plain.Run(sql, check); });
}

}  // namespace

std::vector<Comparison> EngineBench(const std::string& folder) {
  const std::string persons = folder + "/persons.duckdb",
                    businesses = folder + "/businesses.duckdb";
  WritePersons(persons);
  WriteBusinesses(businesses);
  std::vector<Comparison> results;

  AggregationPlan a =
      NewPlan(persons, {{"gemeente", kMunicipalities}, {"leeftijd", kAges}, {"geslacht", 2}});
  a.contributor_unique = true;
  results.push_back(One(
      "engine/crosstab", a,
      "SELECT gemeente, leeftijd // 20 AS k, geslacht, count(*)::HUGEINT FROM d.data GROUP BY ALL",
      3));

  AggregationPlan b = NewPlan(persons, {{"buurt", kNeighbourhoods}, {"herkomst", kOrigins}});
  b.contributor_unique = true;
  AddMeasure(&b, "inkomen");
  results.push_back(One(
      "engine/sums", b,
      "SELECT buurt, herkomst, count(*), count(inkomen), sum(inkomen)::HUGEINT, max(inkomen, 2) "
      "FROM d.data GROUP BY buurt, herkomst",
      4));

  AggregationPlan c = NewPlan(businesses, {{"gemeente", kMunicipalities}, {"sbi", kSbi}});
  c.contributor = {"holding_id"};
  AddMeasure(&c, "omzet");
  results.push_back(One(
      "engine/dominance", c,
      "SELECT gemeente, sbi, sum(n), count(*), sum(s)::HUGEINT, max(s, 2) FROM (SELECT gemeente, "
      "sbi, holding_id, count(*) AS n, sum(omzet) AS s FROM d.data GROUP BY ALL) GROUP BY ALL",
      4));
  return results;
}

}  // namespace kluis
