// What an import keeps, and what it finds out about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/pseudonym.h"
#include "tests/server/catalogue/import_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

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

// Ten batches and more, with rows that are dropped, quotes across lines and values that are
// missing.
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
  // "": the contributor that a row is judged on.
  EXPECT_TRUE(snapshot.IsNested("firm_id", "holding_id") && snapshot.IsNested("firm_id", ""));
  EXPECT_FALSE(snapshot.IsNested("holding_id", "firm_id"));
  EXPECT_TRUE(snapshot.IsNested("holding_id", ""));
  EXPECT_TRUE(snapshot.IsNested("holding_id", "holding_id"));
  WriteRows("1,a,h,N1,small,30,1,\n1,b,h,N1,large,30,1,\n1,b,,N2,large,31,1,\n");
  ASSERT_TRUE(Import().ok());
  const auto later = (*Catalogue::Open(Data()))->view();
  EXPECT_FALSE(later->datasets.at("firm").IsNested("firm_id", "holding_id")) << "in one of its rows only";
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
