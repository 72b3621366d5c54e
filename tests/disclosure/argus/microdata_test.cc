#include "disclosure/argus/microdata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/disclosure/argus/argus_files.h"
#include "tests/reference_data.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// A record of kFixedRda.
std::string Record(const std::string& year, const std::string& industry, const std::string& size,
                   const std::string& region, const std::string& weight, const std::string& var1,
                   const std::string& var2, const std::string& request) {
  const std::string begin = absl::StrFormat("%2s %-5s%2s %2s %4s%9s%10s", year, industry, size,
                                            region, weight, var1, var2);
  return begin + std::string(98 - begin.size(), '.') + request + "\n";
}

struct Converted {
  std::string csv;
  std::vector<SeenVariable> seen;
  std::vector<Diagnostic> diagnostics;
};

Converted Convert(const ArgusMetadata& metadata, const std::string& text, size_t piece = 1 << 20) {
  RecordConverter converter(metadata, "data");
  std::string csv = converter.header();
  for (size_t i = 0; i < text.size(); i += piece) {
    converter.Add(absl::string_view(text).substr(i, piece), &csv);
  }
  converter.Finish(&csv);
  return {csv, converter.seen(), converter.diagnostics()};
}

TEST(RecordsTest, FixedWidthBecomesCsv) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const std::string text = Record("84", "34100", "8", "9", "2.2", "9272", "28.26", "0") +
                           Record("85", "3410", "99", "10", "9999", "999999999", "-1.5", "1") +
                           Record("86", "99999", "", "99", "1", "0", "", "");
  const std::string csv =
      "Year,IndustryCode,Size,Region,Wgt,Var1,Var2,Request\n"
      "84,34100,8,9,2.2,9272,28.26,0\n"
      "85,3410,99,10,,,-1.50,1\n"
      "86,99999,,99,1.0,0,,\n";
  for (const size_t piece : {1u, 7u, 100u, 1u << 20}) {
    const Converted converted = Convert(metadata, text, piece);
    EXPECT_EQ(FormatDiagnostics(converted.diagnostics), "");
    EXPECT_EQ(converted.csv, csv) << piece;
    EXPECT_THAT(converted.seen[1].codes,
                UnorderedElementsAre(testing::Pair("34100", 1), testing::Pair("3410", 2)));
    EXPECT_TRUE(converted.seen[2].empty);
    EXPECT_TRUE(converted.seen[6].negative);
    EXPECT_FALSE(converted.seen[5].negative);
  }
}

TEST(RecordsTest, SeparatedFieldsBecomeCsv) {
  const ArgusMetadata metadata = Good(ParseRda(kFreeRda, "f"));
  const Converted converted =
      Convert(metadata, "m;\" 12\";h,1;1234,5;a\r\n\"v\";7;-;x;\"b\"\n\nm;8;\"\";-,50;");
  EXPECT_EQ(FormatDiagnostics(converted.diagnostics), "");
  EXPECT_EQ(converted.csv,
            "Sex,Age_group,Age_group_value,Group,Turnover\n"
            "m,12,12.0,\"h,1\",1234.50\n"
            "v,7,7.0,-,\n"
            "m,8,8.0,,-0.50\n");
}

TEST(RecordsTest, OldTextIsWindows1252AndColumnsCountBytes) {
  const ArgusMetadata metadata = Good(ParseRda("A 1 3\n<RECODEABLE>\nB 4 2\n<RECODEABLE>\n", "f"));
  const Converted converted = Convert(metadata,
                                      "\xE9t\xE9"
                                      "12\n");
  EXPECT_EQ(converted.csv, "A,B\n\xC3\xA9t\xC3\xA9,12\n");
}

TEST(RecordsTest, WrongRecordsAreLeftOutAndReportedWithTheirPlace) {
  const ArgusMetadata metadata = Good(ParseRda(kFreeRda, "f"));
  const Converted converted = Convert(metadata, "m;1;h;2,5;\nm;1;h\nm;1;h;2,555;\n");
  EXPECT_EQ(converted.csv, "Sex,Age_group,Age_group_value,Group,Turnover\nm,1,1.0,h,2.50\n");
  ASSERT_EQ(converted.diagnostics.size(), 2u);
  EXPECT_EQ(FormatDiagnostic(converted.diagnostics[1]),
            "data:3:7: the value of Turnover has 3 decimals, not 2\n"
            "   3 | m;1;h;2,555;\n"
            "     |       ^\n"
            "hint: write <DECIMALS> 3\n");
}

TEST(RecordsTest, AByteOrderMarkMovesNoColumn) {
  const ArgusMetadata metadata = Good(ParseRda("A 1 1\n<RECODEABLE>\nB 2 1\n<NUMERIC>\n", "f"));
  EXPECT_EQ(Convert(metadata,
                    "\xEF\xBB\xBF"
                    "x1\ny2\n")
                .csv,
            "A,B\nx,1\ny,2\n");
}

