// SHARE and FILTER: which cells stand in the table for them, and who is taken to see them.
#include <gmock/gmock.h>

#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

AggregationPlan PlanOf(const std::string& sql) { return Plan(sql).value(); }

TEST(PartsTest, AShareShowsThoseWhoMeetItTheOthersAndAll) {
  const AggregationPlan plan = PlanOf("SELECT geslacht, SHARE(leeftijd < 4) FROM persoon GROUP BY geslacht");
  EXPECT_EQ(Rows(plan), "M V");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "M/0..3 M/4..9 M/_T V/0..3 V/4..9 V/_T");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "");
}

// The totals are no secret to who is shown both halves, and the relations of the table say so.
TEST(PartsTest, AFilterAloneShowsItsOwnCellsOnly) {
  const AggregationPlan plan = PlanOf("SELECT COUNT(*) FILTER (WHERE geslacht = 'V') FROM persoon");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "V");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "M _T");
  const AggregationPlan both = PlanOf("SELECT COUNT(*) FILTER (WHERE geslacht = 'V') AS v, COUNT(*) FILTER (WHERE geslacht = 'M') AS m FROM persoon");
  EXPECT_EQ(Cells(both, CellUse::kDisplayed), "M V");
  EXPECT_EQ(Cells(both, CellUse::kHidden), "_T");
}

TEST(PartsTest, BesideTheRowTheRestIsShown) {
  const AggregationPlan plan = PlanOf("SELECT COUNT(*), SUM(inkomen) FILTER (WHERE geslacht = 'V') FROM persoon");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "M V _T");
}

TEST(PartsTest, TheCellOfACodeIsThatOfGroupBy) {
  const std::string filter = ", COUNT(*) FILTER (WHERE schuld = 'ja') AS s FROM persoon";
  const std::string grouped = Cells(PlanOf("SELECT schuld, COUNT(*) FROM persoon GROUP BY ROLLUP (schuld)"), CellUse::kDisplayed);
  EXPECT_EQ(Cells(PlanOf("SELECT COUNT(*)" + filter), CellUse::kDisplayed), grouped);
  EXPECT_EQ(Cells(PlanOf("SELECT schuld, COUNT(*)" + filter + " GROUP BY ROLLUP (schuld)"), CellUse::kDisplayed), grouped);
}

std::vector<std::string> SortedRows(const AggregationPlan& plan) {
  std::vector<std::string> rows;
  for (const ReleaseRow& row : plan.table.shape.rows) rows.push_back(absl::StrJoin(row.codes, ","));
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(PartsTest, RowsAreThoseWithoutThem) {
  const struct { const char* columns; const char* rest; } kCases[] = {
      {"buurt", "FROM persoon GROUP BY ROLLUP (buurt)"},
      {"wijk, buurt", "FROM persoon GROUP BY ROLLUP (wijk, buurt)"},
      {"buurt, geslacht", "FROM persoon WHERE wijk <> 'W2' GROUP BY CUBE (buurt, geslacht)"},
      {"BAND(leeftijd, 2) AS a, BAND(leeftijd, 4) AS b", "FROM persoon GROUP BY a, b"},
      {"herkomst", "FROM persoon WHERE herkomst <> '_U' GROUP BY ROLLUP (herkomst)"},
  };
  for (const auto& c : kCases) {
    const std::string select = absl::StrCat("SELECT ", c.columns, ", COUNT(*)");
    const std::vector<std::string> rows = SortedRows(PlanOf(absl::StrCat(select, " ", c.rest)));
    for (const char* condition : {"buurt IN ('B1', 'B3')", "gemeente = 'G1'", "leeftijd > 4", "herkomst = 'EU'", "schuld = 'ja' AND wijk = 'W1'"})
      EXPECT_EQ(SortedRows(PlanOf(absl::StrCat(select, ", SHARE(", condition, ") AS s ", c.rest))), rows) << condition;
  }
  EXPECT_EQ(Plan("SELECT BAND(leeftijd, 2) AS a, BAND(leeftijd, 3) AS b, SHARE(leeftijd < 3) FROM persoon GROUP BY a, b").refusal().code,
            "BANDS_NOT_NESTED");
}

// A class with a sensitive code is sensitive, and so is the axis of who has no partner.
TEST(PartsTest, AreAsSecretAsTheirVariable) {
  const AggregationPlan plan = PlanOf("SELECT SHARE(schuld = 'nee') FROM persoon");
  ASSERT_EQ(plan.table.axes.size(), 1u);
  EXPECT_EQ(plan.table.axes[0].kind, VariableKind::kConfidential);
  const std::vector<Category>& categories = plan.table.axes[0].categories;
  ASSERT_EQ(categories.size(), 3u);
  EXPECT_TRUE(categories[1].code == "ja" && categories[1].sensitive && !categories[1].zero_public);
  EXPECT_TRUE(categories[2].code == "nee" && !categories[2].sensitive && categories[2].zero_public);
}

TEST(PartsTest, OnDifferentVariablesAreCrossedWithTheRowsOnly) {
  const AggregationPlan plan = PlanOf("SELECT geslacht, SHARE(leeftijd < 4) AS a, SHARE(buurt = 'W1') AS b FROM persoon GROUP BY geslacht");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "M/W1/_T M/W2+G2/_T M/_T/0..3 M/_T/4..9 M/_T/_T "
                                              "V/W1/_T V/W2+G2/_T V/_T/0..3 V/_T/4..9 V/_T/_T");
}

TEST(PartsTest, ScopeAndWhereNarrowThem) {
  std::vector<Grant> grants = AllGrants();
  grants[0].where["gemeente"] = {"G1"};
  const Decision<AggregationPlan> plan = Plan("SELECT SHARE(wijk = 'W1') FROM persoon", World(), grants);
  ASSERT_TRUE(plan.allowed()) << plan.refusal().message;
  EXPECT_EQ(Cells(plan.value(), CellUse::kDisplayed), "W1 W2+G2 _T");
  const Refusal outside = Plan("SELECT COUNT(*) FILTER (WHERE wijk = 'W3') FROM persoon", World(), grants).refusal();
  EXPECT_EQ(outside.code, "OUT_OF_SCOPE");
  EXPECT_EQ(outside.column, 38);
}

TEST(PartsTest, TheHashOfAPlanCoversThem) {
  const std::string all = PlanOf("SELECT COUNT(*) FROM persoon").sha256;
  const std::string women = PlanOf("SELECT COUNT(*) FILTER (WHERE geslacht = 'V') FROM persoon").sha256;
  const std::string men = PlanOf("SELECT COUNT(*) FILTER (WHERE geslacht = 'M') FROM persoon").sha256;
  EXPECT_TRUE(all != women && women != men && all != men);
  EXPECT_EQ(women, PlanOf("SELECT COUNT(*) FILTER (WHERE 'V' = geslacht) FROM persoon").sha256);
}

}  // namespace
}  // namespace kluis
