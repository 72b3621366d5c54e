#include "server/local/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/local/html.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReportCell Cell(const std::string& code, const std::string& value, CellFinding finding) {
  return {.table = 0,
          .statistic = "n",
          .codes = {{"sbi", code}, {"gemeente", "_T"}},
          .value = value,
          .contributors = 3,
          .finding = std::move(finding)};
}

Report Small() {
  Report report;
  report.cells.push_back(Cell("A", "12013.0", {}));
  report.cells.push_back(Cell("B", "5.0",
                              {.status = CellStatus::kPrimary,
                               .rule = "frequency",
                               .required = AuditInterval{4, 6},
                               .interval = AuditInterval{0, kInfinity}}));
  report.cells.push_back(Cell("C", "7.0",
                              {.status = CellStatus::kSecondary,
                               .rule = "",
                               .required = {},
                               .interval = AuditInterval{0, 12.5}}));
  report.total.cells = 4;
  report.total.empty = 1;
  report.total.primary = report.total.secondary = 1;
  report.total.primary_by_rule["frequency"] = 1;
  report.total.seconds = {{"import", 0.25}, {"audit", 1}};
  report.total.audit = "all";
  report.total.violations = 0;
  return report;
}

TEST(ReportTest, JsonIsAsDocumented) {
  EXPECT_EQ(
      ReportJson(Small()),
      "{\"cells\":[\n"
      R"({"table":0,"statistic":"n","codes":{"sbi":"A","gemeente":"_T"},"value":12013.0,"contributors":3,)"
      R"("status":"ok","rule":null,"required":null,"interval":null},)"
      "\n"
      R"({"table":0,"statistic":"n","codes":{"sbi":"B","gemeente":"_T"},"value":5.0,"contributors":3,)"
      R"("status":"primary","rule":"frequency","required":[4.0,6.0],"interval":[0.0,null]},)"
      "\n"
      R"({"table":0,"statistic":"n","codes":{"sbi":"C","gemeente":"_T"},"value":7.0,"contributors":3,)"
      R"("status":"secondary","rule":null,"required":null,"interval":[0.0,12.5]})"
      "\n"
      "],\n"
      R"("total":{"cells":4,"empty":1,"primary":1,"secondary":1,"primary_by_rule":{"frequency":1},)"
      R"("secondary_value":0.0,"seconds":{"import":0.25,"audit":1.0},"peak_mb":null,"audit":"all",)"
      R"("violations":0,"insider_violations":null,"cut_short":false}})"
      "\n");
}

TEST(ReportTest, InsidersAreNamedWithWhatTheyNarrow) {
  Report report = Small();
  report.insiders.push_back({.statistic = "n",
                             .table = 0,
                             .victim_table = 1,
                             .codes = {{"sbi", "B"}, {"gemeente", "_T"}},
                             .victim_codes = {{"sbi", "<C>"}, {"grootte", "_T"}}});
  EXPECT_THAT(
      ReportJson(report),
      HasSubstr("],\n\"insiders\":[\n"
                R"({"statistic":"n","insider":{"table":0,"codes":{"sbi":"B","gemeente":"_T"}},)"
                R"("narrows":{"table":1,"codes":{"sbi":"<C>","grootte":"_T"}}})"
                "\n],\n\"total\":"));
  const auto page = ReportPage(ReportJson(report), "", "Test");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(*page, HasSubstr("<h2>Insiders</h2>"));
  EXPECT_THAT(*page, HasSubstr("table 2: sbi &lt;C&gt;, grootte _T"));
  EXPECT_THAT(*ReportPage(ReportJson(Small()), "", "Test"), Not(HasSubstr("Insiders")));
}

// Whoever cannot see colours, or has no mouse, reads the same page.
TEST(ReportTest, ThePageIsReadByProgramsToo) {
  const auto page = ReportPage(ReportJson(Small()), "", "Test");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(*page, HasSubstr("<caption>table 1, n by sbi, gemeente: 3 cells, 1 primary, "
                               "1 secondary</caption>"));
  EXPECT_THAT(*page, HasSubstr("<th class=\"row\" scope=\"row\">B</th>"));
  EXPECT_THAT(*page, HasSubstr("scope=\"col\">_T</th>"));
  EXPECT_THAT(*page, HasSubstr("tabindex=\"0\" role=\"region\" aria-label=\"table 1, n by "));
  EXPECT_THAT(*page, Not(HasSubstr("<th></th>")));
  for (const char* elsewhere : {"http", "src=", "href=", "@import", "url("})
    EXPECT_THAT(*page, Not(HasSubstr(elsewhere)));
}

TEST(ReportTest, ThePageShowsNoValueOfAHiddenCell) {
  const auto page = ReportPage(ReportJson(Small()), "", "Test");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(*page, HasSubstr("<td>12,013</td>"));
  EXPECT_THAT(*page, HasSubstr(">P</td>"));
  EXPECT_THAT(*page, Not(HasSubstr("<td>5</td>")));
  EXPECT_THAT(*page, HasSubstr("0 … ∞"));
}

TEST(ReportTest, ThePageMarksWhatIsNotProtected) {
  Report report = Small();
  report.cells[1].finding.interval = AuditInterval{4.5, 5.5};
  const auto page = ReportPage(ReportJson(report), "", "Test");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(*page, HasSubstr("<td class=\"X\""));
}

TEST(ReportTest, EmptyCellsComeFromTheCsv) {
  const std::string csv =
      "sbi,gemeente,n,n_status\r\nA,_T,12013.0,ok\r\nB,_T,.,primary\r\nC,_T,.,secondary\r\n\"D,1\","
      "_T,0.0,ok\r\n";
  const auto page = ReportPage(ReportJson(Small()), csv, "Test");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(*page, HasSubstr("<th class=\"row\" scope=\"row\">D,1</th><td class=\"E\">–</td>"));
  EXPECT_FALSE(ReportPage(ReportJson(Small()), "a,b\r\n1,2\r\n", "Test").ok());
  EXPECT_FALSE(ReportPage(ReportJson(Small()), "a,\"b\r\n1,2\r\n", "Test").ok());
}

}  // namespace
}  // namespace kluis
