// Models through the whole pipeline, on a real file: known answers, and every refusal.
#include <gmock/gmock.h>

#include "tests/server/release/model_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::vector<Unit> Units(unsigned seed, size_t size = 400) {
  std::mt19937 random(seed);
  return RandomUnits(size, &random);
}

struct Expected {
  std::vector<long double> coefficients, errors;
  long double r2 = 0, residual_error = 0;
};

// By the normal equations of the rows themselves.
Expected FromRows(const std::vector<std::vector<long double>>& x, const std::vector<long double>& y) {
  const size_t p = x[0].size(), n = y.size();
  std::vector<std::vector<long double>> squares(p, std::vector<long double>(p, 0));
  std::vector<long double> with_y(p, 0);
  long double mean = 0, total = 0, residual = 0;
  for (size_t i = 0; i < n; ++i) {
    mean += y[i] / n;
    for (size_t j = 0; j < p; ++j) {
      with_y[j] += x[i][j] * y[i];
      for (size_t k = 0; k < p; ++k) squares[j][k] += x[i][j] * x[i][k];
    }
  }
  Expected expected{.coefficients = SolveDense(squares, with_y), .errors = {}};
  for (size_t i = 0; i < n; ++i) {
    long double fit = 0;
    for (size_t j = 0; j < p; ++j) fit += expected.coefficients[j] * x[i][j];
    residual += (y[i] - fit) * (y[i] - fit);
    total += (y[i] - mean) * (y[i] - mean);
  }
  for (size_t j = 0; j < p; ++j) {
    std::vector<long double> unit(p, 0);
    unit[j] = 1;
    expected.errors.push_back(std::sqrt(SolveDense(squares, unit)[j] * residual / (n - p)));
  }
  expected.r2 = 1 - residual / total;
  expected.residual_error = std::sqrt(residual / (n - p));
  return expected;
}

void ExpectRows(const json& answer, const Expected& expected) {
  size_t j = 0;
  for (const json& row : answer["rows"]) {
    if (row["coefficient"]["status"] == "empty") continue;
    const long double error = expected.errors.at(j);
    // Four digits of the error, and the coefficient to the same place.
    EXPECT_NEAR(row["standard_error"]["value"].get<double>(), static_cast<double>(error),
                static_cast<double>(error) * 0.0005001);
    EXPECT_NEAR(row["coefficient"]["value"].get<double>(), static_cast<double>(expected.coefficients[j]),
                static_cast<double>(error) * 0.0005001);
    ++j;
  }
  EXPECT_EQ(j, expected.coefficients.size());
}

class ModelTest : public testing::Test {
 protected:
  static constexpr unsigned kSeed = 20261126;
  const std::vector<Unit> units_ = Units(kSeed, 1600);
  ModelWorkshop workshop_{"known", units_};
};

TEST_F(ModelTest, LinearModelOfFactorsAndAMeasureIsThatOfTheRows) {
  const json answer = workshop_.Ask("y ~ factor(wijk) + x + factor(soort)");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<std::vector<long double>> x;
  std::vector<long double> y;
  for (const Unit& u : units_) {
    x.push_back({1, u.wijk == 1 ? 1.0L : 0, u.wijk == 2 ? 1.0L : 0, u.wijk == 3 ? 1.0L : 0,
                 static_cast<long double>(*u.x), u.soort == 1 ? 1.0L : 0, u.soort == 2 ? 1.0L : 0});
    y.push_back(*u.y);
  }
  const Expected expected = FromRows(x, y);
  ExpectRows(answer, expected);
  EXPECT_EQ(answer["model"]["n"], 1600);
  EXPECT_EQ(answer["model"]["parameters"], 7);
  EXPECT_EQ(answer["model"]["degrees_of_freedom"], 1593);
  EXPECT_NEAR(answer["model"]["r2"].get<double>(), static_cast<double>(expected.r2), 0.00005001);
  EXPECT_NEAR(answer["model"]["residual_standard_error"].get<double>(),
              static_cast<double>(expected.residual_error), static_cast<double>(expected.residual_error) * 0.0005);
  EXPECT_EQ(RowOf(answer, "wijk", "A")["coefficient"]["status"], "empty");
}

