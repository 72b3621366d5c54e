// Parquet is imported as the CSV file of the same rows would be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/catalogue/catalogue_store.h"
#include "tests/server/catalogue/import_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ParquetImportTest : public ImportTest {
 protected:
  // The rows of the CSV file as Parquet, which the entry names from now on.
  void MakeParquet() {
    WriteEntry("file: firm.csv", "file: firm.parquet");
    const auto connection = (*DuckDatabase::Open("", {}))->Connect();
    ASSERT_TRUE((*connection)
                    ->Execute(absl::StrCat("COPY (SELECT * FROM read_csv('",
                                           (root_ / "policies/datasets/firm.csv").string(),
                                           "', all_varchar = true, header = true)) TO '",
                                           (root_ / "policies/datasets/firm.parquet").string(),
                                           "' (FORMAT parquet)"))
                    .ok());
  }
};

TEST_F(ParquetImportTest, ItIsReadAsTheCsvFileWouldBe) {
  std::string rows;
  for (int row = 0; row < 30'000; ++row) {
    absl::StrAppend(&rows, row, ",f", row, ",", row % 4 ? "h" : "", ",N2,small,", row % 90, ",",
                    row, ".25,\n");
  }
  WriteRows(rows);
  ASSERT_TRUE(Import().ok());
  const std::string profits = Dump("profit"), turnovers = Dump("turnover");
  MakeParquet();
  threads_ = 2;
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->file, "firm.parquet");
  EXPECT_EQ(Dump("profit"), profits);
  EXPECT_EQ(Dump("turnover"), turnovers);
}

TEST_F(ParquetImportTest, BadRowsAndBadFilesAreRefusedWithTheirPlace) {
  std::string rows = "1,a,h,N2,small,30,1,\n2,b,h,XX,small,30,1,\n";
  for (int row = 0; row < 30'000; ++row) absl::StrAppend(&rows, "1,c", row, ",,N2,small,1,1,\n");
  WriteRows(rows);
  MakeParquet();
  EXPECT_THAT(Refusal(), HasSubstr("firm.parquet:3: region: not in the code list"));
  WriteEntry("file: firm.csv", "file: firm.parquet");
  Write("policies/datasets/firm.parquet", "PAR1 and no more");
  EXPECT_THAT(Refusal(), HasSubstr("cannot be read as Parquet"));
}

// Rows that are bad as well do not hide it: there is nothing that the operator could mend in them.
TEST_F(ParquetImportTest, AFileThatIsDamagedInTheMiddleIsSaidToBe) {
  std::string rows = "2,b,h,XX,small,30,1,\n";
  for (int row = 0; row < 300'000; ++row)
    absl::StrAppend(&rows, row * int64_t{7919} % 100'003, ",f", row, ",,N2,small,1,", row, ",\n");
  WriteRows(rows);
  MakeParquet();
  const fs::path file = root_ / "policies/datasets/firm.parquet";
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
  bytes << std::string(4096, '\xff');
  bytes.close();
  EXPECT_THAT(Refusal(), HasSubstr("firm.parquet cannot be read as Parquet"));
}

TEST_F(ParquetImportTest, ThePathIsTakenAsItIs) {
  WriteRows("1,a,h,N2,small,30,1,\n");
  MakeParquet();
  Write("policies/datasets/profit=7/firm 1.parquet", "PAR1 and no more");
  const fs::path place = root_ / "policies/datasets/profit=7/firm [1]*.parquet";
  fs::rename(root_ / "policies/datasets/firm.parquet", place);
  WriteEntry("file: firm.csv", "file: 'profit=7/firm [1]*.parquet'");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(Dump("profit"), "10 ");
}

}  // namespace
}  // namespace kluis
