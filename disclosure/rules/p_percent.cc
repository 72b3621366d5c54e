#include "disclosure/rules/p_percent.h"

#include "disclosure/base/exact.h"
#include "disclosure/rules/prior_posterior.h"

namespace kluis {
namespace {
constexpr int64_t kMillion = 1'000'000;
}  // namespace

ProtectionLevel JudgePPercent(const Concentration& cell, const PPercentParameters& parameters,
                              int divisor_percent) {
  return JudgePriorPosterior(
      cell, {.p_ppm = parameters.p_ppm, .q_ppm = kMillion, .coalition = parameters.coalition},
      divisor_percent);
}

absl::int128 PPercentOfLargest(const Concentration& cell, int64_t p_ppm) {
  return MultiplyDivideUp(cell.target, p_ppm, kMillion);
}

}  // namespace kluis
