// How fast microdata come in, beside DuckDB's own CSV load of the same file.
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/bench.h"
#include "disclosure/base/check.h"
#include "server/catalogue/import.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr int kPersons = 2'000'000, kMunicipalities = 342, kNeighbourhoods = 13'000;
constexpr int kThreads = 2;

constexpr char kEntry[] = R"(dataset: persoon
title: {nl: Personen, en: Persons}
period: "2016"
unit: persoon
source: {file: persoon.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  buurt: {role: dimension, kind: identifying, codes: codes/buurt.csv, levels: [gemeente, buurt]}
  geslacht: {role: dimension, kind: identifying, values: [M, V]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 120]}
  herkomst: {role: dimension, values: ["0", "1", "2", "3", "4"]}
  inkomen: {role: measure, unit: EUR, decimals: 2}
)";

void WriteFiles(const fs::path& policies) {
  fs::create_directories(policies / "codes");
  std::ofstream(policies / "persoon.yaml") << kEntry;
  std::ofstream codes(policies / "codes/buurt.csv");
  codes << "code,parent,level,label_nl,label_en\n";
  for (int g = 0; g < kMunicipalities; ++g) {
    codes << absl::StrFormat("GM%04d,,1,gemeente,municipality\n", g);
  }
  for (int b = 0; b < kNeighbourhoods; ++b) {
    codes << absl::StrFormat("BU%08d,GM%04d,2,buurt,neighbourhood\n", b,
                             b * kMunicipalities / kNeighbourhoods);
  }
  std::mt19937_64 random(3);
  std::lognormal_distribution<> income(10.2, 0.7);
  std::ofstream data(policies / "persoon.csv");
  data << "rin,buurt,geslacht,leeftijd,herkomst,inkomen\n";
  for (int i = 0; i < kPersons; ++i) {
    data << absl::StrFormat("%09d,BU%08d,%c,%d,%d,%.2f\n", i,
                            static_cast<int>(random() % kNeighbourhoods), random() % 2 ? 'M' : 'V',
                            static_cast<int>(random() % 100), static_cast<int>(random() % 5),
                            income(random));
  }
}

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
  WriteFiles(fs::path(folder) / "policies");
  return {Compare(
      "import/csv", "CREATE TABLE AS SELECT FROM read_csv of the same file, no checks",
      [&] { Import(folder); }, [&] { Load(folder); })};
}

}  // namespace kluis
