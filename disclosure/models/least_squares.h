// Ordinary and weighted least squares with an intercept, from exact moments.
#ifndef KLUIS_DISCLOSURE_MODELS_LEAST_SQUARES_H_
#define KLUIS_DISCLOSURE_MODELS_LEAST_SQUARES_H_

#include <variant>

#include "disclosure/models/model_fit.h"
#include "disclosure/models/moments.h"

namespace kluis {

// The normal equations of the centred columns, C b = c, by Cholesky: C and c are rounded once, so
// their condition number costs digits of the 64 that a long double has, and never of the data.
//   b_0 = mean(y) - b' mean(x);  s^2 = RSS / (n - p);  var(b) = s^2 C^-1;
//   var(b_0) = s^2 (1 / n + mean(x)' C^-1 mean(x)).
// With weights w the sums are weighted, the weights taken to add up to n: the model is
// y_i ~ N(x_i b, s^2 / w_i). Sources: Greene, Econometric Analysis (2012), chapters 3, 4 and 9.
// O(columns^3). REQUIRES: the last column of the moments is the outcome; rows > columns; n > 0.
std::variant<ModelFit, NoFit> FitLeastSquares(const ExactMoments& moments);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_LEAST_SQUARES_H_
