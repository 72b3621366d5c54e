#include "disclosure/models/least_squares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "disclosure/models/spd_factor.h"

namespace kluis {
namespace {

using Vector = std::vector<long double>;

long double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0L);
}

}  // namespace

const char* ModelFamilyName(ModelFamily family) {
  switch (family) {
    case ModelFamily::kOls:
      return "ols";
    case ModelFamily::kLogit:
      return "logit";
    case ModelFamily::kProbit:
      return "probit";
    case ModelFamily::kPoisson:
      return "poisson";
  }
  return "unknown";
}

std::variant<ModelFit, NoFit> FitLeastSquares(const ExactMoments& moments) {
  const size_t regressors = moments.sums.size() - 1, y = regressors;
  SquareMatrix squares(regressors);
  Vector with_y, means;
  for (size_t j = 0; j < regressors; ++j) {
    for (size_t k = 0; k <= j; ++k) squares.at(j, k) = Centred(moments, j, k);
    with_y.push_back(Centred(moments, y, j));
    means.push_back(MeanOf(moments, j));
  }
  NoFit none;
  const auto factor = SpdFactor::Create(squares, &none.column);
  if (!factor) return none;

  const Vector slopes = factor->Solve(with_y), variances = factor->InverseDiagonal();
  const long double total = Centred(moments, y, y);
  const long double residual = std::max(total - Dot(slopes, with_y), 0.0L);
  ModelFit fit;
  fit.rows = moments.rows;
  fit.degrees_of_freedom = moments.rows - static_cast<int64_t>(regressors) - 1;
  // Of the weights as they are; scaling them to n divides C by what it divides s^2 by.
  const long double variance = residual / static_cast<long double>(fit.degrees_of_freedom);
  const long double n = static_cast<long double>(moments.n);
  fit.coefficients.push_back(MeanOf(moments, y) - Dot(slopes, means));
  fit.standard_errors.push_back(std::sqrt(variance * (1 / n + Dot(means, factor->Solve(means)))));
  for (size_t j = 0; j < regressors; ++j) {
    fit.coefficients.push_back(slopes[j]);
    fit.standard_errors.push_back(std::sqrt(variance * variances[j]));
  }
  if (total > 0) fit.r2 = 1 - residual / total;
  const long double scale = static_cast<long double>(moments.rows) / n;
  fit.residual_sum = residual * scale;
  fit.residual_error = std::sqrt(variance * scale);
  return fit;
}

}  // namespace kluis
