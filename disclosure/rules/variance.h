// The variance of a sample, from what its cells add up to; and when it says too much by being
// small.
#ifndef KLUIS_DISCLOSURE_RULES_VARIANCE_H_
#define KLUIS_DISCLOSURE_RULES_VARIANCE_H_

#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// n, sum and sum of squares of the values of a cell, exactly. With weights a row stands for as many
// as its weight says: n is the sum of weights, in units of `one`, and so are the sums.
struct SampleMoments {
  absl::int128 n = 0;
  absl::int128 one = 1;
  absl::int128 sum = 0;      // scaled by `one` and by 10^decimals of the values
  absl::int128 squares = 0;  // scaled by `one` and by 10^(2 x decimals)
  int64_t rows = 0;          // with a value; n without weights
};

// Of a cell of values and of their squares.
SampleMoments MomentsOf(const Contributions& values, const Contributions& squares, bool weighted,
                        int weight_decimals);

// (squares - sum^2 / n) / (n - 1), scaled by 10^(2 x decimals + 1), half to even. None: n is 1 or
// less, or it does not fit 126 bits. Exact in 512 bits. REQUIRES: n squares >= sum^2, as numbers
// have it.
std::optional<absl::int128> SampleVariance(const SampleMoments& moments);

// Its root, scaled by 10^(decimals + 1).
std::optional<absl::int128> SampleDeviation(const SampleMoments& moments);

// Every value must lie so close to the mean that all are known within `ppm` millionths of it:
// (x - mean)^2 <= (n - 1)^2 s^2 / n. Source: Samuelson, How Deviant Can You Be? (Journal of the
// American Statistical Association 63, 1968). A row that stands for w rows lies closer:
// its (x - mean)^2 <= (n - 1) (n - w) s^2 / (n w). Taken for w is n / rows, what a row stands for on
// average. So a variance of 0, where everybody has the mean, always says too much; all values 0 do
// not. Moments that no numbers have count as such.
bool HasLittleSpread(const SampleMoments& moments, int64_t ppm);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_VARIANCE_H_
