// CASE: classes of codes as categories of the one axis of their variable.
#include <gmock/gmock.h>

#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

std::string Outcome(const Decision<AggregationPlan>& plan) {
  if (plan.allowed()) return Rows(plan.value());
  const Refusal& refusal = plan.refusal();
  return absl::StrCat(refusal.code, " ", refusal.line, ":", refusal.column, " ", refusal.hint);
}

std::string By(const std::string& dimension, const std::string& rest = "") {
  return Outcome(Plan("SELECT " + dimension + " AS c, COUNT(*) FROM persoon" + rest + " GROUP BY c"));
}

TEST(RecodeTest, RowsAreTheClassesInTheOrderOfTheirFirstCode) {
  const struct { const char* name; const char* dimension; const char* rows; } kCases[] = {
      {"codes and the rest",   "CASE WHEN buurt IN ('B2', 'B3') THEN 'x' ELSE 'y' END", "y x"},
      {"codes of any level",   "CASE WHEN buurt IN ('W1', 'G2') THEN 'x' ELSE 'y' END", "x y"},
      {"of one level",         "CASE WHEN LEVEL(buurt, 'wijk') = 'W2' THEN 'x' ELSE 'y' END", "y x"},
      {"a variable of a level", "CASE WHEN wijk = 'W2' THEN 'x' ELSE 'y' END", "y x"},
      {"without ELSE",         "CASE WHEN geslacht = 'M' THEN 'x' WHEN geslacht <> 'M' THEN 'y' END", "x y"},
      {"the first WHEN wins",  "CASE WHEN buurt = 'B1' THEN 'x' WHEN buurt = 'W1' THEN 'y' ELSE 'z' END", "x y z"},
      {"one class twice",      "CASE WHEN buurt = 'B1' THEN 'x' WHEN buurt = 'B2' THEN 'y' ELSE 'x' END", "x y"},
      {"OR and AND",           "CASE WHEN buurt = 'B1' OR buurt = 'B4' THEN 'x' WHEN leeftijd > 1 THEN 'y' ELSE 'z' END",
       "CASE_VARIABLES"},
      {"variable first",       "CASE geslacht WHEN 'M' THEN 'x' ELSE 'y' END", "x y"},
      {"thresholds",           "CASE WHEN leeftijd < 4 THEN 'x' WHEN leeftijd >= 4 AND leeftijd <= 7 THEN 'y' ELSE 'z' END", "x y z"},
      {"bands",                "CASE WHEN BAND(leeftijd, 3) IN ('2-5', '>=8') THEN 'x' ELSE 'y' END", "y x"},
      {"missing is in ELSE",   "CASE WHEN herkomst IN ('NL', 'EU', 'X') THEN 'x' ELSE 'y' END", "x y"},
      {"a class of no code",   "CASE WHEN geslacht IN ('M', 'V') THEN 'x' ELSE 'y' END", "x"},
  };
  for (const auto& c : kCases) EXPECT_THAT(By(c.dimension), ::testing::StartsWith(c.rows)) << c.name;
  EXPECT_EQ(By("CASE WHEN buurt = 'B2' THEN 'x' ELSE 'y' END", " WHERE gemeente = 'G2'"), "y");
}

TEST(RecodeTest, RefusalsNameThePlaceAndWhatToWrite) {
  const struct { const char* dimension; const char* outcome; } kCases[] = {
      {"CASE WHEN geslacht = 'M' THEN 'x' END",             "CASE_INCOMPLETE 1:18 add ELSE 'other'"},
      {"CASE WHEN buurt = 'B8' THEN 'x' ELSE 'y' END",      "UNKNOWN_CODE 1:26 did you mean B1?"},
      {"CASE WHEN wijk = 'B1' THEN 'x' ELSE 'y' END",       "UNKNOWN_CODE 1:25 it is part of 'W1' there"},
      {"CASE WHEN buurt > 3 THEN 'x' ELSE 'y' END",         "RANGE_OF_CODES 1:18 write variable IN ('a', 'b')"},
      {"CASE WHEN score > 3 THEN 'x' ELSE 'y' END",         "CONFIDENTIAL_THRESHOLD 1:18 group by score"},
      {"CASE WHEN score IN (0, 1) THEN 'x' ELSE 'y' END",   "CONFIDENTIAL_THRESHOLD 1:18 group by score"},
      {"CASE WHEN inkomen = 3 THEN 'x' ELSE 'y' END",       "NOT_A_DIMENSION 1:18 use SUM(inkomen) or AVG(inkomen)"},
      {"CASE WHEN LEVEL(buurt, 'wjk') = 'W1' THEN 'x' ELSE 'y' END", "UNKNOWN_LEVEL 1:24 did you mean wijk?"},
  };
  for (const auto& c : kCases) EXPECT_EQ(By(c.dimension), c.outcome) << c.dimension;
}

