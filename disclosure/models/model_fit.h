// A fitted model, in full precision: raw. It never leaves the server: only what ProtectModel()
// rounds does.
#ifndef KLUIS_DISCLOSURE_MODELS_MODEL_FIT_H_
#define KLUIS_DISCLOSURE_MODELS_MODEL_FIT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace kluis {

enum class ModelFamily { kOls, kLogit, kProbit, kPoisson };

// "ols", "logit", "probit", "poisson".
const char* ModelFamilyName(ModelFamily family);

struct ModelFit {
  std::vector<long double> coefficients;     // [0]: the intercept
  std::vector<long double> standard_errors;  // likewise
  int64_t rows = 0;                          // n
  int64_t degrees_of_freedom = 0;            // rows - coefficients
  // Linear: 1 - residual / total sum of squares. Logit and probit: 1 - log-likelihood divided by
  // that of the intercept alone (McFadden 1974). Poisson: none.
  std::optional<long double> r2;
  long double residual_sum = 0;               // linear: of weighted squares, weights adding up to n
  std::optional<long double> residual_error;  // linear: root of residual_sum / degrees of freedom
};

// Why there is no fit.
struct NoFit {
  enum class Reason {
    kDependent,  // a column depends on those before it
    kSeparated,  // a fitted probability or mean is at the end of its range: no finite coefficients
    kNotConverged,
  } reason = Reason::kDependent;
  size_t column = 0;  // kDependent: of the regressors, 0 for the first after the intercept
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_MODEL_FIT_H_
