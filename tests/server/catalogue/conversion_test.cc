// The threads of an import, without a database.
#include "server/catalogue/conversion.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kEntry[] = R"(dataset: firm
title: {nl: Bedrijven, en: Firms}
period: "2016"
unit: firm
source: {file: firm.csv, empty: ""}
contributor: [id]
variables:
  id: {role: identifier}
  size: {role: dimension, kind: identifying, range: [0, 99]}
  turnover: {role: measure, decimals: 0}
)";

class ConversionTest : public testing::Test {
 protected:
  ConversionTest() : file_(fs::temp_directory_path() / absl::StrCat("kluis_conversion_", getpid())) {
    entry_ = ParseDatasetEntry(kEntry, "firm.yaml", nullptr).value;
  }
  ~ConversionTest() override { fs::remove(file_); }

  // Rows whose size and turnover are their number; every hundredth has a size that does not exist.
  void WriteRows(int rows) {
    std::ofstream out(file_);
    out << "id,size,turnover\n";
    for (int row = 0; row < rows; ++row) {
      out << "f" << row << "," << (row % 100 == 50 ? 100 : row % 100) << "," << row << "\n";
    }
  }

  fs::path file_;
  DatasetEntry entry_;
};

TEST_F(ConversionTest, RowsComeInTheOrderOfTheFile) {
  constexpr int kRows = 40'000;
  WriteRows(kRows);
  for (const int threads : {1, 4}) {
    const auto source = ByteSource::Open(file_.string());
    CsvReader reader(**source);
    ASSERT_TRUE(*reader.Next());
    const auto conversion =
        Conversion::Start(reader, entry_, std::string(32, 'k'), reader.fields(), threads);
    ASSERT_TRUE(conversion.ok()) << conversion.status();
    int64_t expected = 0, bad = 0;
    ConvertedRows rows;
    while (*(*conversion)->Next(&rows)) {
      for (const int64_t turnover : rows.columns[2].values) {
        if (expected % 100 == 50) ++expected;
        ASSERT_EQ(turnover, expected++);
      }
      for (const auto& [line, problems] : rows.bad) {
        EXPECT_EQ((line - 2) % 100, 50);
        EXPECT_EQ(problems[0].rule, "outside the range");
        ++bad;
      }
    }
    EXPECT_EQ(expected, kRows);
    EXPECT_EQ(bad, kRows / 100);
  }
}

// As when the disk of the snapshot is full: nobody waits for rows that are still to come.
TEST_F(ConversionTest, ItCanBeLeftInTheMiddle) {
  WriteRows(60'000);
  const auto source = ByteSource::Open(file_.string());
  CsvReader reader(**source);
  ASSERT_TRUE(*reader.Next());
  auto conversion = Conversion::Start(reader, entry_, std::string(32, 'k'), reader.fields(), 3);
  ASSERT_TRUE(conversion.ok()) << conversion.status();
  ConvertedRows rows;
  EXPECT_TRUE(*(*conversion)->Next(&rows));
  EXPECT_EQ(rows.columns[2].values[0], 0);
}

}  // namespace
}  // namespace kluis