TEST_F(ModelTest, TwoMeasuresHaveTheirProduct) {
  const json answer = workshop_.Ask("y ~ x + tel");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<std::vector<long double>> x;
  std::vector<long double> y;
  for (const Unit& u : units_) {
    x.push_back({1, static_cast<long double>(*u.x), static_cast<long double>(u.tel)});
    y.push_back(*u.y);
  }
  ExpectRows(answer, FromRows(x, y));
}

TEST_F(ModelTest, WhereNarrowsTheModel) {
  const json answer = workshop_.Ask("y ~ factor(wijk) + factor(soort)", "ols", "sekse = 'v' AND wijk <> 'D'");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<std::vector<long double>> x;
  std::vector<long double> y;
  for (const Unit& u : units_) {
    if (u.sekse == 0 || u.wijk == 3) continue;
    x.push_back({1, u.wijk == 1 ? 1.0L : 0, u.wijk == 2 ? 1.0L : 0, u.soort == 1 ? 1.0L : 0, u.soort == 2 ? 1.0L : 0});
    y.push_back(*u.y);
  }
  ExpectRows(answer, FromRows(x, y));
}

TEST_F(ModelTest, LogitSolvesItsScoreEquations) {
  for (const std::string family : {"logit", "probit"}) {
    const json answer = workshop_.Ask("schuld = 'ja' ~ factor(wijk) + factor(sekse)", family);
    ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
    EXPECT_EQ(answer["model"]["r2_kind"], "mcfadden_r2");
    // At the maximum the residuals, weighed as the family does, add up to nothing at each level.
    std::vector<double> score(5, 0), size(5, 0);
    for (const Unit& u : units_) {
      double e = Coefficient(answer, "(intercept)", "");
      if (u.wijk > 0) e += Coefficient(answer, "wijk", std::string(1, "ABCD"[u.wijk]));
      if (u.sekse > 0) e += Coefficient(answer, "sekse", "v");
      const double normal = std::erfc(-e / std::sqrt(2)) / 2;
      const double m = family == "logit" ? 1 / (1 + std::exp(-e)) : normal;
      const double weight =
          family == "logit" ? 1 : std::exp(-e * e / 2) / std::sqrt(2 * M_PI) / (m * (1 - m));
      for (const int j : {0, u.wijk, u.sekse > 0 ? 4 : 0}) {
        score[j] += (u.schuld - m) * weight;
        size[j] += weight * weight * m * (1 - m);
      }
    }
    // Coefficients are rounded at the fourth digit of their errors.
    for (int j = 1; j < 5; ++j) EXPECT_NEAR(score[j], 0, 0.005 * std::sqrt(size[j])) << family << " " << j;
  }
}

TEST_F(ModelTest, PoissonGivesTheMeansOfTheLevels) {
  const json answer = workshop_.Ask("tel ~ factor(wijk) + factor(sekse)", "poisson");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<double> of_wijk(4, 0), fitted(4, 0);
  for (const Unit& u : units_) {
    double e = Coefficient(answer, "(intercept)", "");
    if (u.wijk > 0) e += Coefficient(answer, "wijk", std::string(1, "ABCD"[u.wijk]));
    if (u.sekse > 0) e += Coefficient(answer, "sekse", "v");
    of_wijk[u.wijk] += u.tel;
    fitted[u.wijk] += std::exp(e);
  }
  for (int w = 0; w < 4; ++w) EXPECT_NEAR(fitted[w], of_wijk[w], 0.1) << w;
}

TEST_F(ModelTest, ModelsAreTheSameFromDayToDay) {
  const std::string formula = "y ~ factor(wijk) + x + factor(soort)";
  json first = workshop_.Ask(formula), second = workshop_.Ask(formula);
  first.erase("release");
  second.erase("release");
  EXPECT_EQ(first, second);
}

TEST_F(ModelTest, EveryRequestIsAnEntry) {
  const uint64_t before = workshop_.LogSize();
  workshop_.Ask("y ~ factor(wijk) + x");
  workshop_.Ask("y ~ factor(wijk)");
  workshop_.Ask("y ~");
  EXPECT_EQ(workshop_.LogSize(), before + 3);
  workshop_.Check("y ~ factor(wijk) + x");
  EXPECT_EQ(workshop_.LogSize(), before + 3);
}

