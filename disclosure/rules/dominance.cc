#include "disclosure/rules/dominance.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {
constexpr int64_t kMillion = 1'000'000;
}  // namespace

ProtectionLevel JudgeDominance(const Contributions& cell, int weight_decimals,
                               const DominanceParameters& parameters) {
  const auto first = cell.largest.begin();
  const auto count = std::min<size_t>(parameters.n, cell.largest.size());
  const absl::int128 top =
      std::accumulate(first, first + count, absl::int128{0}) * PowerOfTen(weight_decimals);
  if (top * kMillion <= cell.absolute_total * parameters.share_ppm) return {};
  const absl::int128 level = DivideUp(top * kMillion, parameters.share_ppm) - cell.absolute_total;
  return {.sensitive = true, .upper_level = level, .lower_level = level};
}

std::string DominanceName(const DominanceParameters& parameters) {
  std::string share = FormatFixed(parameters.share_ppm, 4);
  share.erase(share.find_last_not_of('0') + 1);
  if (share.back() == '.') share.pop_back();
  return absl::StrCat("dominance(", parameters.n, ",", share, ")");
}

}  // namespace kluis
