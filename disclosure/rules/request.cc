#include "disclosure/rules/request.h"

#include <algorithm>

#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/exact.h"

namespace kluis {
namespace {
constexpr int64_t kMillion = 1'000'000;
}  // namespace

ProtectionLevel JudgeRequest(const CellContributions& cell, absl::int128 unit,
                             const RequestParameters& parameters) {
  if (cell.sorted.empty() || cell.sorted[0].request == 0 || cell.sorted[0].value == 0) return {};
  const Contribution& largest = cell.sorted[0];
  KLUIS_CHECK(largest.request <= static_cast<int>(parameters.codes.size()));
  const absl::int128 total = cell.AbsoluteTotal();
  const absl::int128 value = MultiplyAtMost(largest.value < 0 ? -largest.value : largest.value,
                                            PowerOfTen(cell.weight_decimals));
  const int64_t share = parameters.codes[largest.request - 1].share_ppm;
  const bool few = cell.ContributorsWithValue() < parameters.minimum;
  if (!few && CompareProducts(value, kMillion, total, share) <= 0) return {};
  return Symmetric(std::max(MultiplyDivideUp(total, parameters.range_percent, 100), unit));
}

}  // namespace kluis
