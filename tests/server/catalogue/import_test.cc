// What an import keeps, what it refuses, and that a refusal leaves nothing behind.
#include "server/catalogue/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "absl/strings/str_cat.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/csv_reader.h"
#include "server/duckdb/duckdb.h"
#include "server/catalogue/pseudonym.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr char kEntry[] = R"(dataset: firm
title: {nl: Bedrijven, en: Firms}
period: "2016"
unit: firm
source: {file: firm.csv}
bad_rows: refuse
contributor: [firm_id, holding_id]
weight: null
variables:
  firm_id: {role: identifier}
  holding_id: {role: identifier}
  region: {role: dimension, codes: codes/region.csv, levels: [part, town]}
  size: {role: dimension, values: [small, large], missing: ["", "?"]}
  age: {role: dimension, range: [0, 120]}
  turnover: {role: measure, decimals: 2, missing: [9999999999]}
  profit: {role: measure, decimals: 1, sign: any}
)";
constexpr char kRegions[] =
    "code,parent,level,label_nl,label_en\nN,,1,Noord,North\nN1,N,2,Een,One\nN2,N,2,Twee,Two\n"
    "Z,,1,Zuid,South\nZ1,Z,2,Drie,Three\n";
constexpr char kHeader[] = "profit,firm_id,holding_id,region,size,age,turnover,remark\n";

class ImportTest : public testing::Test {
 protected:
  ImportTest() : root_(fs::temp_directory_path() / ("kluis_import_" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    Write("policies/datasets/firm.yaml", kEntry);
    Write("policies/codes/region.csv", kRegions);
  }
  ~ImportTest() override { fs::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  void WriteEntry(const std::string& from, const std::string& to) {
    std::string entry = kEntry;
    const size_t place = entry.find(from);
    ASSERT_NE(place, std::string::npos);
    Write("policies/datasets/firm.yaml", entry.replace(place, from.size(), to));
  }
  void WriteRows(const std::string& rows) { Write("policies/datasets/firm.csv", kHeader + rows); }
  std::string Data() const { return (root_ / "data").string(); }

  absl::StatusOr<ImportReport> Import(const std::string& name = "firm") {
    return ImportDataset({.entry_file = (root_ / "policies/datasets" / (name + ".yaml")).string(),
                          .policies_root = "",
                          .data_folder = Data(),
                          .pseudonym_key = key_,
                          .data_key = data_key_,
                          .memory_limit_mb = 512,
                          .threads = threads_,
                          .progress = [this](double done) { shares_.push_back(done); }});
  }
  std::string Refusal() {
    const auto report = Import();
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(Files(), testing::IsEmpty()) << "something was kept";
    return std::string(report.status().message());
  }
  // What the data folder holds besides the lock.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& item : fs::recursive_directory_iterator(Data())) {
      if (item.path().filename() != ".import.lock") names.push_back(item.path().string());
    }
    return names;
  }
  std::string Dump(const std::string& select) {
    const auto catalogue = Catalogue::Open(Data());
    EXPECT_TRUE(catalogue.ok()) << catalogue.status();
    const std::string file = (*catalogue)->view()->datasets.at("firm").file;
    auto database = DuckDatabase::Open("", {});
    auto connection = (*database)->Connect();
    EXPECT_TRUE((*connection)
                    ->Attach(file, "s", data_key_->bytes(), DuckConnection::Access::kRead)
                    .ok());
    auto result = (*connection)->Query("SELECT " + select + " FROM s.data");
    EXPECT_TRUE(result.ok()) << result.status();
    std::string text;
    while ((*result)->Next()) {
      for (int row = 0; row < (*result)->rows(); ++row) {
        absl::StrAppend(&text,
                        (*result)->IsNull(0, row) ? "null" : absl::StrCat((*result)->Int64(0, row)),
                        " ");
      }
    }
    return text;
  }

  fs::path root_;
  std::string key_ = std::string(32, 'k');
  std::shared_ptr<const DataKey> data_key_ = DataKey::Random();
  int threads_ = 1;
  std::vector<double> shares_;
};

