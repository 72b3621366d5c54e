// Formulas and conditions of models: what they are parsed to, and where and how they are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "server/query/parsed_model.h"

namespace kluis {
namespace {

struct Case {
  std::string formula, where, outcome;
};

// "ok" with the canonical text, or "CODE line:column".
std::string OutcomeOf(const ModelText& text) {
  const Decision<ParsedModel> model = ParseModel(text);
  if (model.allowed()) return absl::StrCat("ok ", model.value().canonical);
  const Refusal& refusal = model.refusal();
  EXPECT_FALSE(refusal.message.empty()) << refusal.code;
  EXPECT_FALSE(refusal.hint.empty()) << refusal.code << " " << text.formula;
  EXPECT_EQ(refusal.kind, RefusalKind::kUsage);
  return absl::StrCat(refusal.code, " ", refusal.line, ":", refusal.column);
}

void Expect(const std::string& family, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(OutcomeOf({.formula = c.formula, .dataset = "d", .where = c.where, .family = family}), c.outcome)
        << c.formula << " WHERE " << c.where;
  }
}

TEST(ModelTest, FormulasAreReadAsTheyAreWritten) {
  Expect("ols",
         {{"y ~ x", "", "ok ols y ~ 1 + x FROM d"},
          {"y~1", "", "ok ols y ~ 1 FROM d"},
          {" y ~ 1 + x\n + factor( a ) ", "", "ok ols y ~ 1 + x + factor(a) FROM d"},
          {"y ~ FACTOR(a)+Factor(b)", "", "ok ols y ~ 1 + factor(a) + factor(b) FROM d"},
          {"y ~ factor(LEVEL(a, 'w')) + factor(BAND(l, 10))", "",
           "ok ols y ~ 1 + factor(LEVEL(a, 'w')) + factor(BAND(l, 10)) FROM d"},
          {"y ~ factor(a AS plaats)", "", "ok ols y ~ 1 + factor(a AS plaats) FROM d"},
          {"y ~ factor(CASE WHEN a IN ('1', '2') THEN 'x~+(' ELSE 'y' END AS k) + x", "",
           "ok ols y ~ 1 + factor(CASE WHEN a IN ('1', '2') THEN 'x~+(' ELSE 'y' END AS k) + x FROM d"},
          {"\"Y\" ~ \"x~+\" + d.z", "", "ok ols Y ~ 1 + x~+ + z FROM d"},
          {"factor ~ factor + x", "", "DUPLICATE_TERM 1:10"},
          {"y ~ factor + x", "", "ok ols y ~ 1 + factor + x FROM d"},
          {"y ~ x", "b = '2' AND a = '1'", "ok ols y ~ 1 + x FROM d WHERE a IN ('1') AND b IN ('2')"},
          {"y ~ x", "l BETWEEN 3 AND 9;", "ok ols y ~ 1 + x FROM d WHERE l BETWEEN 3 AND 9"}});
  Expect("logit", {{"s = 'ja' ~ factor(a)", "", "ok logit s IN ('ja') ~ 1 + factor(a) FROM d"},
                   {"s IN ('ja', 'a~b') AND l < 9 ~ factor(a)", "",
                    "ok logit l <= 8 AND s IN ('a~b', 'ja') ~ 1 + factor(a) FROM d"}});
}

TEST(ModelTest, EveryRefusalHasItsPlace) {
  Expect("ols", {{"", "", "FORMULA_FORM 1:1"},
                 {"y", "", "FORMULA_FORM 1:1"},
                 {"~ x", "", "FORMULA_FORM 1:1"},
                 {"y ~", "", "FORMULA_FORM 1:3"},
                 {"y ~ x ~ z", "", "FORMULA_FORM 1:7"},
                 {"y ~ x + + z", "", "FORMULA_FORM 1:7"},
                 {"y ~\n x +\n", "", "FORMULA_FORM 2:4"},
                 {"y ~ x - z", "", "FORMULA_FORM 1:7"},
                 {"y ~ x*z", "", "INTERACTION 1:6"},
                 {"y ~ factor(a):factor(b)", "", "INTERACTION 1:14"},
                 {"y ~ (x + z)^2", "", "INTERACTION 1:12"},
                 {"y ~ factor(a", "", "FORMULA_FORM 1:11"},
                 {"y ~ factor(a))", "", "FORMULA_FORM 1:14"},
                 {"y ~ factor()", "", "FORMULA_FORM 1:5"},
                 {"y ~ factor(a) b", "", "FORMULA_FORM 1:5"},
                 {"y ~ factor('a) + x", "", "FORMULA_FORM 1:12"},
                 {"y ~ factor(a, b)", "", "TERM_FORM 1:15"},
                 {"y ~ factor(SUM(x))", "", "TERM_FORM 1:12"},
                 {"y ~ factor(a FROM e)", "", "SYNTAX_ERROR 1:19"},
                 {"y ~ factor(a UNION SELECT b)", "", "SYNTAX_ERROR 1:12"},
                 {"y ~ factor(CASE WHEN a = '1' THEN 'x' END)", "", "CASE_NAME 1:12"},
                 {"y ~ LEVEL(a, 'w')", "", "TERM_FORM 1:5"},
                 {"y ~ log(x)", "", "TERM_FORM 1:5"},
                 {"y ~ x AS z", "", "TERM_FORM 1:5"},
                 {"y ~ 2", "", "TERM_FORM 1:5"},
                 {"y ~ 0 + x", "", "TERM_FORM 1:5"},
                 {"y ~ x; z", "", "SYNTAX_ERROR 1:8"},
                 {"y ~ x + x", "", "DUPLICATE_TERM 1:9"},
                 {"y ~ x + y", "", "DUPLICATE_TERM 1:9"},
                 {"y ~ d.y", "", "DUPLICATE_TERM 1:5"},
                 {"log(y) ~ x", "", "OUTCOME_FORM 1:1"},
                 {"y, z ~ x", "", "TERM_FORM 1:4"},
                 {"y = 'a' ~ x", "", "OUTCOME_FORM 1:1"},
                 {"é ~ x + λ(z)", "", "TERM_FORM 1:9"},
                 {"y ~ x", " ", "EMPTY_CONDITION 3:7"},
                 {"y ~ x", "a =", "SYNTAX_ERROR 3:10"},
                 {"y ~ x", "a = b", "CONDITION_FORM 3:11"},
                 {"y ~\nx", "a = '1'\nOR b = '2'", "OR_CONDITION 4:7"},
                 {"y ~ x", "a = '1' GROUP BY b", "SYNTAX_ERROR 3:24"},
                 {"y ~ x", "a = '1' LIMIT 3", "SYNTAX_ERROR 3:21"},
                 {"y ~ x", "a = '1' UNION SELECT 1", "SYNTAX_ERROR 3:1"},
                 {"y ~ x", "a = '1'; DELETE FROM d", "SEVERAL_STATEMENTS 3:16"},
                 {"y ~ \x01x", "", "INVALID_TEXT 1:5"},
                 {"y ~ x", "a = '\xff'", "INVALID_TEXT 3:12"}});
  Expect("logit", {{"s ~ factor(a)", "", "OUTCOME_FORM 1:1"},
                   {"s = 'ja' OR t = 'ja' ~ factor(a)", "", "OR_CONDITION 1:1"},
                   {"1 = 1 ~ factor(a)", "", "CONDITION_FORM 1:1"},
                   {"s = 'ja' GROUP BY x ~ factor(a)", "", "SYNTAX_ERROR 1:19"}});
  Expect("lgit", {{"y ~ x", "", "FAMILY 0:0"}});
  EXPECT_EQ(OutcomeOf({.formula = "y ~ x", .dataset = " ", .where = "", .family = "ols"}), "NO_DATASET 0:0");
  EXPECT_EQ(OutcomeOf({.formula = std::string(70'000, 'y'), .dataset = "d", .where = "", .family = "ols"}),
            "QUERY_TOO_LONG 1:1");
}

TEST(ModelTest, ARequestIsOneTextWithThePlacesOfItsRefusals) {
  EXPECT_EQ(RequestText({.formula = "y ~\n x", .dataset = "d", .where = "a = 1", .family = "ols"}),
            "y ~\n x\nFROM d\nWHERE a = 1");
  EXPECT_EQ(RequestText({.formula = "y ~ x", .dataset = "d", .where = "", .family = "ols"}), "y ~ x\nFROM d");
}

// The tables of a linear model with two factors and a measure.
TEST(ModelTest, TheJudgedTablesAreQueries) {
  const ParsedModel model =
      ParseModel({.formula = "y ~ factor(a) + x + factor(b)", .dataset = "d", .where = "c = '1'", .family = "ols"}).value();
  EXPECT_EQ(CellsQuery(model).canonical,
            "SELECT a AS factor_1, b AS factor_2, COUNT(*) AS n, SUM(y) AS sum_0, AVG(y) AS mean, SUM(x) AS sum_1 "
            "FROM d WHERE c IN ('1') GROUP BY GROUPING SETS ((), (a), (b), (a, b))");
  EXPECT_EQ(TotalsQuery(model).canonical,
            "SELECT COUNT(*) AS n, SUM(y) AS sum_0, AVG(y) AS mean_0, VARIANCE(y) AS variance_0, SUM(x) AS sum_1, "
            "AVG(x) AS mean_1, VARIANCE(x) AS variance_1 FROM d WHERE c IN ('1')");
  const ParsedModel logit =
      ParseModel({.formula = "s = 'ja' ~ factor(a) + factor(b) + factor(c)", .dataset = "d", .where = "", .family = "logit"})
          .value();
  EXPECT_EQ(CellsQuery(logit).canonical,
            "SELECT a AS factor_1, b AS factor_2, c AS factor_3, COUNT(*) AS n, SHARE(s IN ('ja')) AS outcome FROM d "
            "GROUP BY GROUPING SETS ((), (a), (b), (c), (a, b), (a, c), (b, c), (a, b, c))");
}

// Whatever is sent is parsed or refused with a place inside of it.
TEST(ModelTest, AnyTextHasAnOutcome) {
  const unsigned seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"y", "x", " ~ ", " + ", "factor(", ")", "(", "'", "\"", "a", "LEVEL(a, 'w')",
                                           "\n", " ", ":", "--", "/*", "*/", "$$", "é", "\t", ";", "1", "=", "'ja'",
                                           "CASE WHEN a = '1' THEN 'x' END AS k", ",", "AND", "NULL", "\\", "U&'", "."};
  int parsed = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool whole = i % 3 == 0;  // and then a little of something else
    ModelText text{.formula = whole ? "y ~ factor(a) + x" : random() % 2 == 0 ? "y ~ " : "",
                   .dataset = "d",
                   .where = "",
                   .family = i % 2 == 0 ? "ols" : "logit"};
    for (unsigned n = random() % (whole ? 3 : 9); n > 0; --n) text.formula += pieces[random() % pieces.size()];
    for (unsigned n = random() % (whole ? 2 : 4); n > 0; --n) text.where += pieces[random() % pieces.size()];
    const Decision<ParsedModel> model = ParseModel(text);
    parsed += model.allowed() ? 1 : 0;
    if (model.allowed()) continue;
    const std::string all = RequestText(text);
    EXPECT_GE(model.refusal().line, 1) << "seed " << seed << "\n" << all;
    EXPECT_LE(model.refusal().line, 1 + std::count(all.begin(), all.end(), '\n')) << "seed " << seed << "\n" << all;
  }
  EXPECT_GT(parsed, 20);
}

}  // namespace
}  // namespace kluis
