#include "tests/reference/statistics.h"

#include <algorithm>

namespace kluis {
namespace {

using absl::int128;

int128 SumOfSquares(const std::vector<WeightedValue>& values) {
  int128 sum = 0;
  for (const WeightedValue& v : values) sum += int128{v.value} * v.value * v.weight;
  return sum;
}

// The smallest value up to which the weights come to `rank`, or the largest there is.
int64_t ValueOfRank(const std::vector<WeightedValue>& sorted, int128 rank) {
  int128 weight = 0;
  for (const WeightedValue& v : sorted) {
    weight += v.weight;
    if (weight >= rank) return v.value;
  }
  return sorted.back().value;
}

}  // namespace

int128 TenTo(int exponent) {
  int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

int128 RoundedQuotient(int128 above, int128 below) {
  const bool negative = (above < 0) != (below < 0);
  above = above < 0 ? -above : above;
  below = below < 0 ? -below : below;
  int128 quotient = above / below;
  const int128 twice = 2 * (above % below);
  if (twice > below || (twice == below && quotient % 2 == 1)) ++quotient;
  return negative ? -quotient : quotient;
}

int128 SumOfWeights(const std::vector<WeightedValue>& values) {
  int128 sum = 0;
  for (const WeightedValue& v : values) sum += v.weight;
  return sum;
}

int128 SumOfValues(const std::vector<WeightedValue>& values) {
  int128 sum = 0;
  for (const WeightedValue& v : values) sum += int128{v.value} * v.weight;
  return sum;
}

std::optional<int128> MeanOf(const std::vector<WeightedValue>& values) {
  const int128 n = SumOfWeights(values);
  if (n == 0) return std::nullopt;
  return RoundedQuotient(10 * SumOfValues(values), n);
}

// Order 1 + (n - 1) p; between the values of the ranks below and above it.
std::optional<int128> PercentileOfValues(std::vector<WeightedValue> values, int percent, int64_t one) {
  const int128 n = SumOfWeights(values);
  if (n == 0) return std::nullopt;
  std::erase_if(values, [](const WeightedValue& v) { return v.weight == 0; });  // which stand for nobody
  std::stable_sort(values.begin(), values.end(), [](const WeightedValue& a, const WeightedValue& b) { return a.value < b.value; });
  const int128 unit = int128{100} * one;
  const int128 order = unit + (n > one ? n - one : int128{0}) * percent;
  const int128 rank = order / unit * one, part = order % unit;
  const int128 low = ValueOfRank(values, rank), high = ValueOfRank(values, rank + one);
  return RoundedQuotient(10 * (low * (unit - part) + high * part), unit);
}

// Squared, over 10^(twice the decimals): (n S2 - S1^2) / (n (n - 1)).
std::optional<int128> VarianceOf(const std::vector<WeightedValue>& values, int64_t one) {
  const int128 n = SumOfWeights(values), sum = SumOfValues(values);
  if (n <= one) return std::nullopt;
  return RoundedQuotient(10 * (n * SumOfSquares(values) - sum * sum), n * (n - one));
}

std::optional<int128> DeviationOf(const std::vector<WeightedValue>& values, int64_t one) {
  const int128 n = SumOfWeights(values), sum = SumOfValues(values);
  if (n <= one) return std::nullopt;
  const int128 above = 100 * (n * SumOfSquares(values) - sum * sum), below = n * (n - one);
  int128 low = 0, high = 1;  // low^2 <= above / below < high^2
  while (high * high * below <= above) high *= 2;
  while (high - low > 1) {
    const int128 middle = (low + high) / 2;
    (middle * middle * below <= above ? low : high) = middle;
  }
  const int128 half = (2 * low + 1) * (2 * low + 1) * below;
  const bool up = 4 * above > half || (4 * above == half && low % 2 == 1);
  return up ? high : low;
}

// Of all pairs, of those of a row with itself too; a debt counts as nothing.
std::optional<int128> GiniOfValues(const std::vector<WeightedValue>& values) {
  const auto size = [](const WeightedValue& v) { return int128{std::max<int64_t>(v.value, 0)}; };
  int128 differences = 0, total = 0;
  for (const WeightedValue& a : values) {
    total += size(a) * a.weight;
    for (const WeightedValue& b : values) {
      const int128 difference = size(a) - size(b);
      differences += (difference < 0 ? -difference : difference) * a.weight * b.weight;
    }
  }
  if (total == 0) return std::nullopt;
  return RoundedQuotient(10'000 * differences, 2 * SumOfWeights(values) * total);
}

}  // namespace kluis