TEST_F(ImportTest, ValuesAreStoredAsIndicesPseudonymsAndScaledIntegers) {
  WriteRows("-1.25,a,h,N2,small,30,12.345,x\n,b,,Z1,?,0,9999999999,\n3,c,h,N1,,120,7,\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 3);
  EXPECT_EQ(report->dropped, 0);
  EXPECT_EQ(Dump("region::BIGINT"), "2 4 1 ");
  EXPECT_EQ(Dump("size::BIGINT"), "0 -1 -1 ");
  EXPECT_EQ(Dump("age::BIGINT"), "30 0 120 ");
  EXPECT_EQ(Dump("turnover"), "1234 null 700 ");
  EXPECT_EQ(Dump("profit"), "-12 null 30 ");
  Pseudonymizer pseudonymizer(std::string(32, 'k'));
  EXPECT_EQ(Dump(absl::StrCat("(holding_id = ", pseudonymizer.Of("h"), ")::BIGINT")), "1 null 1 ");
  EXPECT_EQ(Dump(absl::StrCat("(firm_id = ", pseudonymizer.Of("b"), ")::BIGINT")), "0 1 0 ");
}

// Ten batches and more, with rows that are dropped, quotes across lines and values that are missing.
TEST_F(ImportTest, TheSnapshotIsTheSameForAnyNumberOfThreads) {
  WriteEntry("bad_rows: refuse", "bad_rows: drop");
  std::string rows;
  int good = 0;
  for (int row = 0; row < 25'000; ++row) {
    const bool unknown = row % 1000 == 7, malformed = row % 5000 == 11, lacks = row % 3 == 0;
    good += !unknown && !malformed;
    absl::StrAppend(&rows, row, ",f", row, ",", lacks ? "" : "h", ",", unknown ? "XX" : "N2",
                    ",small,", row % 90, ",", lacks ? "" : absl::StrCat(row, ".25"),
                    malformed ? ",\"a\"b\n" : ",\"over\ntwo lines\"\n");
  }
  WriteRows(rows);
  std::string profits, turnovers, problems;
  for (const int threads : {1, 2, 5}) {
    threads_ = threads;
    shares_.clear();
    const auto report = Import();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->rows, good);
    EXPECT_EQ(report->dropped, 25'000 - good);
    EXPECT_TRUE(std::is_sorted(shares_.begin(), shares_.end()));
    EXPECT_EQ(shares_.back(), 1);
    const std::string text = ReportText(*report);
    if (threads > 1) {
      EXPECT_EQ(Dump("profit"), profits);
      EXPECT_EQ(Dump("turnover"), turnovers);
      EXPECT_EQ(text, problems);
    }
    profits = Dump("profit");
    turnovers = Dump("turnover");
    problems = text;
    fs::remove_all(Data());
  }
  EXPECT_THAT(profits, testing::StartsWith("0 10 20 30 40 50 60 80 "));
  EXPECT_THAT(turnovers, testing::StartsWith("null 125 225 null 425 525 null 825 "));
}

TEST_F(ImportTest, AFileThatBreaksOffIsNotKept) {
  std::string rows;
  for (int row = 0; row < 20'000; ++row) absl::StrAppend(&rows, row, ",f", row, ",,N2,small,1,1,\n");
  threads_ = 3;
  WriteRows(rows + "1,a,,N2,small,1,1,\"" + std::string(2 << 20, 'x'));
  EXPECT_THAT(Refusal(), HasSubstr("record of more than 1 MiB"));
}

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

TEST_F(ImportTest, ThePseudonymIsHmacSha256AsOpensslComputesIt) {
  // printf b | openssl dgst -sha256 -mac HMAC -macopt key:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
  Pseudonymizer pseudonymizer(std::string(32, 'k'));
  EXPECT_EQ(pseudonymizer.Of("b"), 0xd88ed2208c853133u);
  Pseudonymizer other(std::string(32, 'x'));
  EXPECT_NE(pseudonymizer.Of("b"), other.Of("b"));
}

TEST_F(ImportTest, FactsOfTheDataAreFound) {
  WriteRows(
      "1,a,h,N1,small,30,1,\n1,b,h,N1,large,30,1,\n1,c,,N2,large,31,1,\n1,d,,Z1,large,32,1,\n");
  ASSERT_TRUE(Import().ok());
  const auto view = (*Catalogue::Open(Data()))->view();
  const Snapshot& snapshot = view->datasets.at("firm");
  EXPECT_TRUE(snapshot.unique.at("firm_id"));
  EXPECT_FALSE(snapshot.unique.at("holding_id"));
  EXPECT_THAT(snapshot.constant.at("firm_id"), testing::ElementsAre("region", "size", "age"));
  EXPECT_THAT(snapshot.constant.at("holding_id"), testing::ElementsAre("region", "age"));
}

TEST_F(ImportTest, BadRowsAreRefusedByPlaceAndRuleAndNeverByValue) {
  const struct {
    const char* row;
    const char* problem;
  } cases[] = {
      {"1,SECRET,h,Q7SECRET,small,30,1,\n", "firm.csv:3: region: not in the code list"},
      {"1,a,h,N,small,30,1,\n",
       "firm.csv:3: region: above the deepest level: the code list divides it further"},
      {"1,a,h,,small,30,1,\n",
       "firm.csv:3: region: is empty, and the entry declares no missing value"},
      {"1,a,h,N1,SECRET,30,1,\n", "firm.csv:3: size: not in the code list"},
      {"1,a,h,N1,small,121,1,\n", "firm.csv:3: age: outside the range"},
      {"1,a,h,N1,small,SECRET,1,\n", "firm.csv:3: age: not a whole number"},
      {"1,,h,N1,small,30,1,\n", "firm.csv:3: firm_id: identifier is empty"},
      {"1,a,h,N1,small,30,-4711,\n", "firm.csv:3: turnover: negative"},
      {"1,a,h,N1,small,30,SECRET,\n", "firm.csv:3: turnover: not a number"},
      {"1,a,h,N1,small,30,1\n", "firm.csv:3: 7 fields where the header has 8"},
      {"1,a,h,N1,small,30,1,\"SECRET\"x\n", "firm.csv:3: quotes are not as in RFC 4180"},
  };
  for (const auto& c : cases) {
    WriteRows(std::string("1,z,h,N1,small,30,1,\n") + c.row);
    const std::string refusal = Refusal();
    EXPECT_THAT(refusal, HasSubstr(c.problem));
    EXPECT_THAT(refusal, Not(HasSubstr("SECRET")));
    EXPECT_THAT(refusal, Not(HasSubstr("4711")));
  }
}

TEST_F(ImportTest, TwentyProblemsAreListedAndTheRestCounted) {
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += "1,a,h,XX,small,30,1,\n";
  WriteRows(rows);
  const std::string refusal = Refusal();
  EXPECT_THAT(refusal, HasSubstr("50 bad rows"));
  EXPECT_THAT(refusal, HasSubstr("firm.csv:21: region"));
  EXPECT_THAT(refusal, Not(HasSubstr("firm.csv:22: region")));
  EXPECT_THAT(refusal, HasSubstr("and 30 more"));
}

TEST_F(ImportTest, UnderDropBadRowsAreCountedByColumnAndRule) {
  WriteEntry("bad_rows: refuse", "bad_rows: drop");
  WriteRows(
      "1,a,h,N1,small,30,1,\n1,b,h,XX,small,999,1,\n1,c,h,YY,small,30,1,\n1,d,h,Z1,small,5,2,\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 2);
  EXPECT_EQ(report->dropped, 2);
  EXPECT_EQ(ReportText(*report),
            absl::StrCat("firm: 2 rows, 2 dropped, snapshot sha256:", report->sha256,
                         "\n  age: outside the range: 1 row, firm.csv line 3"
                         "\n  region: not in the code list: 2 rows, firm.csv lines 3, 4"));
  EXPECT_EQ(Dump("turnover"), "100 200 ");
}

TEST_F(ImportTest, UnderDropTheFirstTenLinesOfARuleAreNamedAndNoValue) {
  WriteEntry("bad_rows: refuse", "bad_rows: drop");
  std::string rows = "1,a,h,N1,small,30,1,\"two\nlines\"\n";
  for (int i = 0; i < 12; ++i) rows += "1,a,h,SECRET,small,30,1,\n";
  WriteRows(rows + "1,a,h\n1,b,h,N1,small,30,1,\"SECRET\"x\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  const std::string text = ReportText(*report);
  EXPECT_THAT(text,
              HasSubstr("region: not in the code list: 12 rows, firm.csv lines 4, 5, 6, 7, 8, "
                        "9, 10, 11, 12, 13, …"));
  EXPECT_THAT(text, HasSubstr("\n  3 fields where the header has 8: 1 row, firm.csv line 16"));
  EXPECT_THAT(text, HasSubstr("\n  quotes are not as in RFC 4180: 1 row, firm.csv line 17"));
  EXPECT_THAT(text, Not(HasSubstr("SECRET")));
}

TEST_F(ImportTest, HeadersThatDoNotFitAreRefused) {
  Write("policies/datasets/firm.csv", "profit,firm_id,holding_id,regoin,size,age,turnover\n");
  EXPECT_THAT(Refusal(), HasSubstr("'region' did you mean 'regoin'?"));
  Write("policies/datasets/firm.csv", "age,profit,firm_id,holding_id,region,size,age,turnover\n");
  EXPECT_THAT(Refusal(), HasSubstr("'age' stands twice"));
  Write("policies/datasets/firm.csv", "");
  EXPECT_THAT(Refusal(), HasSubstr("no header line"));
  fs::remove(root_ / "policies/datasets/firm.csv");
  EXPECT_THAT(Refusal(), HasSubstr("firm.csv"));
}

TEST_F(ImportTest, AnEntryThatDoesNotCheckIsRefusedWithItsLine) {
  WriteEntry("role: measure, decimals: 2", "role: measure, decimal: 2");
  WriteRows("");
  EXPECT_THAT(Refusal(), HasSubstr("firm.yaml:15"));
  WriteEntry("codes/region.csv", "../region.csv");
  EXPECT_FALSE(Refusal().empty());
}

TEST_F(ImportTest, TheSameBytesGiveTheSameSnapshotAndOthersAnother) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  const auto first = Import();
  const auto again = Import();
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->sha256, again->sha256);
  WriteRows("1,a,h,N1,small,30,2,\n");
  const auto other = Import();
  ASSERT_TRUE(other.ok());
  EXPECT_NE(first->sha256, other->sha256);
  EXPECT_EQ((*Catalogue::Open(Data()))->view()->datasets.at("firm").sha256, other->sha256);
}

TEST_F(ImportTest, ACodeIsStoredWhereItsBranchEndsWithinTheNamedLevels) {
  Write("policies/codes/region.csv", absl::StrCat(kRegions, "O,,1,Oost,East\nN1a,N1,3,,\n"));
  const struct {
    const char* levels;
    const char* fits;  // of N, N1, N1a, O
  } cases[] = {{"levels: [part, town]", "N1 N1a O "},
               {"levels: [part]", "N N1 N1a O "},
               {"levels: [part, town, quarter]", "N1a O "}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.levels);
    WriteEntry("levels: [part, town]", c.levels);
    std::string fits;
    for (const std::string code : {"N", "N1", "N1a", "O"}) {
      WriteRows("1,a,h," + code + ",small,30,1,\n");
      if (Import().ok()) absl::StrAppend(&fits, code, " ");
    }
    EXPECT_EQ(fits, c.fits);
  }
}

TEST_F(ImportTest, TheSameBytesUnderAnotherKeyAreAnotherSnapshot) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  ASSERT_TRUE(Import().ok());
  const std::string before = Dump("(firm_id % 1000000007)::BIGINT");
  key_ = std::string(32, 'x');
  ASSERT_TRUE(Import().ok());
  EXPECT_NE(Dump("(firm_id % 1000000007)::BIGINT"), before);
}

