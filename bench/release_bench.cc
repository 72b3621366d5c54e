// Whole releases, from the text of a query to the receipt, against plain DuckDB SQL that computes
// the published statistic alone.
#include <chrono>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/bench.h"
#include "bench/registers.h"
#include "disclosure/base/check.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/duckdb/duckdb.h"
#include "server/release/pipeline.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr int kThreads = 2;

// One enclave without a server around it.
class Enclave {
 public:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  explicit Enclave(const fs::path& folder) : folder_(folder) {
    for (const char* dataset : {"baan", "persoon", "bedrijf"}) {
      const auto report =
          ImportDataset({.entry_file = (folder / "policies" / (std::string(dataset) + ".yaml")).string(),
                         .policies_root = (folder / "policies").string(),
                         .data_folder = (folder / "data").string(),
                         .pseudonym_key = std::string(32, 'k'),
                         .data_key = data_key_,
                         .memory_limit_mb = 4096,
                         .threads = kThreads});
      KLUIS_CHECK(report.ok());
      fs::remove(folder / "policies" / (std::string(dataset) + ".csv"));
    }
    in_force_ = {Policy(), std::move(Catalogue::Open((folder / "data").string())).value()->view()};
    key_ = std::make_unique<NoteSigner>(
        std::move(NoteSigner::FromSeed("kluis.example/bench", std::string(32, 's'))).value());
    database_ = std::move(Database::Open((folder / "ledger.db").string(), "")).value();
    ledger_ = std::move(Ledger::Open(*database_, *key_,
                                     {.origin = "kluis.example/bench",
                                      .now_utc = [] { return std::string("2026-11-26T12:00:00Z"); },
                                      .sealed_key = std::string(32, 's')}))
                  .value();
    EngineOptions options;
    options.threads = kThreads;
    options.data_key = data_key_;
    engine_ = std::move(NewDuckDbEngine(options)).value();
    pipeline_ = std::make_unique<ReleasePipeline>(
        *engine_, *ledger_,
        PipelineOptions{.build = "bench", .cost_key = "k", .today = [] { return "2026-11-26"; }, .remembered_values = 0});
  }

  const DataKey& data_key() const { return *data_key_; }
  std::string SnapshotOf(const std::string& dataset) const {
    return in_force_.catalogue->datasets.at(dataset).file;
  }

  void Ask(const std::string& sql) {
    const Caller anna{"anna", Role::kResearcher, "cbs", std::string(64, 'c')};
    const std::atomic<bool> cancelled{false};
    Clock::time_point begun = Clock::now();
    std::string stage = "plan";
    stages_.clear();
    const auto next = [&](absl::string_view name, double) {
      const Clock::time_point now = Clock::now();
      absl::StrAppend(&stages_, stage, " ", absl::StrFormat("%.3f", Seconds(now - begun).count()), " ");
      stage = std::string(name);
      begun = now;
    };
    const auto release = pipeline_->Run(anna, {.sql = sql, .project = "p", .request_id = "", .client_version = "bench"},
                                        in_force_, &cancelled, next);
    next("", 0);
    KLUIS_CHECK(release.ok());
    KLUIS_CHECK(release->status() == "released");
  }

  // Seconds of each stage of the last release.
  const std::string& stages() const { return stages_; }

