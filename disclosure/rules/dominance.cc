#include "disclosure/rules/dominance.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/exact.h"

namespace kluis {
namespace {
constexpr int64_t kMillion = 1'000'000;
}  // namespace

ProtectionLevel JudgeDominance(const Concentration& cell, const DominanceParameters& parameters,
                               int divisor_percent) {
  const absl::int128 whole = absl::int128{kMillion} * divisor_percent;
  const absl::int128 share = whole - absl::int128{kMillion - parameters.share_ppm} * 100;
  const absl::int128 top = cell.Largest(parameters.n);
  if (CompareProducts(top, whole, cell.total, share) <= 0) return {};
  return Symmetric(MultiplyDivideUp(top, whole, share) - cell.total);
}

std::string DominanceName(const DominanceParameters& parameters) {
  return absl::StrCat("dominance(", parameters.n, ",", PerCent(parameters.share_ppm), ")");
}

std::string PerCent(int64_t ppm) {
  std::string text = FormatFixed(ppm, 4);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace kluis