TEST(RecordsTest, AHostileFileStopsSoon) {
  const ArgusMetadata metadata = Good(ParseRda(kFreeRda, "f"));
  const Converted endless = Convert(metadata, std::string(4 << 20, 'x'), 1 << 16);
  ASSERT_EQ(endless.diagnostics.size(), 1u);
  std::string wrong;
  for (int i = 0; i < 5000; ++i) wrong += "x\n";
  EXPECT_EQ(Convert(metadata, wrong).diagnostics.size(), 100u);
}

TEST(TreeOfDigitsTest, LevelsAreBegins) {
  const CodeList list = TreeOfDigits({"34100", "34200", "351", "9"}, {3, 1, 1, 0});
  std::vector<std::string> shown;
  for (const Code& code : list.codes) {
    shown.push_back(
        absl::StrCat(code.code, "<", code.parent < 0 ? "" : list.codes[code.parent].code));
  }
  EXPECT_THAT(shown, ElementsAre("341<", "3410<341", "34100<3410", "342<", "3420<342", "34200<3420",
                                 "351<"));
  EXPECT_EQ(list.levels, 3);
}

TEST(DescribeTest, ADescriptionBecomesACatalogueEntry) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const Converted converted =
      Convert(metadata, Record("84", "34100", "8", "1", "2.2", "9272", "-28.26", "0") +
                            Record("84", "99999", "10", "99", "2.2", "", "28.26", "1"));
  const ArgusCatalogue made =
      Good(DescribeMicrodata(metadata, Good(ReadCodeFiles(metadata, "f", ReadSmallFile)),
                             converted.seen, "data", {.dataset = "tau", .source_file = "t.csv"}));
  EXPECT_EQ(made.yaml, R"(# Made from a description for tau-ARGUS.
dataset: tau
source: {file: "t.csv", empty: ""}
contributor: [record]
weight: Wgt
variables:
  record: {role: identifier, column: "#row"}
  Year: {role: dimension, codes: "codes/tau_Year.csv", missing: ["99"]}
  IndustryCode: {role: dimension, codes: "codes/tau_IndustryCode.csv", levels: [level1, level2, level3], missing: ["99999"]}
  Size: {role: dimension, codes: "codes/tau_Size.csv", missing: ["99"]}
  Region: {role: dimension, codes: "codes/tau_Region.csv", levels: [level1, level2], missing: ["99"]}
  Wgt: {role: measure, decimals: 1}
  Var1: {role: measure, decimals: 0, missing: [""]}
  Var2: {role: measure, decimals: 2, sign: any}
  Request: {role: dimension, kind: confidential, codes: "codes/tau_Request.csv"}
)");
  EXPECT_EQ(made.code_lists.at("codes/tau_Region.csv"),
            "code,parent,level,label_nl,label_en\n"
            "Nr,,1,North,North\n"
            "1,Nr,2,Groningen,Groningen\n"
            "2,Nr,2,\"Friesland, with islands\",\"Friesland, with islands\"\n"
            "Zd,,1,,\n11,Zd,2,,\n12,Zd,2,,\n");
  EXPECT_EQ(made.code_lists.at("codes/tau_Size.csv"),
            "code,parent,level,label_nl,label_en\n8,,1,,\n10,,1,,\n");
  EXPECT_EQ(made.entry.weight, "Wgt");
  ASSERT_NE(made.entry.FindVariable("IndustryCode"), nullptr);
  EXPECT_EQ(made.entry.FindVariable("IndustryCode")->codes.codes.size(), 3u);
  EXPECT_TRUE(made.entry.FindVariable("Var2")->any_sign);
}

TEST(DescribeTest, HoldingsAreTheSecondLevelOfContributorsAndNamesFitSql) {
  const ArgusMetadata metadata = Good(ParseRda(
      "<SEPARATOR> \";\"\nno 1\n<RECODEABLE>\n\"2 b\" 1\n<RECODEABLE>\nrecord 3\n<HOLDING>\n"
      "\"2-b\" 2\n<NUMERIC>\n",
      "f"));
  const Converted converted = Convert(metadata, "a;b;h;1\n");
  EXPECT_THAT(converted.csv, HasSubstr("no,v2_b,record,v2_b_2\n"));
  const ArgusCatalogue made =
      Good(DescribeMicrodata(metadata, Good(ReadCodeFiles(metadata, "f", ReadSmallFile)),
                             converted.seen, "data", {.dataset = "2016 d", .source_file = "t"}));
  EXPECT_THAT(made.entry.contributor, ElementsAre("record_", "record"));
  EXPECT_EQ(made.entry.name, "v2016_d");
  EXPECT_NE(made.entry.FindVariable("no"), nullptr);
}

