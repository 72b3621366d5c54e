// Random models on random registers, from a file to what leaves. An attacker who knows the public
// regressors turns coefficients back into the sums behind them; whatever he gets, and whatever else a
// released model is a function of, is counted from the rows here, with rules written anew: nothing of
// too few units, and nothing that one or two dominate.
#include <algorithm>
#include <functional>
#include <iostream>
#include <random>

#include "tests/server/release/model_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;

constexpr int kMinimum = 10;

using Levels = std::function<int(const Unit&)>;  // -1: not in it

struct Factor {
  std::string name;
  std::vector<std::string> levels;
  bool secret;
  Levels level;
};

const std::vector<Factor>& Factors() {
  static const auto& factors = *new std::vector<Factor>{
      {"wijk", {"A", "B", "C", "D"}, false, [](const Unit& u) { return u.wijk; }},
      {"sekse", {"m", "v"}, false, [](const Unit& u) { return u.sekse; }},
      {"soort", {"a", "b", "c"}, true, [](const Unit& u) { return u.soort; }}};
  return factors;
}

// Levels and amounts with a chance of being rare, or of being one's.
std::vector<Unit> RandomUnits(std::mt19937* random) {
  const auto draw = [random](int n) { return static_cast<int>((*random)() % static_cast<unsigned>(n)); };
  const int rare = draw(4), large = draw(4);
  std::vector<Unit> units(200 + draw(300));
  for (size_t i = 0; i < units.size(); ++i) {
    Unit& u = units[i];
    u.wijk = rare == 1 ? std::min(draw(40), 3) : draw(4);
    u.sekse = draw(2);
    u.soort = rare == 2 && draw(12) > 0 ? 0 : draw(3);
    if (rare == 3 && u.wijk == 0 && draw(8) > 0) u.soort = 0;
    u.schuld = draw(10) < (rare == 2 ? 1 : 3);
    u.x = 20 + draw(60);
    u.y = (draw(1000) + 100 * u.wijk) / 10.0;
    u.tel = draw(4);
  }
  Unit& one = units[draw(static_cast<int>(units.size()))];
  if (large == 1) one.y = 60'000;
  if (large == 2) one.x = 90'000;
  if (large == 3) one.tel = 4'000;
  return units;
}

struct Model {
  std::vector<int> factors;
  bool x = false;
  std::string family = "ols", formula;
};

Model RandomModel(std::mt19937* random) {
  Model model;
  model.family = std::vector<std::string>{"ols", "ols", "ols", "logit", "probit", "poisson"}[(*random)() % 6];
  while (model.factors.size() < 2) {
    model.factors.clear();
    for (int f = 0; f < 3; ++f) {
      if ((*random)() % 3 > 0) model.factors.push_back(f);
    }
    model.x = model.family == "ols" && (*random)() % 2 == 0;
    if (model.x && model.factors.size() == 1) break;
  }
  std::string terms;
  for (const int f : model.factors)
    absl::StrAppend(&terms, terms.empty() ? "" : " + ", "factor(", Factors()[f].name, ")");
  if (model.x) absl::StrAppend(&terms, " + x");
  const std::string outcome = model.family == "ols" ? "y" : model.family == "poisson" ? "tel" : "schuld = 'ja'";
  model.formula = absl::StrCat(outcome, " ~ ", terms);
  return model;
}

// Rules on the amounts behind a sum, written anew: at least k that are not 0, the largest at most
// half, two at most 85 per cent, and no rest within p per cent of the largest.
std::string RuleOnAmounts(std::vector<double> amounts, double p) {
  for (double& a : amounts) a = std::fabs(a);
  amounts.erase(std::remove(amounts.begin(), amounts.end(), 0.0), amounts.end());
  if (amounts.empty()) return "";
  if (amounts.size() < kMinimum) return "too few";
  std::sort(amounts.rbegin(), amounts.rend());
  double all = 0;
  for (const double a : amounts) all += a;
  if (amounts[0] > all * 0.5 * (1 + 1e-12)) return "one dominates";
  if (amounts[0] + amounts[1] > all * 0.85 * (1 + 1e-12)) return "two dominate";
  return all - amounts[0] - amounts[1] < p * amounts[0] * (1 - 1e-12) ? "others can be estimated" : "";
}

std::vector<double> Amounts(const std::vector<Unit>& units, const std::function<bool(const Unit&)>& in,
                            const std::function<double(const Unit&)>& amount) {
  std::vector<double> amounts;
  for (const Unit& u : units) {
    if (in(u)) amounts.push_back(amount(u));
  }
  return amounts;
}

std::string RuleOnCount(const std::vector<Unit>& units, const std::function<bool(const Unit&)>& in) {
  const auto count = std::count_if(units.begin(), units.end(), in);
  return count > 0 && count < kMinimum ? "too few" : "";
}

