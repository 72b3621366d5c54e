// What --explain says of a plan, in the small world.
#include <gmock/gmock.h>

#include "server/plan/coarser.h"
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

CatalogueView TitledWorld() {
  CatalogueView world = World();
  DatasetEntry& entry = world.datasets["persoon"].entry;
  entry.title_nl = "Personen", entry.title_en = "Persons", entry.period = "2016";
  for (Variable& variable : entry.variables) {
    if (variable.name == "inkomen") variable.unit = "EUR";
  }
  return world;
}

TEST(PlanWordsTest, SayPopulationRowsStatisticsAndCoarserForms) {
  const struct { const char* name; const char* sql; const char* words; } kCases[] = {
      {"one number", "SELECT COUNT(*) FROM persoon",
       "population: Persons (persoon) of 2016\n"
       "rows:       the total: 1\n"
       "statistics: count, the number of rows\n"},
      {"a roll-up with conditions",
       "SELECT wijk, buurt, COUNT(*) AS n FROM persoon WHERE gemeente = 'G1' AND schuld <> 'nee' GROUP BY ROLLUP (wijk, buurt)",
       "population: Persons (persoon) of 2016; where gemeente is G1 and schuld is not nee\n"
       "rows:       one for each wijk and buurt; one for each wijk; the total: 6\n"
       "statistics: n, the number of rows\n"
       "coarser:    instead of wijk: gemeente, or leave it out; instead of buurt: gemeente, or leave it out\n"},
      {"bands, sums and an order",
       "SELECT BAND(leeftijd, 2) AS l, SUM(inkomen), AVG(inkomen) AS m FROM persoon WHERE leeftijd BETWEEN 2 AND 7 "
       "AND herkomst IN ('NL', 'EU') GROUP BY l ORDER BY sum DESC LIMIT 2",
       "population: Persons (persoon) of 2016; where leeftijd is from 2 to 7 and herkomst is one of NL, EU\n"
       "rows:       one for each BAND(leeftijd, 2): 3, by sum descending, the first 2 shown\n"
       "statistics: sum, the sum of inkomen in EUR; m, the mean of inkomen in EUR\n"
       "coarser:    instead of BAND(leeftijd, 2): BAND(leeftijd, 3), BAND(leeftijd, 4), or leave it out\n"},
      {"a ratio of classes",
       "SELECT CASE WHEN wijk = 'W1' THEN 'kern' ELSE 'rand' END AS c, RATIO(SUM(inkomen), SUM(inkomen)) AS r FROM persoon GROUP BY c",
       "population: Persons (persoon) of 2016\n"
       "rows:       one for each class of wijk (kern, rand): 2\n"
       "statistics: r, the sum of inkomen divided by the sum of inkomen\n"
       "coarser:    instead of class of wijk (kern, rand): leave it out\n"},
      {"a share and what meets a condition",
       "SELECT geslacht, SHARE(schuld = 'ja' AND leeftijd >= 6) AS s, AVG(inkomen) FILTER (WHERE herkomst IN ('NL', 'EU')) FROM persoon "
       "GROUP BY geslacht ORDER BY s",
       "population: Persons (persoon) of 2016\n"
       "rows:       one for each geslacht: 2, by s\n"
       "statistics: s, the share of rows where schuld is ja and leeftijd is at least 6; avg, the mean of inkomen in EUR, "
       "only where herkomst is one of NL, EU\n"
       "coarser:    instead of geslacht: leave it out\n"},
      {"values of a unit with several rows",
       "SELECT jaar, AVG(omzet) AS m, RATIO(SUM(banen), SUM(omzet)) AS r FROM vestiging GROUP BY jaar",
       "population: vestiging of 2016\n"
       "rows:       one for each jaar: 2\n"
       "statistics: m, the mean of omzet in 1 000 EUR, once for each bedrijf_jaar that has a row there; r, the sum of banen "
       "divided by the sum of omzet, omzet once for each bedrijf_jaar that has a row there\n"
       "coarser:    instead of jaar: leave it out\n"},
      {"percentiles",
       "SELECT MEDIAN(inkomen), PERCENTILE(inkomen, 90) AS p90 FROM persoon",
       "population: Persons (persoon) of 2016\n"
       "rows:       the total: 1\n"
       "statistics: median, the median of inkomen in EUR; p90, what 90 per cent of the values of inkomen in EUR are below\n"},
      {"spread",
       "SELECT STDDEV(inkomen), VARIANCE(inkomen) FROM persoon",
       "population: Persons (persoon) of 2016\n"
       "rows:       the total: 1\n"
       "statistics: stddev, the sample standard deviation of inkomen in EUR; variance, the sample variance of inkomen in EUR "
       "squared\n"},
      {"inequality",
       "SELECT GINI(inkomen) FROM persoon",
       "population: Persons (persoon) of 2016\n"
       "rows:       the total: 1\n"
       "statistics: gini, the Gini coefficient of inkomen\n"},
      {"all levels and a join",
       "SELECT buurt, type, COUNT(DISTINCT hh) AS h FROM persoon LEFT JOIN huishouden USING (hhs, hh) "
       "GROUP BY GROUPING SETS (buurt, type)",
       "population: Persons (persoon) of 2016, with their huishouden where there is one\n"
       "rows:       one for each buurt of every level and in total; one for each type: 13\n"
       "statistics: h, the number of different hh\n"
       "coarser:    instead of buurt: wijk, gemeente, or leave it out; instead of type: leave it out\n"},
  };
  for (const auto& c : kCases) {
    const Decision<AggregationPlan> plan = Plan(c.sql, TitledWorld());
    ASSERT_TRUE(plan.allowed()) << c.name << plan.refusal().message;
    EXPECT_EQ(plan.value().words, c.words) << c.name;
  }
}

