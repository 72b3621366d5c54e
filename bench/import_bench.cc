// How fast microdata come in, beside DuckDB's own CSV load of the same file.
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "bench/bench.h"
#include "bench/registers.h"
#include "disclosure/base/check.h"
#include "server/catalogue/import.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr int kPersons = 2'000'000;
constexpr int kThreads = 2;

void Import(const fs::path& folder) {
  static const std::shared_ptr<const DataKey> key = DataKey::Random();
  fs::remove_all(folder / "data");
  const auto report = ImportDataset({.entry_file = (folder / "policies/persoon.yaml").string(),
                                     .policies_root = (folder / "policies").string(),
                                     .data_folder = (folder / "data").string(),
                                     .pseudonym_key = std::string(32, 'k'),
                                     .data_key = key,
                                     .threads = kThreads});
  KLUIS_CHECK(report.ok());
  KLUIS_CHECK(report->rows == kPersons);
}

void Load(const fs::path& folder) {
  const fs::path file = folder / "plain.duckdb";
  fs::remove(file);
  const auto database =
      std::move(DuckDatabase::Open(file.string(), {{"threads", absl::StrCat(kThreads)}})).value();
  const auto connection = std::move(database->Connect()).value();
  KLUIS_CHECK(connection
                  ->Execute(absl::StrCat(
                      "CREATE TABLE data AS SELECT * FROM read_csv(",
                      QuoteText((folder / "policies/persoon.csv").string()),
                      ", header = true, columns = {'rin': 'VARCHAR', 'buurt': 'VARCHAR', "
                      "'geslacht': 'VARCHAR', 'leeftijd': 'INTEGER', 'herkomst': 'VARCHAR', "
                      "'inkomen': 'DECIMAL(18, 2)'})"))
                  .ok());
  KLUIS_CHECK(connection->Execute("CHECKPOINT").ok());
}

}  // namespace

std::vector<Comparison> ImportBench(const std::string& folder) {
  WritePersons(fs::path(folder) / "policies", kPersons);
  return {Compare(
      "import/csv", "CREATE TABLE AS SELECT FROM read_csv of the same file, no checks",
      [&] { Import(folder); }, [&] { Load(folder); })};
}

}  // namespace kluis
