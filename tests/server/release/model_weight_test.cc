// Weighted models through the whole pipeline, against the rows one by one.
#include "absl/strings/str_replace.h"
#include "tests/server/release/model_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;

std::vector<Unit> Units(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Unit> units = RandomUnits(1200, &random);
  for (Unit& u : units) u.weight = 100 + static_cast<int>(random() % 300);
  return units;
}

const std::string& WeightedEntry() {
  static const auto& entry =
      *new std::string(absl::StrReplaceAll(kModelEntry, {{"variables:", "weight: gewicht\nvariables:"}}));
  return entry;
}

TEST(ModelWeightTest, WeightedLeastSquaresAreThoseOfTheRows) {
  const std::vector<Unit> units = Units(11);
  ModelWorkshop workshop("weights", units, kModelRules, WeightedEntry());
  const json answer = workshop.Ask("y ~ factor(wijk) + x");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  EXPECT_EQ(answer["model"]["weights"], "scaled_to_n");
  EXPECT_EQ(answer["model"]["n"], 1200);
  // Weights that add up to n.
  long double all = 0;
  for (const Unit& u : units) all += u.weight;
  std::vector<std::vector<long double>> squares(5, std::vector<long double>(5, 0));
  std::vector<long double> with_y(5, 0);
  const auto row = [](const Unit& u) {
    return std::vector<long double>{1, u.wijk == 1 ? 1.0L : 0, u.wijk == 2 ? 1.0L : 0, u.wijk == 3 ? 1.0L : 0,
                                    static_cast<long double>(*u.x)};
  };
  for (const Unit& u : units) {
    const std::vector<long double> x = row(u);
    const long double w = u.weight * 1200 / all;
    for (int j = 0; j < 5; ++j) {
      with_y[j] += w * x[j] * *u.y;
      for (int k = 0; k < 5; ++k) squares[j][k] += w * x[j] * x[k];
    }
  }
  const std::vector<long double> b = SolveDense(squares, with_y);
  long double residual = 0;
  for (const Unit& u : units) {
    long double fit = 0;
    for (int j = 0; j < 5; ++j) fit += b[j] * row(u)[j];
    residual += u.weight * 1200 / all * (*u.y - fit) * (*u.y - fit);
  }
  EXPECT_NEAR(answer["model"]["residual_standard_error"].get<double>(),
              static_cast<double>(std::sqrt(residual / 1195)), 0.0006);
  int j = 0;
  for (const json& coefficient : answer["rows"]) {
    if (coefficient["coefficient"]["status"] == "empty") continue;
    std::vector<long double> unit(5, 0);
    unit[j] = 1;
    const double error = static_cast<double>(std::sqrt(SolveDense(squares, unit)[j] * residual / 1195));
    EXPECT_NEAR(coefficient["standard_error"]["value"].get<double>(), error, error * 0.0005001);
    EXPECT_NEAR(coefficient["coefficient"]["value"].get<double>(), static_cast<double>(b[j]), error * 0.0005001);
    ++j;
  }
}

TEST(ModelWeightTest, AWeightedLogitSolvesItsWeightedScores) {
  const std::vector<Unit> units = Units(12);
  ModelWorkshop workshop("weights", units, kModelRules, WeightedEntry());
  const json answer = workshop.Ask("schuld = 'ja' ~ factor(wijk) + factor(sekse)", "logit");
  ASSERT_EQ(OutcomeOf(answer), "ok") << answer;
  std::vector<double> score(4, 0), size(4, 0);
  for (const Unit& u : units) {
    double e = Coefficient(answer, "(intercept)", "");
    if (u.wijk > 0) e += Coefficient(answer, "wijk", std::string(1, "ABCD"[u.wijk]));
    if (u.sekse > 0) e += Coefficient(answer, "sekse", "v");
    const double m = 1 / (1 + std::exp(-e));
    score[u.wijk] += u.weight * (u.schuld - m);
    size[u.wijk] += u.weight * m * (1 - m);
  }
  for (int w = 0; w < 4; ++w) EXPECT_NEAR(score[w] / size[w], 0, 0.0005) << w;
}

// Values of a few kinds with weights: their table is taken to be told (docs/rules.md, implied_tables).
TEST(ModelWeightTest, AMarkOfAFewKindsIsRefused) {
  std::vector<Unit> units = Units(13);
  for (Unit& u : units) u.y = std::floor(*u.y / 4);
  ModelWorkshop workshop("weights", units, kModelRules, WeightedEntry());
  EXPECT_EQ(OutcomeOf(workshop.Ask("y ~ factor(wijk) + x")), "MODEL_NOT_SAFE");
}

}  // namespace
}  // namespace kluis