TEST(PlanWordsTest, OnlyFormsOfTheSameGrantAreNamedAndTheScopeIsTold) {
  const std::vector<Grant> grants = {{"persoon", {"buurt"}, {{"gemeente", {"G1"}}}},
                                     {"persoon", {"wijk", "geslacht"}, {}}};
  const std::string fine = Plan("SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt", World(), grants).value().words;
  EXPECT_THAT(fine, HasSubstr("population: persoon; only gemeente G1 (project p)\n"));
  EXPECT_THAT(fine, HasSubstr("instead of buurt: LEVEL(buurt, 'wijk'), LEVEL(buurt, 'gemeente'), or leave it out"));
  const std::string wijk = Plan("SELECT wijk, COUNT(*) FROM persoon GROUP BY wijk", World(), grants).value().words;
  EXPECT_THAT(wijk, HasSubstr("instead of wijk: leave it out")) << "buurt is of another grant";
}

TEST(PlanWordsTest, TheyDependOnNoParameterOfARuleAndOnNoSnapshot) {
  const std::string sql = "SELECT wijk, SUM(inkomen) FROM persoon GROUP BY wijk";
  const AggregationPlan plan = Plan(sql).value();
  RuleSet strict;
  strict.dominance = {{.n = 7, .share_ppm = 500'000}};
  CatalogueView world = World();
  world.datasets["persoon"].sha256 = "cc";
  const AggregationPlan other = Plan(sql, world, AllGrants(), strict).value();
  EXPECT_NE(plan.canonical, other.canonical);
  EXPECT_EQ(plan.words, other.words);
  for (const char* internal : {"sha", "axis", "contributor", "largest"})
    EXPECT_THAT(plan.words, Not(HasSubstr(internal)));
}

TEST(PlanWordsTest, LongListsAreCut) {
  std::string sql = "SELECT leeftijd, COUNT(*) FROM persoon WHERE leeftijd IN ('0'";
  for (int i = 1; i < 10; ++i) sql += ", '" + std::to_string(i) + "'";
  const AggregationPlan plan = Plan(sql + ") GROUP BY leeftijd").value();
  EXPECT_THAT(plan.words, HasSubstr("leeftijd is one of 0, 1, 2, 3, 4, 5, 6, 7, … (10)\n"));
}

}  // namespace
}  // namespace kluis
