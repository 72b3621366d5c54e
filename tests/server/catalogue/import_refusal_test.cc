// What an import refuses or drops, and that a refusal leaves nothing behind and names no value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <iterator>

#include "tests/server/catalogue/import_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST_F(ImportTest, AFileThatBreaksOffIsNotKept) {
  std::string rows;
  for (int row = 0; row < 20'000; ++row)
    absl::StrAppend(&rows, row, ",f", row, ",,N2,small,1,1,\n");
  threads_ = 3;
  WriteRows(rows + "1,a,,N2,small,1,1,\"" + std::string(2 << 20, 'x'));
  EXPECT_THAT(Refusal(), HasSubstr("record of more than 1 MiB"));
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

// A code below the levels counts as the one above it, which must be a part of its own.
TEST_F(ImportTest, ACodeThatCountsAsADividedOneIsRefused) {
  Write("policies/codes/region.csv", absl::StrCat(kRegions, "N9,N,3,Vier,Four\nN11,N1,3,Vijf,Five\n"));
  WriteRows("1,a,h,N9,small,30,1,\n");
  EXPECT_THAT(Refusal(), HasSubstr("firm.csv:2: region: above the deepest level"));
  WriteRows("1,a,h,N11,small,30,1,\n");
  EXPECT_TRUE(Import().ok());
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

// No file may grow beyond what the disk is said to have left.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_ = {};
};

TEST_F(ImportTest, AFullDiskLeavesNothingBehindAndNoDescriptorOpen) {
  std::string rows;
  for (int row = 0; row < 400'000; ++row)
    absl::StrAppend(&rows, row * 7919LL % 1'000'003, ",f", row, ",h", row, ",N2,small,1,", row,
                    ",\n");
  WriteRows(rows);
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), {});
  };
  threads_ = 2;
  const auto before = descriptors();
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{8192}, rlim_t{1} << 19, rlim_t{1} << 21}) {
    const FullDisk disk(bytes);
    EXPECT_THAT(Refusal(), Not(HasSubstr("7919"))) << bytes;
    EXPECT_EQ(descriptors(), before) << bytes;
  }
  EXPECT_TRUE(Import().ok());
}

}  // namespace
}  // namespace kluis