TEST_F(ImportTest, NoFileOfAnImportHoldsAValue) {
  // 4711471147 hundredths fill the column: with nothing to compress, they would stand there as they are.
  std::string rows;
  for (int i = 0; i < 3000; ++i) absl::StrAppend(&rows, "1,CANARY-", i, ",h,N1,small,30,47114711.47,\n");
  WriteRows(rows);
  ASSERT_TRUE(Import().ok());
  const int64_t stored = 4711471147;
  const std::string scaled(reinterpret_cast<const char*>(&stored), sizeof stored);
  for (const std::string& file : Files()) {
    if (!fs::is_regular_file(file)) continue;
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(bytes, Not(HasSubstr("CANARY"))) << file;
    EXPECT_THAT(bytes, Not(HasSubstr("4711471"))) << file;
    EXPECT_THAT(bytes, Not(HasSubstr(scaled))) << file;
  }
  EXPECT_EQ(Dump("max(turnover)"), "4711471147 ");
}

TEST_F(ImportTest, ASnapshotOfAnotherDataKeyIsReplacedAndHasTheSameHash) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  const auto first = Import();
  ASSERT_TRUE(first.ok());
  const std::shared_ptr<const DataKey> before = data_key_;
  data_key_ = DataKey::Random();
  EXPECT_FALSE(OpensWith(fs::path(first->manifest).parent_path() / "snapshot.duckdb", *data_key_));
  const auto second = Import();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->sha256, second->sha256);
  EXPECT_EQ(Dump("turnover"), "100 ");
  const Snapshot snapshot = (*Catalogue::Open(Data()))->view()->datasets.at("firm");
  EXPECT_TRUE(CheckDataKey(snapshot, *data_key_).ok());
  EXPECT_THAT(std::string(CheckDataKey(snapshot, *before).message()), HasSubstr("another data key"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "data"), {}), 2) << "the lock and the dataset";
}

