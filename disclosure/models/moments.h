// What a linear model is made of: n, sums and sums of products, exactly.
#ifndef KLUIS_DISCLOSURE_MODELS_MOMENTS_H_
#define KLUIS_DISCLOSURE_MODELS_MOMENTS_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// Of columns z_0 ... z_(m-1), of which the last is the outcome; the intercept is none of them. A
// value stands as an integer, scaled by 10^decimals of its column.
struct ExactMoments {
  int64_t rows = 0;                // with a value in every column
  absl::int128 n = 0;              // sum of weights, in units of a scale of its own; rows without
  std::vector<int> decimals;       // per column
  std::vector<absl::int128> sums;  // sum of w z_j
  std::vector<std::vector<absl::int128>> products;  // [j][k], k <= j: sum of w z_j z_k
};

// Sum of w (z_j - mean) (z_k - mean), divided by the scales, rounded once: the difference
// n P - s_j s_k is taken exactly, in 512 bits, since nearly all of it can cancel. REQUIRES: k <= j,
// n > 0.
long double Centred(const ExactMoments& moments, size_t j, size_t k);

// The mean of column j.
long double MeanOf(const ExactMoments& moments, size_t j);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_MOMENTS_H_
