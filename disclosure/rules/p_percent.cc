#include "disclosure/rules/p_percent.h"

#include <algorithm>
#include <numeric>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {
constexpr int64_t kMillion = 1'000'000;
}  // namespace

ProtectionLevel JudgePPercent(const Contributions& cell, int weight_decimals,
                              const PPercentParameters& parameters) {
  if (cell.largest.empty()) return {};
  const absl::int128 scale = PowerOfTen(weight_decimals);
  const auto count = std::min<size_t>(parameters.coalition + 1, cell.largest.size());
  const absl::int128 known =
      std::accumulate(cell.largest.begin(), cell.largest.begin() + count, absl::int128{0}) * scale;
  const absl::int128 remainder = cell.absolute_total - known;
  const absl::int128 needed = cell.largest[0] * scale * parameters.p_ppm;
  if (remainder * kMillion >= needed) return {};
  const absl::int128 level = DivideUp(needed - remainder * kMillion, kMillion);
  return {.sensitive = true, .upper_level = level, .lower_level = level};
}

absl::int128 PPercentOfLargest(const Contributions& cell, int weight_decimals, int64_t p_ppm) {
  if (cell.largest.empty()) return 0;
  return DivideUp(cell.largest[0] * PowerOfTen(weight_decimals) * p_ppm, kMillion);
}

}  // namespace kluis
