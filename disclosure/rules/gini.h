// The Gini coefficient: what it is, and when it says too much by being small.
#ifndef KLUIS_DISCLOSURE_RULES_GINI_H_
#define KLUIS_DISCLOSURE_RULES_GINI_H_

#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "disclosure/table/gini.h"

namespace kluis {

constexpr int kGiniDecimals = 4;

// The mean difference of all pairs, each row with itself too, by twice the mean: with ranks
// ranked / (weight total) - 1, from 0 to 1. Source: Gini 1912, as in Sen, On Economic Inequality
// (1973), 2.8. Scaled by 10^kGiniDecimals, half to even, exact. None: there is no total, or no ranks of
// numbers.
std::optional<absl::int128> GiniOf(const GiniCell& cell);

// Everybody's value is known within `ppm` millionths of the mean: no value is farther from it than
// G n times the mean, as the sum of its differences to all others is. So a coefficient of 0, where
// all have the mean, always says too much. A row that stands for w lies w times as close, which is
// taken to be what a row stands for on average: n is then the number of `rows`. Of no total nothing
// is said.
bool HasLittleInequality(const GiniCell& cell, int64_t rows, int64_t ppm);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_GINI_H_