TEST_F(ModelTest, WhatIsRefusedFromTheRequestSaysWhereAndWhatToWrite) {
  struct Case {
    std::string formula, family, where, code, place, hint;
  };
  for (const Case& c : std::vector<Case>{
           {"y ~ factor(wijk)", "ols", "", "SATURATED", "1:1", "SELECT wijk, AVG(y) FROM reg GROUP BY wijk"},
           {"y ~ 1", "ols", "", "SATURATED", "1:1", "SELECT AVG(y) FROM reg"},
           {"schuld = 'ja' ~ factor(wijk)", "logit", "", "SATURATED", "1:1", "SHARE(schuld = 'ja')"},
           {"y ~ wijk + x", "ols", "", "NOT_A_MEASURE", "1:5", "factor(wijk)"},
           {"y ~ factor(x) + factor(wijk)", "ols", "", "NOT_A_DIMENSION", "1:5", "without factor()"},
           {"soort ~ factor(wijk) + x", "ols", "", "NOT_A_MEASURE", "1:1", "--family logit"},
           {"schuld ~ factor(wijk) + x", "logit", "", "OUTCOME_FORM", "1:1", "schuld = 'ja' ~"},
           {"schuld = 'ja' ~ factor(wijk) + x", "logit", "", "MEASURE_IN_FAMILY", "1:32", "--family ols"},
           {"schuld = 'ja' ~ factor(schuld) + factor(wijk)", "logit", "", "OUTCOME_IS_FACTOR", "1:17", "leave it out"},
           {"y ~ factor(wijk) + factor(sekse)", "poisson", "", "OUTCOME_SIGN", "1:1", "--family ols"},
           {"y ~ factor(wijk) + factor(sekse)", "ols", "sekse = 'v'", "CONSTANT_FACTOR", "1:20", "widen --where"},
           {"y ~ factor(wijk) + factor(CASE WHEN wijk = 'A' THEN 'een' ELSE 'rest' END AS w)", "ols", "",
            "NESTED_FACTORS", "1:20", "leave one of them out"},
           {"y ~ factor(wijk) + z", "ols", "", "NOT_GRANTED", "1:20", ""},
           {"y ~ factor(wijk)\n  + x", "ols", "buurt = '1'", "NOT_GRANTED", "4:7", ""},
           {"y ~ factor(wijk) + x", "ols", "wijk = 'E'", "UNKNOWN_CODE", "3:14", ""},
           {"y ~ factor(wijk) + x", "ols", "x > 3", "NOT_A_DIMENSION", "3:7", ""},
       }) {
    for (const json& answer :
         {workshop_.Ask(c.formula, c.family, c.where), workshop_.Check(c.formula, c.family, c.where)}) {
      EXPECT_EQ(OutcomeOf(answer), c.code) << c.formula << "\n" << answer;
      if (answer["reasons"].empty()) continue;
      const json& reason = answer["reasons"][0];
      EXPECT_EQ(absl::StrCat(reason["line"].is_null() ? 0 : reason["line"].get<int>(), ":",
                             reason["column"].is_null() ? 0 : reason["column"].get<int>()),
                c.place)
          << c.formula << "\n" << answer;
      EXPECT_THAT(reason["hint"].get<std::string>(), HasSubstr(c.hint)) << c.formula;
    }
  }
}

TEST_F(ModelTest, ADryRunSaysWhatIsJudged) {
  const json answer = workshop_.Check("y ~ factor(wijk) + x");
  ASSERT_EQ(answer["status"], "allowed") << answer;
  EXPECT_THAT(answer["plan"].get<std::string>(), HasSubstr("wijk (4 levels, against A), x; 5 coefficients"));
  EXPECT_EQ(answer["model"]["parameters"], 5);
  EXPECT_TRUE(answer["rows"].empty());
}

// What everyone knows is explained, with the level.
TEST(ModelRefusalTest, ASmallLevelThatEveryoneCanCountIsNamed) {
  std::vector<Unit> units = Units(1);
  for (size_t i = 0; i < units.size(); ++i) {
    if (units[i].wijk == 3 && i > 36) units[i].wijk = 2;
  }
  ModelWorkshop workshop("small", units);
  const json answer = workshop.Ask("y ~ factor(wijk) + x");
  EXPECT_EQ(OutcomeOf(answer), "LEVEL_TOO_SMALL") << answer;
  EXPECT_THAT(answer["reasons"][0]["message"].get<std::string>(), HasSubstr("level D of wijk"));
  EXPECT_EQ(answer["reasons"][0]["line"], 1);
  EXPECT_EQ(answer["reasons"][0]["column"], 5);
  EXPECT_EQ(OutcomeOf(workshop.Ask("y ~ factor(wijk) + x", "ols", "wijk <> 'D'")), "ok");
}