// A list of values is a threshold that is written out.
TEST(RecodeTest, AConfidentialRangeTakesBandsAndNoValues) {
  CatalogueView world = World();
  for (Variable& variable : world.datasets["persoon"].entry.variables) {
    if (variable.name == "score") variable.bands = Bands{2, 8, {3}};
  }
  const auto ask = [&](const std::string& where) { return Outcome(Plan("SELECT COUNT(*) FROM persoon WHERE " + where, world)); };
  EXPECT_EQ(ask("score IN (2, 3)"), "CONFIDENTIAL_THRESHOLD 1:36 write BAND(score, 3) IN ('2-5')");
  EXPECT_EQ(ask("score <> 2"), "CONFIDENTIAL_THRESHOLD 1:36 write BAND(score, 3) IN ('2-5')");
  EXPECT_EQ(ask("BAND(score, 3) IN ('2-5')"), "");
  EXPECT_EQ(Outcome(Plan("SELECT CASE WHEN BAND(score, 3) = '2-5' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM persoon GROUP BY c", world)),
            "y x");
}

TEST(RecodeTest, AGrantsScopeHoldsForTheCodesOfAWhen) {
  std::vector<Grant> grants = AllGrants();
  grants[0].where["gemeente"] = {"G1"};
  const auto ask = [&](const std::string& code) {
    return Outcome(Plan("SELECT CASE WHEN buurt = '" + code + "' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM persoon GROUP BY c", World(), grants));
  };
  EXPECT_EQ(ask("B1"), "x y");
  EXPECT_THAT(ask("B4"), ::testing::StartsWith("OUT_OF_SCOPE 1:26"));
}

TEST(RecodeTest, OtherUsesOfTheVariableAreOnTheSameAxisOrRefused) {
  const std::string recode = "CASE WHEN wijk IN ('W2', 'W3') THEN 'rand' ELSE 'kern' END";
  const Decision<AggregationPlan> plan =
      Plan("SELECT " + recode + " AS c, buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (c, buurt)");
  ASSERT_TRUE(plan.allowed()) << plan.refusal().message;
  EXPECT_EQ(Rows(plan.value()), "_T,_T kern,_T kern,B1 kern,B2 rand,_T rand,B3 rand,B4");
  EXPECT_EQ(plan.value().axes.size(), 1u);
  EXPECT_EQ(Outcome(Plan("SELECT " + recode + " AS c, gemeente, COUNT(*) FROM persoon GROUP BY c, gemeente")),
            "CASE_NOT_NESTED 1:18 make each class a union of its codes, or ask in two queries");
}

TEST(RecodeTest, ACellThatHasTwoNamesIsOneCell) {
  const AggregationPlan plan =
      Plan("SELECT CASE WHEN buurt IN ('B1', 'B2') THEN 'kern' WHEN buurt = 'B3' THEN 'west' ELSE 'oost' END AS c, wijk, COUNT(*) "
           "FROM persoon GROUP BY GROUPING SETS (c, wijk)").value();
  EXPECT_EQ(Rows(plan), "_T,W1 _T,W2 _T,W3 kern,_T west,_T oost,_T");
  EXPECT_EQ(plan.table.keys.size(), 3u);
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "W1 W2 W3");
}

