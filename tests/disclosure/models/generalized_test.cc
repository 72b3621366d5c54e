// Logit, probit and Poisson against published answers, closed forms and numeric derivatives.
#include "disclosure/models/generalized.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "disclosure/models/distributions.h"
#include "disclosure/models/spd_factor.h"

namespace kluis {
namespace {

using Cells = std::vector<GroupedCell>;

void ExpectNear(const std::vector<long double>& values, const std::vector<double>& expected,
                double close) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t j = 0; j < expected.size(); ++j) {
    EXPECT_NEAR(static_cast<double>(values[j]), expected[j], close) << j;
  }
}

// Bliss (1935), The Calculation of the Dosage-Mortality Curve; answers in Dobson, An Introduction
// to Generalized Linear Models (2002), 7.3.1.
Cells Beetles() {
  const double dose[] = {1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839};
  const int n[] = {59, 60, 62, 56, 63, 59, 62, 60}, killed[] = {6, 13, 18, 28, 52, 53, 61, 60};
  Cells cells;
  for (int i = 0; i < 8; ++i) {
    cells.push_back({.x = {{0, dose[i]}},
                     .n = static_cast<long double>(n[i]),
                     .y = static_cast<long double>(killed[i])});
  }
  return cells;
}

TEST(Generalized, LogitOfTheBeetlesIsDobsons) {
  const ModelFit fit = std::get<ModelFit>(FitGeneralized(ModelFamily::kLogit, Beetles(), 1, 481));
  ExpectNear(fit.coefficients, {-60.717, 34.270}, 0.002);
  ExpectNear(fit.standard_errors, {5.181, 2.912}, 0.002);
  EXPECT_EQ(fit.degrees_of_freedom, 479);
}

TEST(Generalized, ProbitOfTheBeetlesIsDobsons) {
  const ModelFit fit = std::get<ModelFit>(FitGeneralized(ModelFamily::kProbit, Beetles(), 1, 481));
  ExpectNear(fit.coefficients, {-34.94, 19.73}, 0.01);
  ExpectNear(fit.standard_errors, {2.65, 1.49}, 0.01);
}

// Dobson (1990), p. 93, as the manual page of glm() in R has it.
TEST(Generalized, PoissonOfTheTrialIsDobsons) {
  const int counts[] = {18, 17, 15, 20, 10, 20, 25, 13, 12};
  Cells cells;
  for (int i = 0; i < 9; ++i) {
    GroupedCell cell{.x = {}, .n = 1, .y = static_cast<long double>(counts[i])};
    if (i % 3 > 0) cell.x.emplace_back(i % 3 - 1, 1);
    if (i / 3 > 0) cell.x.emplace_back(1 + i / 3, 1);
    cells.push_back(std::move(cell));
  }
  const ModelFit fit = std::get<ModelFit>(FitGeneralized(ModelFamily::kPoisson, cells, 4, 9));
  ExpectNear(fit.coefficients, {3.045, -0.4543, -0.2930, 0, 0}, 0.0005);
  ExpectNear(fit.standard_errors, {0.1709, 0.2022, 0.1927, 0.2000, 0.2000}, 0.00005);
  EXPECT_FALSE(fit.r2.has_value());
}

TEST(Generalized, OneDummyHasClosedForms) {
  const Cells cells = {{.x = {}, .n = 100, .y = 20}, {.x = {{0, 1}}, .n = 50, .y = 30}};
  const ModelFit logit = std::get<ModelFit>(FitGeneralized(ModelFamily::kLogit, cells, 1, 150));
  ExpectNear(logit.coefficients, {std::log(20.0 / 80), std::log(30.0 / 20 * 80 / 20)}, 1e-13);
  ExpectNear(logit.standard_errors,
             {std::sqrt(1 / 20.0 + 1 / 80.0), std::sqrt(1 / 20.0 + 1 / 80.0 + 1 / 30.0 + 1 / 20.0)},
             1e-13);
  const auto loglik = [](double y, double n) {
    return y * std::log(y / n) + (n - y) * std::log(1 - y / n);
  };
  EXPECT_NEAR(static_cast<double>(*logit.r2),
              1 - (loglik(20, 100) + loglik(30, 50)) / loglik(50, 150), 1e-13);
  const ModelFit probit = std::get<ModelFit>(FitGeneralized(ModelFamily::kProbit, cells, 1, 150));
  const double first = static_cast<double>(NormalQuantile(0.2L)),
               second = static_cast<double>(NormalQuantile(0.6L));
  ExpectNear(probit.coefficients, {first, second - first}, 1e-13);
  const ModelFit poisson = std::get<ModelFit>(FitGeneralized(ModelFamily::kPoisson, cells, 1, 150));
  ExpectNear(poisson.coefficients, {std::log(0.2), std::log(3.0)}, 1e-13);
  ExpectNear(poisson.standard_errors, {std::sqrt(1 / 20.0), std::sqrt(1 / 20.0 + 1 / 30.0)}, 1e-13);
}