TEST(DescribeTest, ACodeThatTheTreeLacksIsReportedWhereItStands) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const Converted converted =
      Convert(metadata, Record("84", "34100", "8", "1", "2.2", "1", "1", "0") +
                            Record("84", "34100", "8", "1", "2.2", "1", "1", "0") +
                            Record("84", "34100", "8", "13", "2.2", "1", "1", "0"));
  const auto made =
      DescribeMicrodata(metadata, Good(ReadCodeFiles(metadata, "f", ReadSmallFile)), converted.seen,
                        "data.asc", {.dataset = "d", .source_file = "t"});
  ASSERT_EQ(made.diagnostics.size(), 1u);
  EXPECT_EQ(FormatDiagnostic(made.diagnostics[0]),
            "data.asc:3:12: code '13' of Region is not in region.hrc\nhint: did you mean '1'?\n");
}

std::string Unzipped(const fs::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  char buffer[1 << 16];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;) text.append(buffer, got);
  gzclose(file);
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  return text;
}

constexpr char kTauTestWRda[] = R"(Year 1 2 99
  <RECODEABLE>
IndustryCode 4 5 99999
  <RECODEABLE>
  <HIERARCHICAL>
  <HIERLEVELS> 3 1 1 0 0
Size 9 2
  <RECODEABLE>
Region 12 2 99
  <RECODEABLE>
  <HIERARCHICAL>
  <HIERCODELIST> "region2.hrc"
  <HIERLEADSTRING> "@"
Wgt 15 4 9999
  <WEIGHT>
  <DECIMALS> 1
Var1 19 9 999999999
  <NUMERIC>
Var2 28 10 9999999999
  <NUMERIC>
  <DECIMALS> 2
Var3 38 10 9999999999
  <NUMERIC>
Var4 48 10 9999999999
  <NUMERIC>
Var5 58 10 9999999999
  <NUMERIC>
Var6 68 10 9999999999
  <NUMERIC>
Var7 78 10 9999999999
  <NUMERIC>
Var8 88 10 9999999999
  <NUMERIC>
Request 99 1
  <REQUEST> "1" "2"
)";

// The record of tau_testW for a line of the CSV, in the columns of kTauTestWRda.
std::string TauRecord(const std::vector<std::string>& f) {
  std::string out = absl::StrFormat("%2s %5s%2s %2s %4s%9s", f[0], f[1], f[2], f[3], f[4], f[5]);
  for (int i = 6; i <= 12; ++i) absl::StrAppendFormat(&out, "%10s", f[i]);
  return out + " " + f[13] + "\r\n";
}

// Numbers lose their decimals: the CSV of the source has 28.26 and 887 in one column.
std::string WithDecimals(const std::vector<std::string>& f) {
  std::vector<std::string> fields = f;
  const auto pad = [](std::string* number, size_t decimals) {
    const size_t point = number->find('.');
    if (point == std::string::npos) *number += ".";
    const size_t has = point == std::string::npos ? 0 : number->size() - point - 1;
    number->append(decimals - has, '0');
  };
  pad(&fields[4], 1);
  pad(&fields[6], 2);
  return absl::StrJoin(fields, ",");
}

TEST(TauTestWTest, AllRecordsOfTheTestSetAreReadAndDescribed) {
  const fs::path file = ReferenceFolder() / "micro_tau_testW.csv.gz";
  if (!HasReferenceData(file)) return;
  const std::vector<std::string> lines = absl::StrSplit(Unzipped(file), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 42724u);
  std::string records, expected = lines[0] + "\n";
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], ',');
    records += TauRecord(fields);
    expected += WithDecimals(fields) + "\n";
  }
  const ArgusMetadata metadata = Good(ParseRda(kTauTestWRda, "tau.rda"));
  const Converted converted = Convert(metadata, records, 4096);
  EXPECT_EQ(FormatDiagnostics(converted.diagnostics), "");
  const std::vector<std::string> got = absl::StrSplit(converted.csv, '\n');
  const std::vector<std::string> wanted = absl::StrSplit(expected, '\n');
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], wanted[i]) << "line " << i + 1;
  const std::string tree =
      "Nr\n@ 1\n@ 2\n@ 3\nOs \n@ 4\n@ 5\n@ 6\n@ 7\nWs\n@ 8\n@ 9\n@10\nZd\n@11\n@12";
  const auto codes = Good(ReadCodeFiles(
      metadata, "tau.rda", [&](const std::string&) { return absl::StatusOr<std::string>(tree); }));
  const ArgusCatalogue made = Good(DescribeMicrodata(metadata, codes, converted.seen, "tau.asc",
                                                     {.dataset = "tau", .source_file = "tau.csv"}));
  EXPECT_EQ(made.entry.FindVariable("IndustryCode")->codes.codes.size(), 709u);
  EXPECT_EQ(made.entry.FindVariable("Region")->codes.codes.size(), 16u);
  EXPECT_EQ(made.entry.FindVariable("Size")->codes.codes.size(), 8u);
}

}  // namespace
}  // namespace kluis