 private:
  static std::shared_ptr<const PolicyBundle> Policy() {
    auto policy = std::make_shared<PolicyBundle>();
    RuleSet& rules = policy->rules["standard"];
    rules.name = "standard";
    rules.frequency.minimum = 10;
    rules.frequency.protect_zeros = false;
    rules.frequency.threshold = true;
    rules.dominance = {{.n = 1, .share_ppm = 500'000}};
    rules.queries_per_day = 1'000'000;
    rules.cells_per_query = 10'000'000;
    Project& project = policy->projects["p"];
    project.name = "p";
    project.members = {"anna"};
    project.valid_from = "2016-11-28";
    project.valid_until = "2036-11-28";
    project.rules = "standard";
    project.grants = {{"persoon", {"buurt", "geslacht", "leeftijd", "herkomst", "inkomen"}, {}},
                      {"baan", {"sector", "loon"}, {}},
                      {"bedrijf", {"gemeente", "sbi", "omzet"}, {}}};
    return policy;
  }

  std::string stages_;
  const fs::path folder_;
  const std::shared_ptr<const DataKey> data_key_ = DataKey::Random();
  InForce in_force_;
  std::unique_ptr<NoteSigner> key_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ReleasePipeline> pipeline_;
};

// Whoever computes the statistic without protection: the same files and threads.
class Plain {
 public:
  explicit Plain(const Enclave& enclave) {
    database_ = std::move(DuckDatabase::Open("", {{"threads", absl::StrCat(kThreads)}})).value();
    connection_ = std::move(database_->Connect()).value();
    for (const char* dataset : {"persoon", "baan", "bedrijf"}) {
      KLUIS_CHECK(connection_->Attach(enclave.SnapshotOf(dataset), dataset,
                                      enclave.data_key().bytes(), DuckConnection::Access::kRead)
                      .ok());
    }
    // Which municipality a neighbourhood is of, and which age band: small tables, as by hand.
    Execute("CREATE TABLE plaats AS SELECT DISTINCT buurt, (buurt - 342) * 342 // 13000 AS gemeente "
            "FROM persoon.data");
  }

  void Ask(const std::string& sql) {
    const auto result = connection_->Query(sql);
    KLUIS_CHECK(result.ok());
    while ((*result)->Next()) continue;
  }

 private:
  void Execute(const std::string& sql) { KLUIS_CHECK(connection_->Execute(sql).ok()); }

  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<DuckConnection> connection_;
};

struct Question {
  const char* name;
  const char* ours;
  const char* plain;
};

// As in the table of engines that the product is measured by; plain SQL is what somebody writes who
// has the codes as integers and nothing to protect.
constexpr Question kQuestions[] = {
    {"release/crosstab",
     "SELECT LEVEL(buurt, 'gemeente') AS gemeente, BAND(leeftijd, 20) AS k, geslacht, COUNT(*) AS n "
     "FROM persoon GROUP BY gemeente, k, geslacht",
     "SELECT gemeente, k, geslacht, sum(n) FROM (SELECT buurt, leeftijd // 20 AS k, geslacht, "
     "count(*) AS n FROM persoon.data GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY ALL"},
    {"release/sums",
     "SELECT buurt, herkomst, COUNT(*) AS n, SUM(inkomen) AS s FROM persoon GROUP BY buurt, herkomst",
     "SELECT buurt, herkomst, count(*), sum(inkomen) FROM persoon.data GROUP BY ALL"},
    {"release/dominance",
     "SELECT gemeente, sbi, SUM(omzet) AS s FROM bedrijf GROUP BY gemeente, sbi",
     "SELECT gemeente, sbi, sum(omzet) FROM bedrijf.data GROUP BY ALL"},
    {"release/levels",
     "SELECT buurt, geslacht, COUNT(*) AS n FROM persoon GROUP BY CUBE (buurt, geslacht)",
     "SELECT gemeente, buurt, geslacht, sum(n) FROM (SELECT buurt, geslacht, count(*) AS n FROM "
     "persoon.data GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY GROUPING SETS ((), (gemeente), "
     "(buurt), (geslacht), (gemeente, geslacht), (buurt, geslacht))"},
    {"release/filter",
     "SELECT buurt, geslacht, COUNT(*) AS n FROM persoon WHERE LEVEL(buurt, 'gemeente') = 'GM0100' "
     "GROUP BY buurt, geslacht",
     "SELECT buurt, geslacht, count(*) FROM persoon.data WHERE buurt IN (SELECT buurt FROM plaats "
     "WHERE gemeente = 100) GROUP BY ALL"},
    {"release/join",
     "SELECT LEVEL(buurt, 'gemeente') AS gemeente, sector, COUNT(*) AS n FROM persoon JOIN baan ON "
     "persoon.rin = baan.rin GROUP BY gemeente, sector",
     "SELECT gemeente, sector, sum(n) FROM (SELECT buurt, sector, count(*) AS n FROM persoon.data "
     "JOIN baan.data AS b USING (rin) GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY ALL"},
};

}  // namespace

std::vector<Comparison> ReleaseBench(const std::string& folder) {
  WriteRegisters(fs::path(folder) / "policies", RegisterSizes::FromEnvironment());
  Enclave enclave{fs::path(folder)};
  Plain plain(enclave);
  std::vector<Comparison> results;
  for (const Question& question : kQuestions) {
    results.push_back(Compare(
        question.name, "plain DuckDB SQL of the published statistic alone",
        [&] { enclave.Ask(question.ours); }, [&] { plain.Ask(question.plain); }));
    std::cout << "  " << question.name << ": " << enclave.stages() << "s\n";
  }
  return results;
}

}  // namespace kluis