TEST(ModelRefusalTest, LevelsWithoutUnitsAreNotInTheModel) {
  std::vector<Unit> units = Units(2);
  for (Unit& u : units) u.wijk = std::max(u.wijk, 1);
  ModelWorkshop workshop("empty", units);
  const json answer = workshop.Ask("y ~ factor(wijk) + x");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  EXPECT_EQ(RowOf(answer, "wijk", "B")["coefficient"]["status"], "empty");
  EXPECT_EQ(answer["model"]["parameters"], 4);
  for (Unit& u : units) u.wijk = 2;
  ModelWorkshop one("one", units);
  EXPECT_EQ(OutcomeOf(one.Ask("y ~ factor(wijk) + x")), "CONSTANT_FACTOR");
}

TEST(ModelRefusalTest, TooFewUnitsForTheCoefficientsAreCounted) {
  std::vector<Unit> units = Units(3);
  units.resize(45);
  ModelWorkshop workshop("few", units);  // 5 coefficients ask for 50 units
  EXPECT_EQ(OutcomeOf(workshop.Ask("y ~ factor(wijk) + x")), "TOO_FEW_UNITS");
  EXPECT_EQ(OutcomeOf(workshop.Ask("y ~ factor(sekse) + x")), "ok");
}

// Whatever it is in the data, it is said with one voice.
TEST(ModelRefusalTest, DataHaveOneVoice) {
  struct Case {
    std::string name, formula, family;
    void (*spoil)(std::vector<Unit>*);
    std::string where = {};
  };
  std::string voice;
  ModelWorkshop plain("plain", Units(4));
  for (const Case& c : std::vector<Case>{
           {"small secret level", "y ~ factor(wijk) + factor(soort)", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) (*units)[i].soort = i < 7 ? 2 : static_cast<int>(i % 2);
            }},
           {"small pair", "y ~ factor(wijk) + factor(soort)", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) {
                Unit& u = (*units)[i];
                if (u.wijk == 0) u.soort = i < 20 ? 2 : static_cast<int>(i % 2);
              }
            }},
           {"small pair behind a secret condition", "y ~ factor(wijk) + factor(sekse)", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) {
                Unit& u = (*units)[i];
                if (u.wijk == 0 && u.sekse == 0) u.soort = i < 40 ? 1 : 0;
              }
            },
            "soort = 'b'"},
           {"small pair of those with a value", "y ~ factor(wijk) + factor(sekse)", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) {
                Unit& u = (*units)[i];
                if (u.wijk == 0 && u.sekse == 0 ? i > 24 : i % 3 == 0) u.y.reset();
              }
            }},
           {"one dominates a level", "y ~ factor(wijk) + x", "ols", [](std::vector<Unit>* units) { (*units)[1].y = 9000; }},
           {"one dominates a measure", "y ~ factor(wijk) + x", "ols", [](std::vector<Unit>* units) { (*units)[1].x = 90000; }},
           {"the squares are of few", "y ~ x + tel", "ols",
            [](std::vector<Unit>* units) {
              for (Unit& u : *units) u.tel = 0;
              for (int i = 0; i < 12; ++i) (*units)[i].tel = i == 0 ? 9 : 1;
            }},
           {"few are missing", "y ~ factor(wijk) + x", "ols", [](std::vector<Unit>* units) { (*units)[3].y.reset(); }},
           {"few of the other are missing", "y ~ factor(wijk) + x", "ols",
            [](std::vector<Unit>* units) { (*units)[3].x.reset(); }},
           {"measures depend", "y ~ x + tel", "ols",
            [](std::vector<Unit>* units) {
              for (Unit& u : *units) u.tel = 2 * *u.x + 1;
            }},
           {"the fit says everything", "y ~ factor(wijk) + x", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) {
                (*units)[i].y = 10 * (*units)[i].wijk + *(*units)[i].x + (i < 8 ? 0.1 : 0);
              }
            }},
           {"nobody of a level has it", "schuld = 'ja' ~ factor(wijk) + factor(sekse)", "logit",
            [](std::vector<Unit>* units) {
              for (Unit& u : *units) u.schuld &= u.wijk != 2;
            }},
           {"few of a level have it", "schuld = 'ja' ~ factor(wijk) + factor(sekse)", "logit",
            [](std::vector<Unit>* units) {
              int left = 4;
              for (Unit& u : *units) u.schuld = u.wijk != 2 ? u.schuld : left-- > 0;
            }},
           {"all units are of one", "y ~ factor(wijk) + x", "ols",
            [](std::vector<Unit>* units) {
              for (size_t i = 0; i < units->size(); ++i) (*units)[i].contributor = i % 4 == 0 ? 1 : -1;
            }},
       }) {
    std::vector<Unit> units = Units(4);
    ASSERT_EQ(OutcomeOf(plain.Ask(c.formula, c.family, c.where)), "ok") << c.name;
    c.spoil(&units);
    json answer = ModelWorkshop("spoilt", units).Ask(c.formula, c.family, c.where);
    EXPECT_EQ(OutcomeOf(answer), c.name == "all units are of one" ? "LEVEL_TOO_SMALL" : "MODEL_NOT_SAFE")
        << c.name << "\n" << answer;
    if (OutcomeOf(answer) != "MODEL_NOT_SAFE") continue;
    const std::string said = answer["reasons"].dump();
    if (voice.empty()) voice = said;
    EXPECT_EQ(said, voice) << c.name;
    EXPECT_EQ(answer["protection"]["cells"], 0);
    EXPECT_FALSE(answer.contains("model"));
  }
}