TEST_F(ImportTest, ASnapshotFromBeforeEncryptionIsToldFromOthers) {
  Snapshot snapshot;
  snapshot.entry.name = "firm";
  const absl::Status old = CheckDataKey(snapshot, *data_key_);
  EXPECT_EQ(old.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(old.message()), HasSubstr("hint: import firm again"));
}

TEST_F(ImportTest, ThereIsNoImportWithoutADataKey) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  data_key_ = nullptr;
  EXPECT_EQ(Import().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(Data()));
  for (const char* bytes : {"", "short", "0123456789abcdef0123456789abcdef+"})
    EXPECT_EQ(DataKey::FromBytes(bytes).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ImportTest, LeftoversOfACrashAreClearedAndNeverListed) {
  Write("data/.import-99999/snapshot.duckdb", "half a file");
  Write("data/.import-99999/entry.yaml", kEntry);
  EXPECT_TRUE((*Catalogue::Open(Data()))->view()->datasets.empty());
  WriteRows("1,a,h,N1,small,30,1,\n");
  ASSERT_TRUE(Import().ok());
  EXPECT_FALSE(fs::exists(root_ / "data/.import-99999"));
}

TEST_F(ImportTest, AChangedCopyOfTheEntryOrACodeListIsDataLoss) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok());
  const fs::path folder = fs::path(report->manifest).parent_path();
  std::ofstream(folder / "policies/codes/region.csv", std::ios::app) << "Q,,1,,\n";
  EXPECT_EQ(Catalogue::Open(Data()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ImportTest, ALinkToOneNeedsUniqueKeysWhicheverDatasetComesFirst) {
  constexpr char kLinks[] = "links:\n  holding: {key: [holding_id], to: holding, one: true}\n";
  constexpr char kHolding[] =
      "dataset: holding\ntitle: {nl: H, en: H}\nperiod: \"2016\"\nunit: holding\nsource: {file: "
      "holding.csv}\n"
      "bad_rows: refuse\ncontributor: [holding_id]\nvariables:\n  holding_id: {role: identifier}\n"
      "  kind: {role: dimension, values: [a, b]}\n";
  Write("policies/datasets/firm.yaml", std::string(kEntry) + kLinks);
  Write("policies/datasets/holding.yaml", kHolding);
  WriteRows("1,a,h,N1,small,30,1,\n");
  const std::string twice = "holding_id,kind\nh,a\nh,b\n", once = "holding_id,kind\nh,a\ng,b\n";
  for (const bool target_first : {true, false}) {
    fs::remove_all(root_ / "data");
    Write("policies/datasets/holding.csv", twice);
    ASSERT_TRUE(Import(target_first ? "holding" : "firm").ok());
    const auto refused = Import(target_first ? "firm" : "holding");
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition) << refused.status();
    Write("policies/datasets/holding.csv", once);
    EXPECT_TRUE(Import("holding").ok());
    EXPECT_TRUE(Import("firm").ok());
  }
}