// Every cell that a released model is a function of, with what is wrong about it.
std::vector<std::string> Breaches(const std::vector<Unit>& units, const Model& model) {
  std::vector<std::string> breaches;
  const auto add = [&](const std::string& cell, const std::string& rule) {
    if (!rule.empty()) breaches.push_back(absl::StrCat(cell, ": ", rule));
  };
  const auto outcome = [&](const Unit& u) { return model.family == "poisson" ? double(u.tel) : *u.y; };
  const auto x = [](const Unit& u) { return double(*u.x); };
  const auto y_x = [&](const Unit& u) { return outcome(u) * *u.x; };
  const auto squared = [](const std::function<double(const Unit&)>& f) {
    return [f](const Unit& u) { return f(u) * f(u); };
  };
  const bool binary = model.family == "logit" || model.family == "probit";
  const auto look = [&](const std::string& cell, const std::function<bool(const Unit&)>& in) {
    add(cell, RuleOnCount(units, in));
    if (binary) {
      add(cell + " with", RuleOnCount(units, [&](const Unit& u) { return in(u) && u.schuld; }));
      add(cell + " without", RuleOnCount(units, [&](const Unit& u) { return in(u) && !u.schuld; }));
    } else {
      add(cell + " outcome", RuleOnAmounts(Amounts(units, in, outcome), 0.1));
    }
    if (model.x) add(cell + " x", RuleOnAmounts(Amounts(units, in, x), 0.1));
  };
  const auto everyone = [](const Unit&) { return true; };
  look("all", everyone);
  for (const int f : model.factors) {
    const Factor& factor = Factors()[f];
    for (size_t l = 0; l < factor.levels.size(); ++l) {
      look(factor.name + factor.levels[l], [&](const Unit& u) { return factor.level(u) == static_cast<int>(l); });
    }
  }
  for (const int f : model.factors) {
    for (const int g : model.factors) {
      if (f >= g || !(Factors()[f].secret || Factors()[g].secret)) continue;
      for (size_t l = 0; l < Factors()[f].levels.size(); ++l) {
        for (size_t m = 0; m < Factors()[g].levels.size(); ++m) {
          add("pair", RuleOnCount(units, [&](const Unit& u) {
                return Factors()[f].level(u) == static_cast<int>(l) && Factors()[g].level(u) == static_cast<int>(m);
              }));
        }
      }
    }
  }
  if (model.family != "ols") return breaches;
  add("squares", RuleOnAmounts(Amounts(units, everyone, squared(outcome)), 0.21));
  if (model.x) {
    add("x squares", RuleOnAmounts(Amounts(units, everyone, squared(x)), 0.21));
    add("products", RuleOnAmounts(Amounts(units, everyone, y_x), 0.21));
  }
  return breaches;
}

// X'X is known where everyone knows the factors, so X'y = X'X b. The sum of the outcome at each level,
// beside that from the rows; the difference stays within what rounding hides.
void ExpectSumsComeBack(const std::vector<Unit>& units, const Model& model, const json& answer,
                        const std::string& trace) {
  std::vector<std::pair<int, int>> columns = {{-1, -1}};
  std::vector<double> b = {Coefficient(answer, "(intercept)", "")};
  std::vector<double> error = {RowOf(answer, "(intercept)", "")["standard_error"]["value"].get<double>()};
  for (const json& row : answer["rows"]) {
    if (row["coefficient"]["status"] == "empty" || row["level"] == "") continue;
    for (const int f : model.factors) {
      const Factor& factor = Factors()[f];
      const auto level = std::find(factor.levels.begin(), factor.levels.end(), row["level"].get<std::string>());
      if (factor.name != row["term"]) continue;
      columns.emplace_back(f, static_cast<int>(level - factor.levels.begin()));
      b.push_back(row["coefficient"]["value"].get<double>());
      error.push_back(row["standard_error"]["value"].get<double>());
    }
  }
  const auto in = [](const std::pair<int, int>& column, const Unit& u) {
    return column.first < 0 || Factors()[column.first].level(u) == column.second;
  };
  for (const auto& row : columns) {
    double back = 0, hidden = 0, truth = 0;
    for (const Unit& u : units) {
      if (!in(row, u)) continue;
      truth += *u.y;
      for (size_t j = 0; j < columns.size(); ++j) {
        if (!in(columns[j], u)) continue;
        back += b[j];
        hidden += error[j] * 0.0006;  // the fourth digit of the error
      }
    }
    EXPECT_NEAR(back, truth, hidden) << trace;
  }
}

TEST(ModelAttackTest, NothingThatIsToldIsOfTooFewOrDominated) {
  const char* registers_text = std::getenv("KLUIS_MODEL_REGISTERS");
  const int registers = registers_text == nullptr ? 12 : std::atoi(registers_text);
  const char* seed_text = std::getenv("KLUIS_MODEL_SEED");
  const unsigned seed = seed_text == nullptr ? std::random_device{}() : std::strtoul(seed_text, nullptr, 10);
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  int released = 0, refused = 0, reversed = 0, safe_but_refused = 0;
  for (int r = 0; r < registers; ++r) {
    const std::vector<Unit> units = RandomUnits(&random);
    ModelWorkshop workshop("attack", units);
    for (int m = 0; m < 8; ++m) {
      const Model model = RandomModel(&random);
      const std::string trace = absl::StrCat("seed ", seed, " register ", r, " ", model.family, " ", model.formula);
      const json answer = workshop.Ask(model.formula, model.family);
      const std::vector<std::string> breaches = Breaches(units, model);
      if (answer["status"] != "released") {
        ++refused;
        safe_but_refused += breaches.empty() ? 1 : 0;
        continue;
      }
      ++released;
      EXPECT_TRUE(breaches.empty()) << trace << "\n" << absl::StrCat(breaches.empty() ? "" : breaches[0]);
      const bool known = std::none_of(model.factors.begin(), model.factors.end(),
                                      [](int f) { return Factors()[f].secret; });
      if (model.family != "ols" || model.x || !known) continue;
      ++reversed;
      ExpectSumsComeBack(units, model, answer, trace);
    }
  }
  std::cout << released << " released, " << reversed << " of them turned back into sums; " << refused
            << " refused, " << safe_but_refused << " of them for other reasons than single cells\n";
  EXPECT_GT(released, registers / 2);
  EXPECT_GT(refused, registers / 2);
}

}  // namespace
}  // namespace kluis