TEST(Generalized, WeightsAddUpToTheRows) {
  const Cells cells = {{.x = {}, .n = 100, .y = 20}, {.x = {{0, 1}}, .n = 50, .y = 30}};
  Cells weighted = cells;
  for (GroupedCell& cell : weighted) cell.n *= 37.5L, cell.y *= 37.5L;
  const ModelFit a = std::get<ModelFit>(FitGeneralized(ModelFamily::kLogit, cells, 1, 150));
  const ModelFit b = std::get<ModelFit>(FitGeneralized(ModelFamily::kLogit, weighted, 1, 150));
  for (size_t j = 0; j < 2; ++j) {
    EXPECT_NEAR(static_cast<double>(a.coefficients[j] - b.coefficients[j]), 0, 1e-14);
    EXPECT_NEAR(static_cast<double>(a.standard_errors[j] - b.standard_errors[j]), 0, 1e-14);
  }
}

TEST(Generalized, SeparationHasNoCoefficients) {
  const Cells none = {{.x = {}, .n = 100, .y = 20}, {.x = {{0, 1}}, .n = 50, .y = 0}};
  const Cells all = {{.x = {}, .n = 100, .y = 20}, {.x = {{0, 1}}, .n = 50, .y = 50}};
  const Cells nobody = {{.x = {}, .n = 100, .y = 0}, {.x = {{0, 1}}, .n = 50, .y = 0}};
  for (const ModelFamily family :
       {ModelFamily::kLogit, ModelFamily::kProbit, ModelFamily::kPoisson}) {
    for (const Cells& cells : {none, nobody}) {
      const auto fit = FitGeneralized(family, cells, 1, 150);
      ASSERT_TRUE(std::holds_alternative<NoFit>(fit)) << ModelFamilyName(family);
      EXPECT_EQ(std::get<NoFit>(fit).reason, NoFit::Reason::kSeparated);
    }
    const bool counts = family == ModelFamily::kPoisson;  // 1 on average is nothing special
    EXPECT_EQ(std::holds_alternative<ModelFit>(FitGeneralized(family, all, 1, 150)), counts);
  }
}

TEST(Generalized, DependentColumnsAreNamed) {
  const Cells cells = {{.x = {}, .n = 100, .y = 20},
                       {.x = {{0, 1}, {1, 1}}, .n = 50, .y = 30},
                       {.x = {}, .n = 40, .y = 10}};
  const NoFit none = std::get<NoFit>(FitGeneralized(ModelFamily::kLogit, cells, 2, 190));
  EXPECT_EQ(none.reason, NoFit::Reason::kDependent);
  EXPECT_EQ(none.column, 1u);
}

Cells RandomCells(std::mt19937* random, ModelFamily family) {
  Cells cells;
  for (size_t a = 0; a < 3; ++a) {
    for (size_t b = 0; b < 3; ++b) {
      GroupedCell cell;
      cell.n = 20 + static_cast<long double>((*random)() % 200);
      const auto most = static_cast<uint64_t>(cell.n) * (family == ModelFamily::kPoisson ? 5 : 1);
      cell.y = 1 + static_cast<long double>((*random)() % (most - 1));
      if (a > 0) cell.x.emplace_back(a - 1, 1);
      if (b > 0) cell.x.emplace_back(b + 1, 1);
      cell.x.emplace_back(4, static_cast<long double>((*random)() % 100) / 25);
      cells.push_back(std::move(cell));
    }
  }
  return cells;
}

// The score is zero by differences of the likelihood, and the standard errors of the logit and
// Poisson model, whose observed and expected information are one, are those of its second
// differences.
TEST(Generalized, MaximumAndCurvatureAgreeWithDifferences) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  int separated = 0;
  for (int i = 0; i < 60; ++i) {
    const ModelFamily family =
        std::array{ModelFamily::kLogit, ModelFamily::kProbit, ModelFamily::kPoisson}[i % 3];
    const Cells cells = RandomCells(&random, family);
    long double n = 0;
    for (const GroupedCell& cell : cells) n += cell.n;
    const auto result = FitGeneralized(family, cells, 5, static_cast<int64_t>(n));
    const auto* fit = std::get_if<ModelFit>(&result);
    if (fit == nullptr) {  // a cell of such data can run to its end
      ASSERT_EQ(std::get<NoFit>(result).reason, NoFit::Reason::kSeparated)
          << "seed " << seed << " case " << i;
      ASSERT_LE(++separated, 3) << "seed " << seed;
      continue;
    }
    const long double h = 1e-5L;
    const auto at = [&](size_t j, long double dj, size_t k, long double dk) {
      std::vector<long double> b = fit->coefficients;
      b[j] += dj;
      b[k] += dk;
      return LogLikelihood(family, cells, b);
    };
    SquareMatrix curvature(6);
    for (size_t j = 0; j < 6; ++j) {
      EXPECT_NEAR(static_cast<double>((at(j, h, j, 0) - at(j, -h, j, 0)) / (2 * h)), 0, 1e-5)
          << "seed " << seed << " case " << i;
      for (size_t k = 0; k <= j; ++k) {
        curvature.at(j, k) =
            -(at(j, h, k, h) - at(j, h, k, -h) - at(j, -h, k, h) + at(j, -h, k, -h)) / (4 * h * h);
      }
    }
    if (family == ModelFamily::kProbit) continue;
    const auto factor = SpdFactor::Create(curvature, nullptr);
    ASSERT_TRUE(factor.has_value());
    const std::vector<long double> variances = factor->InverseDiagonal();
    for (size_t j = 0; j < 6; ++j) {
      EXPECT_NEAR(static_cast<double>(fit->standard_errors[j] / std::sqrt(variances[j])), 1, 1e-4)
          << "seed " << seed << " case " << i;
    }
  }
}

}  // namespace
}  // namespace kluis