TEST_F(ImportTest, AViewInUseStaysAsItWasWhenAnotherSnapshotIsAdded) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  ASSERT_TRUE(Import().ok());
  const auto catalogue = *Catalogue::Open(Data());
  const auto before = catalogue->view();
  WriteRows("1,a,h,N1,small,30,1,\n1,b,h,N1,small,30,1,\n");
  const auto report = Import();
  ASSERT_TRUE(catalogue->Add(report->manifest).ok());
  EXPECT_EQ(before->datasets.at("firm").rows, 1);
  EXPECT_EQ(catalogue->view()->datasets.at("firm").rows, 2);
}

TEST_F(ImportTest, ManyRowsArriveInOrderAndWhole) {
  std::mt19937 random(11);
  std::string rows;
  int64_t total = 0;
  for (int i = 0; i < 10000; ++i) {
    const int value = static_cast<int>(random() % 1000);
    total += value;
    absl::StrAppend(&rows, "1,f", i, ",h", i % 7, ",Z1,large,", i % 121, ",", value, ",\n");
  }
  WriteRows(rows);
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 10000);
  EXPECT_EQ(Dump("sum(turnover)::BIGINT"), absl::StrCat(total * 100, " "));
  EXPECT_EQ(Dump("count(DISTINCT holding_id)"), "7 ");
  EXPECT_TRUE((*Catalogue::Open(Data()))->view()->datasets.at("firm").unique.at("firm_id"));
}

}  // namespace
}  // namespace kluis
