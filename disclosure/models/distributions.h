// The normal and Student's distribution, in long double.
#ifndef KLUIS_DISCLOSURE_MODELS_DISTRIBUTIONS_H_
#define KLUIS_DISCLOSURE_MODELS_DISTRIBUTIONS_H_

#include <cstdint>

namespace kluis {

long double NormalDensity(long double x);

// By the complementary error function, so that both tails keep their digits.
long double NormalCdf(long double x);

// x with NormalCdf(x) = p, by Newton's method. REQUIRES: 0 < p < 1.
long double NormalQuantile(long double p);

// P(|T| >= |t|): I_z(f / 2, 1 / 2) with z = f / (f + t^2), the regularised incomplete beta
// function, by the continued fraction of DLMF 8.17.22. REQUIRES: f >= 1.
long double StudentTwoSided(long double t, int64_t degrees_of_freedom);

// P(|Z| >= |z|).
long double NormalTwoSided(long double z);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_DISTRIBUTIONS_H_
