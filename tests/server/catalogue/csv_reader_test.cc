// RFC 4180, byte by byte, and the rounding of measures.
#include "server/catalogue/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "server/catalogue/row_converter.h"

namespace kluis {
namespace {

std::string TempFile() {
  return (std::filesystem::temp_directory_path() / ("kluis_csv_" + std::to_string(getpid())))
      .string();
}

// "line:field|field" for each record; "line:!" when it is malformed.
std::vector<std::string> ReadFile() {
  auto source = ByteSource::Open(TempFile());
  EXPECT_TRUE(source.ok()) << source.status();
  CsvReader reader(**source);
  std::vector<std::string> records;
  for (;;) {
    const auto found = reader.Next();
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok() || !*found) break;
    std::string text = std::to_string(reader.line()) + ":";
    for (size_t i = 0; i < reader.fields().size() && !reader.malformed(); ++i) {
      text += (i == 0 ? "" : "|") + std::string(reader.fields()[i]);
    }
    records.push_back(reader.malformed() ? text + "!" : text);
  }
  std::filesystem::remove(TempFile());
  return records;
}

std::vector<std::string> Read(const std::string& text) {
  std::ofstream(TempFile(), std::ios::binary) << text;
  return ReadFile();
}

TEST(CsvReaderTest, RecordsAreAsRfc4180HasThem) {
  const struct {
    const char* text;
    std::vector<std::string> records;
  } cases[] = {
      {"a,b\n1,2\n", {"1:a|b", "2:1|2"}},
      {"a,b\r\n1,2", {"1:a|b", "2:1|2"}},
      {"\xEF\xBB\xBF"
       "a,b\n",
       {"1:a|b"}},
      {",\n", {"1:|"}},
      {"a,\n\n,b\n", {"1:a|", "3:|b"}},
      {"\"x,y\",\"he said \"\"no\"\"\"\n", {"1:x,y|he said \"no\""}},
      {"\"two\nlines\",1\nz,2\n", {"1:two\nlines|1", "3:z|2"}},
      {"\"\",\"\"\n", {"1:|"}},
      {"a\"b,c\nd,e\n", {"1:!", "2:d|e"}},
      {"\"a\"b,c\nd,e\n", {"1:!", "2:d|e"}},
      {"\"never closed\n", {"1:!"}},
      {"", {}},
  };
  for (const auto& c : cases) EXPECT_EQ(Read(c.text), c.records) << c.text;
}

TEST(CsvReaderTest, RecordsAcrossBlocksStayWhole) {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += std::to_string(i) + ",\"x\"\"y\n\",z\n";
  const auto records = Read(text);
  ASSERT_EQ(records.size(), 60000u);
  EXPECT_EQ(records[59999], "119999:59999|x\"y\n|z");
}

TEST(CsvReaderTest, AnUnclosedQuoteInALargeFileIsAnErrorWithItsLine) {
  std::ofstream(TempFile(), std::ios::binary) << "a\n\"" << std::string(3 << 20, 'x');
  auto source = ByteSource::Open(TempFile());
  CsvReader reader(**source);
  ASSERT_TRUE(reader.Next().ok());
  const auto next = reader.Next();
  EXPECT_EQ(next.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(next.status().message()), testing::HasSubstr("line 2"));
  std::filesystem::remove(TempFile());
}

TEST(CsvReaderTest, GzipInTwoMembersIsReadAsOneText) {
  for (const char* mode : {"wb", "ab"}) {
    gzFile out = gzopen(TempFile().c_str(), mode);
    gzputs(out, "a,b\n");
    gzclose(out);
  }
  EXPECT_EQ(ReadFile(), (std::vector<std::string>{"1:a|b", "2:a|b"}));
}

TEST(CsvReaderTest, AGzipFileThatEndsEarlyIsDataLoss) {
  gzFile out = gzopen(TempFile().c_str(), "wb");
  for (int i = 0; i < 1000; ++i) gzprintf(out, "%d,%d\n", i, i * i);
  gzclose(out);
  std::filesystem::resize_file(TempFile(), std::filesystem::file_size(TempFile()) - 20);
  EXPECT_EQ(ReadTextFile(TempFile()).status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::remove(TempFile());
}

TEST(ParseRoundedTest, RoundsHalfToEvenAtTheDeclaredDecimals) {
  const struct {
    const char* text;
    int decimals;
    bool ok;
    int64_t scaled;
  } cases[] = {
      {"12.5", 2, true, 1250},
      {"12.345", 2, true, 1234},
      {"12.355", 2, true, 1236},
      {"12.3450001", 2, true, 1235},
      {"-12.345", 2, true, -1234},
      {"-0.005", 2, true, 0},
      {"0.015", 2, true, 2},
      {"0.5", 0, true, 0},
      {"1.5", 0, true, 2},
      {"2.5000", 0, true, 2},
      {"0.004", 2, true, 0},
      {"0.0004", 2, true, 0},
      {"63.1685247644782", 3, true, 63169},
      {"1.5e3", 0, true, 1500},
      {"1e-7", 2, true, 0},
      {"25e-1", 0, true, 2},
      {"5e-1", 0, true, 0},
      {"51e-2", 0, true, 1},
      {"9223372036854775807", 0, true, INT64_MAX},
      {"9223372036854775808", 0, false, 0},
      {"1e300", 0, false, 0},
      {"", 0, false, 0},
      {"-", 0, false, 0},
      {"1,5", 1, false, 0},
      {"1.", 1, false, 0},
      {".5", 1, false, 0},
      {"0x10", 0, false, 0},
      {"1e", 0, false, 0},
      {"nan", 0, false, 0},
      {" 1", 0, false, 0},
      {"+1", 0, false, 0},
  };
  for (const auto& c : cases) {
    int64_t scaled = 0;
    EXPECT_EQ(ParseRounded(c.text, c.decimals, &scaled), c.ok) << c.text;
    if (c.ok) {
      EXPECT_EQ(scaled, c.scaled) << c.text;
    }
  }
}

}  // namespace
}  // namespace kluis
