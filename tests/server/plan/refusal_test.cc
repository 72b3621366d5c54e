// What the catalogue does not allow, with the place in the text.
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

TEST(PlanRefusalTest, NamesWhatIsWrongAtItsPlace) {
  const struct { const char* sql; const char* outcome; } kCases[] = {
      {"SELECT inkomen, COUNT(*) FROM persoon GROUP BY inkomen",                     "NOT_A_DIMENSION 1:48"},
      {"SELECT COUNT(*) FROM persoon WHERE inkomen = 1",                             "NOT_A_DIMENSION 1:36"},
      {"SELECT SUM(buurt) FROM persoon",                                             "NOT_A_MEASURE 1:12"},
      {"SELECT COUNT(DISTINCT buurt) FROM persoon",                                  "NOT_A_CONTRIBUTOR 1:23"},
      {"SELECT LEVEL(buurt, 'wyk'), COUNT(*) FROM persoon GROUP BY 1",               "UNKNOWN_LEVEL 1:14"},
      {"SELECT LEVEL(geslacht, 'x'), COUNT(*) FROM persoon GROUP BY 1",              "UNKNOWN_LEVEL 1:14"},
      {"SELECT BAND(geslacht, 5), COUNT(*) FROM persoon GROUP BY 1",                 "NO_BANDS 1:13"},
      {"SELECT BAND(leeftijd, 5), COUNT(*) FROM persoon GROUP BY 1",                 "BAND_WIDTH 1:13"},
      {"SELECT BAND(inkomen, 5), COUNT(*) FROM persoon GROUP BY 1",                  "NOT_AVAILABLE_YET 1:13"},
      {"SELECT BAND(leeftijd, 2) AS a, BAND(leeftijd, 3) AS b, COUNT(*) FROM persoon GROUP BY 1, 2", "BANDS_NOT_NESTED 1:37"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt = 'B9'",                            "UNKNOWN_CODE 1:44"},
      {"SELECT COUNT(*) FROM persoon WHERE wijk = 'B1'",                             "UNKNOWN_CODE 1:43"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt = '_T'",                            "UNKNOWN_CODE 1:44"},
      {"SELECT COUNT(*) FROM persoon WHERE geslacht = '_U'",                         "UNKNOWN_CODE 1:47"},
      {"SELECT COUNT(*) FROM persoon WHERE leeftijd = 99",                           "UNKNOWN_CODE 1:47"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt > 3",                               "RANGE_OF_CODES 1:36"},
      {"SELECT COUNT(*) FROM persoon WHERE score > 3",                               "CONFIDENTIAL_THRESHOLD 1:36"},
      {"SELECT COUNT(*) FROM persoon WHERE geslacht = 'M' AND geslacht = 'V'",       "NOTHING_SELECTED 1:55"},
      {"SELECT COUNT(*) FROM persoon WHERE leeftijd > 50",                           "NOTHING_SELECTED 1:36"},
      {"SELECT SUM(vermogen) FROM persoon JOIN huishouden USING (hhs, hh)",          "STATISTIC_OF_JOINED 1:12"},
      {"SELECT COUNT(*) FROM persoon JOIN huishouden USING (hh)",                    "JOIN_KEY 1:35"},
      {"SELECT COUNT(*) FROM persoon p JOIN huishouden h ON p.hhs = h.hh AND p.hh = h.hhs", "JOIN_KEY 1:37"},
      {"SELECT COUNT(*) FROM huishouden JOIN persoon USING (hhs, hh)",               "JOIN_REPEATS_ROWS 1:38"},
      {"SELECT COUNT(*) FROM persoon JOIN vordering USING (hh)",                     "JOIN_REPEATS_ROWS 1:35"},
      {"SELECT COUNT(*) FROM huishouden JOIN vordering USING (hh)",                  "NO_LINK 1:38"},
  };
  for (const auto& c : kCases) {
    const Decision<AggregationPlan> plan = Plan(c.sql);
    ASSERT_FALSE(plan.allowed()) << c.sql;
    const Refusal& refusal = plan.refusal();
    EXPECT_EQ(absl::StrCat(refusal.code, " ", refusal.line, ":", refusal.column), c.outcome) << c.sql;
    EXPECT_EQ(refusal.kind, RefusalKind::kUsage) << c.sql;
    EXPECT_FALSE(refusal.hint.empty()) << c.sql;
  }
}

TEST(PlanRefusalTest, HintsAreWhatWouldWork) {
  EXPECT_EQ(Plan("SELECT LEVEL(buurt, 'wjk'), COUNT(*) FROM persoon GROUP BY 1").refusal().hint, "did you mean wijk?");
  EXPECT_EQ(Plan("SELECT COUNT(*) FROM persoon JOIN huishouden USING (hh)").refusal().hint,
            "write ON persoon.hh = huishouden.hh AND persoon.hhs = huishouden.hhs");
  EXPECT_EQ(Plan("SELECT SUM(vermogen) FROM persoon JOIN huishouden USING (hhs, hh)").refusal().hint, "put huishouden first in FROM");
}

TEST(PlanRefusalTest, TheLimitCountsRowsTimesStatistics) {
  const std::string sql = "SELECT buurt, COUNT(*), SUM(inkomen) FROM persoon GROUP BY buurt";
  RuleSet rules;
  rules.cells_per_query = 8;
  EXPECT_TRUE(Plan(sql, World(), AllGrants(), rules).allowed());
  rules.cells_per_query = 7;
  const Decision<AggregationPlan> plan = Plan(sql, World(), AllGrants(), rules);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.refusal().code, "TOO_MANY_CELLS");
  EXPECT_EQ(plan.refusal().kind, RefusalKind::kPolicy);
}

TEST(PlanRefusalTest, AHugeTableIsRefusedWithoutBeingBuilt) {
  CatalogueView world = World();
  std::vector<Grant> grants = AllGrants();
  std::string names;
  for (int d = 0; d < 8; ++d) {
    std::vector<std::string> codes;
    for (int c = 0; c < 200; ++c) codes.push_back(absl::StrCat("c", c));
    const std::string name = absl::StrCat("d", d);
    world.datasets["persoon"].entry.variables.push_back(Values(name, codes, VariableKind::kIdentifying));
    grants[0].variables.push_back(name);
    absl::StrAppend(&names, name, ", ");
  }
  names.resize(names.size() - 2);
  const Decision<AggregationPlan> plan = Plan("SELECT " + names + ", COUNT(*) FROM persoon GROUP BY CUBE (" + names + ")", world, grants);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.refusal().code, "TOO_MANY_CELLS");
}

}  // namespace
}  // namespace kluis
