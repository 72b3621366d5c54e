// The statistics of docs/sql.md by their definitions: exact, of values in memory, slowly.
#ifndef KLUIS_TESTS_REFERENCE_STATISTICS_H_
#define KLUIS_TESTS_REFERENCE_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// A value as it is scaled, and the weight of its row, scaled by `one`.
struct WeightedValue {
  int64_t value;
  int64_t weight;
};

// 10^exponent.
absl::int128 TenTo(int exponent);

// above / below, halves to the even one. REQUIRES: below is not 0.
absl::int128 RoundedQuotient(absl::int128 above, absl::int128 below);

// Sums over rows.
absl::int128 SumOfWeights(const std::vector<WeightedValue>& values);
absl::int128 SumOfValues(const std::vector<WeightedValue>& values);  // scaled by the weights too

// With one decimal more than the values; none: empty. `one`: the weight of a row without weights.
std::optional<absl::int128> MeanOf(const std::vector<WeightedValue>& values);
std::optional<absl::int128> PercentileOfValues(std::vector<WeightedValue> values, int percent, int64_t one);
std::optional<absl::int128> DeviationOf(const std::vector<WeightedValue>& values, int64_t one);
// With twice as many decimals and one more.
std::optional<absl::int128> VarianceOf(const std::vector<WeightedValue>& values, int64_t one);
// With four decimals.
std::optional<absl::int128> GiniOfValues(const std::vector<WeightedValue>& values);

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_STATISTICS_H_
