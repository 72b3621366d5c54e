#include "disclosure/rules/variance.h"

#include "disclosure/base/decimal.h"
#include "disclosure/base/wide.h"

namespace kluis {
namespace {

Wide Square(absl::int128 value) {
  const Wide size(value < 0 ? -value : value);
  return size * size;
}

bool AreOfNumbers(const SampleMoments& m) {
  return m.n > 0 && m.squares >= 0 && Wide(m.n) * Wide(m.squares) >= Square(m.sum);
}

// n^2 times the variance of a population.
Wide Spread(const SampleMoments& m) { return Wide(m.n) * Wide(m.squares) - Square(m.sum); }

bool HasVariance(const SampleMoments& m) { return m.n > m.one && AreOfNumbers(m); }

}  // namespace

SampleMoments MomentsOf(const Contributions& values, const Contributions& squares, bool weighted,
                        int weight_decimals) {
  return {.n = weighted ? values.weight : absl::int128{values.rows},
          .one = weighted ? PowerOfTen(weight_decimals) : absl::int128{1},
          .sum = values.total,
          .squares = squares.total,
          .rows = values.rows};
}

std::optional<absl::int128> SampleVariance(const SampleMoments& m) {
  if (!HasVariance(m)) return std::nullopt;
  return DivideHalfEven(Spread(m) * Wide(10), Wide(m.n) * Wide(m.n - m.one));
}

std::optional<absl::int128> SampleDeviation(const SampleMoments& m) {
  if (!HasVariance(m)) return std::nullopt;
  return RootHalfEven(Spread(m) * Wide(100), Wide(m.n) * Wide(m.n - m.one));
}

bool HasLittleSpread(const SampleMoments& m, int64_t ppm) {
  if (m.n <= 0 || (m.sum == 0 && m.squares == 0)) return false;
  if (!AreOfNumbers(m) || Spread(m) == Wide()) return true;
  if (m.n <= m.one || m.rows <= 1) return true;
  // (n - 1) s^2 (n / w - 1) / n < (ppm mean)^2 with n / w = rows, both sides times n^2.
  return Wide(m.rows - 1) * Spread(m) * Square(1'000'000) < Square(m.sum) * Square(ppm);
}

}  // namespace kluis
