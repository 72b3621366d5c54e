// Logit, probit and Poisson models by iteratively reweighted least squares.
#ifndef KLUIS_DISCLOSURE_MODELS_GENERALIZED_H_
#define KLUIS_DISCLOSURE_MODELS_GENERALIZED_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "disclosure/models/model_fit.h"

namespace kluis {

// Units with equal regressors. `n` is their number, or the sum of their weights; `y` the number of
// those with the outcome (logit, probit) or the sum of it (Poisson), weighted likewise.
struct GroupedCell {
  std::vector<std::pair<size_t, long double>> x;  // (regressor, value) where it is not 0
  long double n = 0, y = 0;
};

// Fisher scoring from the model of the intercept alone: b += (X'WX)^-1 X'u with, for a cell with
// linear predictor e and mean m(e) of a unit,
//   W = n m'(e)^2 / V(m) and u = (y - n m) m'(e) / V(m),
// V = m (1 - m) for logit and probit, m for Poisson; var(b) = (X'WX)^-1, the inverse of the
// expected information. Sources: McCullagh and Nelder, Generalized Linear Models (1989), 2.5;
// Greene, Econometric Analysis (2012), 17.3 and 18.4. Weights are taken to add up to `rows`.
// `regressors`: without the intercept. O(iterations x (cells x regressors^2 + regressors^3)).
// REQUIRES: family is not kOls, n >= 0, 0 <= y (<= n but for Poisson), rows > regressors + 1.
std::variant<ModelFit, NoFit> FitGeneralized(ModelFamily family, std::vector<GroupedCell> cells,
                                             size_t regressors, int64_t rows);

// The log-likelihood at coefficients (the intercept first), without the terms that no coefficient
// changes (binomial coefficients; log y!).
long double LogLikelihood(ModelFamily family, const std::vector<GroupedCell>& cells,
                          const std::vector<long double>& coefficients);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_GENERALIZED_H_