TEST(ModelRefusalTest, ARuleSetThatHoldsModelsIsObeyed) {
  for (const char* hold : {"{statistic: regression}", "{statistic: ols}", "{cells_over: 3}"}) {
    ModelWorkshop workshop("hold", Units(5),
                           absl::StrCat(kModelRules, "review: {reviewers: 2, hold: [", hold, "]}\n"));
    EXPECT_EQ(OutcomeOf(workshop.Ask("y ~ factor(wijk) + x")), "HOLD_NOT_AVAILABLE") << hold;
  }
  ModelWorkshop others("others", Units(5), absl::StrCat(kModelRules, "review: {hold: [{statistic: gini}]}\n"));
  EXPECT_EQ(OutcomeOf(others.Ask("y ~ factor(wijk) + x")), "ok");
}

TEST(ModelRefusalTest, ARuleSetMayAskForMore) {
  for (const char* more : {"level_minimum: 101", "degrees_of_freedom: 396", "units_per_parameter: 81"}) {
    ModelWorkshop workshop("more", Units(6), absl::StrCat(kModelRules, "regression: {", more, "}\n"));
    const std::string outcome = OutcomeOf(workshop.Ask("y ~ factor(wijk) + x"));
    EXPECT_EQ(outcome, std::string(more).front() == 'l' ? "LEVEL_TOO_SMALL" : "TOO_FEW_UNITS") << more;
  }
  ModelWorkshop enough("enough", Units(6),
                       absl::StrCat(kModelRules, "regression: {level_minimum: 100, degrees_of_freedom: 395, "
                                                 "units_per_parameter: 80}\n"));
  EXPECT_EQ(OutcomeOf(enough.Ask("y ~ factor(wijk) + x")), "ok");
}

// Missing values of one measure take the unit out of all sums.
TEST(ModelMissingTest, OnlyCompleteUnitsAreInTheModel) {
  std::vector<Unit> units = Units(7);
  for (size_t i = 0; i < units.size(); ++i) {
    if (i % 5 == 0) units[i].x.reset();
    if (i % 7 == 0) units[i].y.reset();
  }
  ModelWorkshop workshop("missing", units);
  const json answer = workshop.Ask("y ~ factor(wijk) + x");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<std::vector<long double>> x;
  std::vector<long double> y;
  for (const Unit& u : units) {
    if (!u.x || !u.y) continue;
    x.push_back({1, u.wijk == 1 ? 1.0L : 0, u.wijk == 2 ? 1.0L : 0, u.wijk == 3 ? 1.0L : 0,
                 static_cast<long double>(*u.x)});
    y.push_back(*u.y);
  }
  ExpectRows(answer, FromRows(x, y));
  EXPECT_EQ(answer["model"]["n"], y.size());
}

}  // namespace
}  // namespace kluis
