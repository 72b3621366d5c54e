// The generated data, added up, against the published figures.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/server/demo/generated.h"

namespace kluis::demo {
namespace {

const Table& Persons() {
  static const Table* table = new Table(FullSize() + "/persoon.csv");
  return *table;
}

const Table& Households() {
  static const Table* table = new Table(FullSize() + "/huishouden.csv");
  return *table;
}

const Table& Districts() {
  static const Table* table = new Table(DemoPolicies() + "/figures/wijken_parkstad_2022.csv");
  return *table;
}

int GroupOf(double age) { return age < 15 ? 0 : age < 25 ? 1 : age < 45 ? 2 : age < 65 ? 3 : 4; }

// Persons per district, by age group.
std::map<std::string, std::vector<int>> AgesByDistrict() {
  const auto parents = Parents();
  std::map<std::string, std::vector<int>> ages;
  for (size_t i = 0; i < Persons().rows(); ++i) {
    auto& groups = ages[parents.at(Persons().At(i, "buurt"))];
    groups.resize(5);
    ++groups[GroupOf(Persons().Number(i, "leeftijd"))];
  }
  return ages;
}

TEST(FiguresTest, EveryMunicipalityHasItsPublishedPopulationExactly) {
  const auto parents = Parents();
  std::map<std::string, int> persons;
  for (size_t i = 0; i < Persons().rows(); ++i) {
    ++persons[parents.at(parents.at(Persons().At(i, "buurt")))];
  }
  const Table published(DemoPolicies() + "/figures/gemeenten_parkstad_2022.csv");
  ASSERT_EQ(published.rows(), 7u);
  for (size_t i = 0; i < published.rows(); ++i) {
    EXPECT_EQ(persons[published.At(i, "code")], published.Number(i, "population"))
        << published.At(i, "name");
  }
  EXPECT_EQ(Persons().rows(), 255639u);
}

// The figure is rounded to 5; the reconciliation moves at most a few persons per district.
TEST(FiguresTest, EveryDistrictHasItsPublishedPopulationWithinRounding) {
  const auto ages = AgesByDistrict();
  ASSERT_EQ(Districts().rows(), 49u);
  for (size_t i = 0; i < Districts().rows(); ++i) {
    int persons = 0;
    for (const int group : ages.at(Districts().At(i, "code"))) persons += group;
    EXPECT_NEAR(persons, Districts().Number(i, "population"), 5) << Districts().At(i, "name");
  }
}

// Published shares are rounded to whole per cents and sum to 98 to 102.
TEST(FiguresTest, EveryDistrictHasItsPublishedAgeSharesWithinRounding) {
  const auto ages = AgesByDistrict();
  const char* const columns[] = {"pop_0_14", "pop_15_24", "pop_25_44", "pop_45_64", "pop_65plus"};
  for (size_t i = 0; i < Districts().rows(); ++i) {
    double sum = 0, total = 0;
    for (const char* column : columns) sum += Districts().Number(i, column);
    const std::vector<int>& groups = ages.at(Districts().At(i, "code"));
    for (const int group : groups) total += group;
    for (int g = 0; g < 5; ++g) {
      EXPECT_NEAR(100 * groups[g] / total, Districts().Number(i, columns[g]) * 100 / sum,
                  0.5 + 100 / total)
          << Districts().At(i, "name") << " " << columns[g];
    }
  }
}

// Sampling noise of the dry run was 4.9 points; ranks instead of draws leave the household's size.
TEST(FiguresTest, IncomeSharesOfDistrictsAreThePublishedOnesWithinOnePoint) {
  const auto parents = Parents();
  std::map<std::string, double> income;
  for (size_t i = 0; i < Households().rows(); ++i) {
    income[Households().At(i, "huishouden_id")] = Households().Number(i, "inkomen");
  }
  std::map<std::string, std::vector<double>> of_district;
  for (size_t i = 0; i < Persons().rows(); ++i) {
    const double value = income.at(Persons().At(i, "huishouden_id"));
    if (value < 9999999999.0) of_district[parents.at(Persons().At(i, "buurt"))].push_back(value);
  }
  int compared = 0;
  for (size_t i = 0; i < Districts().rows(); ++i) {
    const std::vector<double>& values = of_district[Districts().At(i, "code")];
    if (Districts().At(i, "income_low").empty() || values.size() < 300) continue;
    double low = 0, high = 0;
    for (const double value : values) low += value <= 26400, high += value >= 42500;
    const double persons = static_cast<double>(values.size());
    EXPECT_NEAR(100 * low / persons, Districts().Number(i, "income_low"), 1)
        << Districts().At(i, "name");
    EXPECT_NEAR(100 * high / persons, Districts().Number(i, "income_high"), 1)
        << Districts().At(i, "name");
    ++compared;
  }
  EXPECT_GE(compared, 44);
}

struct Debt {
  int households = 0, with_debt = 0;
};

std::map<std::string, Debt> DebtByNeighbourhoodOfHeerlen() {
  std::map<std::string, Debt> debts;
  for (size_t i = 0; i < Households().rows(); ++i) {
    const std::string& place = Households().At(i, "buurt");
    if (place.substr(2, 4) != "0917") continue;
    ++debts[place].households;
    debts[place].with_debt += Households().At(i, "schuld") == "ja";
  }
  return debts;
}

TEST(FiguresTest, ThirteenPerCentOfTheHouseholdsOfHeerlenHaveProblematicDebt) {
  double households = 0, with_debt = 0;
  for (const auto& [place, debt] : DebtByNeighbourhoodOfHeerlen()) {
    households += debt.households;
    with_debt += debt.with_debt;
  }
  EXPECT_NEAR(100 * with_debt / households, 13.0, 0.01);
}

TEST(FiguresTest, OneSmallNeighbourhoodHasOnlyDebtsAndOneHasNone) {
  bool all = false, none = false;
  for (const auto& [place, debt] : DebtByNeighbourhoodOfHeerlen()) {
    if (debt.households < 3 || debt.households > 20) continue;
    all = all || debt.with_debt == debt.households;
    none = none || debt.with_debt == 0;
  }
  EXPECT_TRUE(all);
  EXPECT_TRUE(none);
}

TEST(FiguresTest, EveryPersonLivesWhereTheirHouseholdLives) {
  std::map<std::string, std::string> places;
  for (size_t i = 0; i < Households().rows(); ++i) {
    places[Households().At(i, "huishouden_id")] = Households().At(i, "buurt");
  }
  EXPECT_EQ(places.size(), Households().rows()) << "household keys repeat";
  std::set<std::string> keys;
  for (size_t i = 0; i < Persons().rows(); ++i) {
    keys.insert(Persons().At(i, "rinpersoon"));
    ASSERT_EQ(places.at(Persons().At(i, "huishouden_id")), Persons().At(i, "buurt"));
  }
  EXPECT_EQ(keys.size(), Persons().rows()) << "person keys repeat";
}

// The survey's weights count the population of 15 and over in private households.
TEST(FiguresTest, WeightsOfTheSurveySumToThePopulationOfFifteenAndOver) {
  std::set<std::string> institutions;
  for (size_t i = 0; i < Households().rows(); ++i) {
    if (Households().At(i, "typhh") == "8")
      institutions.insert(Households().At(i, "huishouden_id"));
  }
  double population = 0, weights = 0;
  for (size_t i = 0; i < Persons().rows(); ++i) {
    population += Persons().Number(i, "leeftijd") >= 15 &&
                  institutions.count(Persons().At(i, "huishouden_id")) == 0;
  }
  const Table survey(FullSize() + "/veiligheidsmonitor.csv");
  for (size_t i = 0; i < survey.rows(); ++i) {
    weights += survey.Number(i, "gewicht");
    EXPECT_GT(survey.Number(i, "gewicht"), 0.2);
    EXPECT_LT(survey.Number(i, "gewicht"), 150);
  }
  EXPECT_NEAR(weights, population, 1);
  EXPECT_NEAR(static_cast<double>(survey.rows()), 3000, 60);
}

}  // namespace
}  // namespace kluis::demo