TEST(RecodeTest, AClassThatFinerLevelsDoNotDivideKeepsItsPlaceAboveThem) {
  const std::string recode = "CASE WHEN wijk = 'W1' THEN 'kern' ELSE 'rand' END";
  EXPECT_EQ(RowsOf("SELECT " + recode + " AS c, wijk, buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (c, wijk, buurt)"),
            "_T,_T,_T kern,_T,_T kern,W1,_T kern,W1,B1 kern,W1,B2 rand,_T,_T rand,W2,_T rand,W2,B3 rand,W3,_T rand,W3,B4");
}

TEST(RecodeTest, AValueThatStopsAboveTheCodesHasAClassOnlyWhenAllBelowItHaveTheSame) {
  const AggregationPlan plan = Plan("SELECT CASE WHEN buurt = 'W1' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM persoon GROUP BY c").value();
  const CodeList areas = Areas();
  const auto category = [&](const char* code) { return plan.axes[0].level_maps[1].at(areas.Find(code) - plan.axes[0].stored_low); };
  EXPECT_EQ(category("W1"), category("B1"));
  EXPECT_EQ(category("G2"), category("B4"));
  EXPECT_EQ(category("G1"), -1);
}

// Costs and ties of a cell follow from its name, so the name must not be the researcher's to choose.
TEST(RecodeTest, ACellsNameFollowsFromItsCodesAlone) {
  const auto cells = [](const std::string& recode) {
    return Cells(Plan("SELECT " + recode + " AS c, COUNT(*) FROM persoon GROUP BY c").value(), CellUse::kDisplayed);
  };
  EXPECT_EQ(cells("CASE WHEN buurt IN ('B3', 'B1') THEN 'x' ELSE 'y' END"), "B1+W2 B2+G2");
  EXPECT_EQ(cells("CASE WHEN buurt IN ('B2', 'W3') THEN 'a' ELSE 'b' END"), "B1+W2 B2+G2");
  EXPECT_EQ(cells("CASE WHEN leeftijd < 2 THEN 'a' WHEN leeftijd < 6 THEN 'b' WHEN leeftijd <> 7 THEN 'c' ELSE 'd' END"),
            "2-6 6+8..9 7 <2");
}

TEST(RecodeTest, AClassWithASensitiveCodeIsSensitiveAndItsZeroIsNotPublic) {
  const AggregationPlan plan = Plan("SELECT CASE WHEN schuld = 'ja' THEN 'nee' ELSE 'ja' END AS c, COUNT(*) FROM persoon GROUP BY c").value();
  EXPECT_EQ(Rows(plan), "nee ja");
  const std::vector<Category>& categories = plan.table.axes[0].categories;
  ASSERT_EQ(categories.size(), 3u);
  EXPECT_TRUE(categories[1].sensitive && !categories[1].zero_public);
  EXPECT_TRUE(!categories[2].sensitive && categories[2].zero_public);
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "_T") << "the identifying total";
}

TEST(RecodeTest, TheWhereOfItsVariableKeepsItsComplement) {
  const AggregationPlan plan =
      Plan("SELECT CASE WHEN herkomst = 'NL' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM persoon WHERE herkomst <> 'X' GROUP BY ROLLUP (c)").value();
  EXPECT_EQ(Rows(plan), "_T x y");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "EU+X+_U NL in");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "_T out");
}

// "<2" stands for itself at every narrower width that does not divide it.
TEST(BandsTest, ABandThatIsNotDividedKeepsItsNameBesideSingleValues) {
  EXPECT_EQ(RowsOf("SELECT BAND(leeftijd, 4) AS a, BAND(leeftijd, 2) AS b, leeftijd, COUNT(*) FROM persoon "
                   "WHERE leeftijd < 3 GROUP BY a, b, leeftijd"),
            "<2,<2,0 <2,<2,1 2-6,2-4,2");
}

TEST(RecodeWordsTest, NameTheClasses) {
  const AggregationPlan plan = Plan("SELECT CASE WHEN wijk = 'W1' THEN 'kern' ELSE 'rand' END AS c, COUNT(*) FROM persoon GROUP BY c").value();
  EXPECT_THAT(plan.words, ::testing::HasSubstr("one for each class of wijk (kern, rand): 2"));
  EXPECT_THAT(plan.words, ::testing::HasSubstr("instead of class of wijk (kern, rand): leave it out"));
}

}  // namespace
}  // namespace kluis
