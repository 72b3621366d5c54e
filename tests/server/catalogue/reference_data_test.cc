// The entries of foreign microdata against the files themselves, in KLUIS_TEST_DATA.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/import.h"
#include "tests/reference_data.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

// The trees of tau_testW are made from the data: neither may be part of the source tree.
void WriteTauCodes(const fs::path& folder) {
  const auto text = ReadTextFile((ReferenceFolder() / "micro_tau_testW.csv.gz").string());
  ASSERT_TRUE(text.ok());
  std::set<std::string> codes;
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n');
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], ',');
    if (fields.size() < 4) continue;
    for (const size_t digits : {3, 4, 5}) codes.insert(fields[1].substr(0, digits));
  }
  std::ofstream industry(folder / "tau_industry.csv");
  industry << "code,parent,level,label_nl,label_en\n";
  for (const std::string& code : codes) {
    industry << code << "," << (code.size() > 3 ? code.substr(0, code.size() - 1) : "") << ","
             << code.size() - 2 << ",,\n";
  }
  const auto regions = ReadTextFile((ReferenceFolder() / "hier_tau_region.csv").string());
  ASSERT_TRUE(regions.ok());
  std::ofstream region(folder / "tau_region.csv");
  region << "code,parent,level,label_nl,label_en\n";
  const std::vector<std::string> rows = absl::StrSplit(*regions, '\n');
  for (size_t i = 1; i < rows.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(rows[i], ',');
    if (fields.size() < 3) continue;
    const bool part = fields[1] == "Total";
    region << fields[0] << "," << (part ? "" : fields[1]) << "," << (part ? 1 : 2) << ",,"
           << fields[2] << "\n";
  }
}

struct Case {
  const char* entry;
  const char* file;
  int64_t rows;
};

class ReferenceDataTest : public testing::TestWithParam<Case> {};

TEST_P(ReferenceDataTest, EveryRowOfTheFileFitsTheEntry) {
  const Case& c = GetParam();
  if (!HasReferenceData(ReferenceFolder() / c.file)) return;
  const fs::path root =
      fs::temp_directory_path() / absl::StrCat("kluis_reference_", getpid(), "_", c.entry);
  fs::create_directories(root / "policies");
  fs::copy(fs::path(KLUIS_SOURCE_DIR) / "policies/datasets", root / "policies/datasets");
  fs::copy(fs::path(KLUIS_SOURCE_DIR) / "policies/codes", root / "policies/codes");
  fs::copy(fs::path(KLUIS_SOURCE_DIR) / "tests/server/catalogue/datasets",
           root / "policies/datasets");
  fs::create_symlink(fs::canonical(ReferenceFolder() / c.file), root / "policies/datasets" / c.file);
  WriteTauCodes(root / "policies/codes");
  const auto report =
      ImportDataset({.entry_file = (root / "policies/datasets" / c.entry).string() + ".yaml",
                     .policies_root = "",
                     .data_folder = (root / "data").string(),
                     .pseudonym_key = std::string(32, 'k'),
                     .data_key = DataKey::Random(),
                     .memory_limit_mb = 512});
  fs::remove_all(root);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, c.rows);
}

INSTANTIATE_TEST_SUITE_P(Files, ReferenceDataTest,
                         testing::Values(Case{"tau_testw", "micro_tau_testW.csv.gz", 42723},
                                         Case{"adult", "micro_adult.csv.gz", 32561},
                                         Case{"insee_enterprises", "micro_insee_enterprises.csv.gz",
                                              9786}),
                         [](const auto& info) { return std::string(info.param.entry); });

}  // namespace
}  // namespace kluis
