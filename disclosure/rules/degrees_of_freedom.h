// Residual degrees of freedom: a variance, a correlation, a test or a model with as many parameters
// as units is the data. Source: Guidelines for output checking (DwB, 2015), overall rule 2: at
// least 10 residual degrees of freedom; ACRO safe_dof_threshold.
#ifndef KLUIS_DISCLOSURE_RULES_DEGREES_OF_FREEDOM_H_
#define KLUIS_DISCLOSURE_RULES_DEGREES_OF_FREEDOM_H_

#include <cstdint>

namespace kluis {

// contributors - parameters < minimum. Parameters are what was estimated: 1 for a variance or a
// standard deviation (its mean), 2 for a correlation, coefficients with intercept for a model. Zero
// contributors are no statistic, so not sensitive.
bool HasTooFewDegreesOfFreedom(int64_t contributors, int64_t parameters, int64_t minimum);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_DEGREES_OF_FREEDOM_H_
