// Every generated file loads under its catalogue entry.
#include "server/catalogue/import.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/server/demo/generated.h"

namespace kluis::demo {
namespace {

namespace fs = std::filesystem;

// The entry stands beside its file, as in a demo enclave.
absl::StatusOr<ImportReport> Import(const std::string& dataset) {
  const std::string folder = FullSize();
  fs::copy_file(DemoPolicies() + "/datasets/" + dataset + ".yaml", folder + "/" + dataset + ".yaml",
                fs::copy_options::overwrite_existing);
  ImportRequest request;
  request.entry_file = folder + "/" + dataset + ".yaml";
  request.policies_root = DemoPolicies();
  request.data_folder = folder + "/data";
  request.pseudonym_key = std::string(32, 'k');
  static const std::shared_ptr<const DataKey> key = DataKey::Random();
  request.data_key = key;
  return ImportDataset(request);
}

TEST(ImportTest, EveryFileLoadsUnderItsEntryWithoutABadRow) {
  for (const char* dataset : {"persoon", "huishouden", "smartservices", "bedrijf", "vestiging",
                              "kantoor", "kantoor_2018", "veiligheidsmonitor"}) {
    const auto report = Import(dataset);
    ASSERT_TRUE(report.ok()) << dataset << ": " << report.status();
    const Table table(FullSize() + "/" + dataset + ".csv");
    EXPECT_EQ(report->rows, static_cast<int64_t>(table.rows())) << dataset;
    EXPECT_EQ(report->dropped, 0) << dataset;
  }
}

}  // namespace
}  // namespace kluis::demo
