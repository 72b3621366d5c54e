// Whole releases, from the text of a query to the receipt, against plain DuckDB SQL that computes
// the published statistic alone.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <thread>
#include <vector>

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
    if (!release.ok()) std::cerr << release.status() << "\n";
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
  // Bytes of a row of the register that the statistic needs, its codes in whole bytes; and of the joined one.
  int bytes_of_person = 0, bytes_of_job = 0, bytes_of_business = 0;
};

// As in the table of engines that the product is measured by; plain SQL is what somebody writes who
// has the codes as integers and nothing to protect.
constexpr Question kQuestions[] = {
    {"release/crosstab",
     "SELECT LEVEL(buurt, 'gemeente') AS gemeente, BAND(leeftijd, 20) AS k, geslacht, COUNT(*) AS n "
     "FROM persoon GROUP BY gemeente, k, geslacht",
     "SELECT gemeente, k, geslacht, sum(n) FROM (SELECT buurt, leeftijd // 20 AS k, geslacht, "
     "count(*) AS n FROM persoon.data GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY ALL", 4},
    {"release/sums",
     "SELECT buurt, herkomst, COUNT(*) AS n, SUM(inkomen) AS s FROM persoon GROUP BY buurt, herkomst",
     "SELECT buurt, herkomst, count(*), sum(inkomen) FROM persoon.data GROUP BY ALL", 7},
    {"release/dominance",
     "SELECT gemeente, sbi, SUM(omzet) AS s FROM bedrijf GROUP BY gemeente, sbi",
     "SELECT gemeente, sbi, sum(omzet) FROM bedrijf.data GROUP BY ALL", 0, 0, 11},
    {"release/dominance-holdings",
     "SELECT gemeente, sbi, SUM(omzet) AS s FROM bedrijf GROUP BY gemeente, sbi",
     "SELECT gemeente, sbi, list_sum(max(s, 2)), sum(s) FROM (SELECT gemeente, sbi, coalesce(holding_id, "
     "bedrijf_id) AS h, sum(omzet) AS s FROM bedrijf.data GROUP BY ALL) GROUP BY ALL", 0, 0, 19},
    {"release/quartiles",
     "SELECT LEVEL(buurt, 'gemeente') AS gemeente, MEDIAN(inkomen) AS m, PERCENTILE(inkomen, 25) AS q1, "
     "PERCENTILE(inkomen, 75) AS q3 FROM persoon GROUP BY gemeente",
     "SELECT gemeente, quantile_cont(inkomen, [0.25, 0.5, 0.75]) FROM persoon.data JOIN plaats USING (buurt) "
     "GROUP BY ALL", 6},
    {"release/levels",
     "SELECT buurt, geslacht, COUNT(*) AS n FROM persoon GROUP BY CUBE (buurt, geslacht)",
     "SELECT gemeente, buurt, geslacht, sum(n) FROM (SELECT buurt, geslacht, count(*) AS n FROM "
     "persoon.data GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY GROUPING SETS ((), (gemeente), "
     "(buurt), (geslacht), (gemeente, geslacht), (buurt, geslacht))", 3},
    {"release/filter",
     "SELECT buurt, geslacht, COUNT(*) AS n FROM persoon WHERE LEVEL(buurt, 'gemeente') = 'GM0100' "
     "GROUP BY buurt, geslacht",
     "SELECT buurt, geslacht, count(*) FROM persoon.data WHERE buurt IN (SELECT buurt FROM plaats "
     "WHERE gemeente = 100) GROUP BY ALL", 3},
    {"release/join",
     "SELECT LEVEL(buurt, 'gemeente') AS gemeente, sector, COUNT(*) AS n FROM persoon JOIN baan ON "
     "persoon.rin = baan.rin GROUP BY gemeente, sector",
     "SELECT gemeente, sector, sum(n) FROM (SELECT buurt, sector, count(*) AS n FROM persoon.data "
     "JOIN baan.data AS b USING (rin) GROUP BY ALL) JOIN plaats USING (buurt) GROUP BY ALL", 6, 5},
};

// Bytes that both threads together read from memory in a second: the sum of a gigabyte, the best of five.
double ReadBandwidth() {
  const std::vector<uint64_t> words(size_t{1} << 27, 1);
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    std::atomic<uint64_t> total{0};
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&words, &total, t] {
        const size_t share = words.size() / kThreads;
        total += std::accumulate(words.begin() + t * share, words.begin() + (t + 1) * share, uint64_t{0});
      });
    }
    for (std::thread& thread : threads) thread.join();
    const Enclave::Seconds seconds = std::chrono::steady_clock::now() - begun;
    KLUIS_CHECK(total == words.size());
    best = std::max(best, static_cast<double>(words.size() * sizeof(uint64_t)) / seconds.count());
  }
  return best;
}

// How long memory alone would need for a question.
double MemorySeconds(const Question& question, const RegisterSizes& sizes, double bandwidth) {
  const double bytes = static_cast<double>(question.bytes_of_person) * static_cast<double>(sizes.persons) +
                       static_cast<double>(question.bytes_of_job) * static_cast<double>(sizes.employed) +
                       static_cast<double>(question.bytes_of_business) * static_cast<double>(sizes.businesses);
  return bytes / bandwidth;
}

}  // namespace

std::vector<Comparison> ReleaseBench(const std::string& folder) {
  WriteRegisters(fs::path(folder) / "policies", RegisterSizes::FromEnvironment());
  Enclave enclave{fs::path(folder)};
  Plain plain(enclave);
  const double bandwidth = ReadBandwidth();
  std::cout << absl::StrFormat("  memory is read at %.1f GB/s\n", bandwidth / 1e9);
  std::vector<Comparison> results;
  for (const Question& question : kQuestions) {
    if (!Wanted(question.name)) continue;
    results.push_back(Compare(
        question.name, "plain DuckDB SQL of the published statistic alone",
        [&] { enclave.Ask(question.ours); }, [&] { plain.Ask(question.plain); }));
    const double limit = MemorySeconds(question, RegisterSizes::FromEnvironment(), bandwidth);
    std::cout << "  " << question.name << ": " << enclave.stages() << "s; of what memory alone would need, ours "
              << absl::StrFormat("%.0f times, plain %.0f times\n", results.back().ours / limit,
                                 results.back().reference / limit)
              << std::flush;
  }
  return results;
}

}  // namespace kluis
