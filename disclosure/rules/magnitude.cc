#include "disclosure/rules/magnitude.h"

#include <algorithm>

#include "disclosure/base/decimal.h"
#include "disclosure/rules/dominance.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/p_percent.h"

namespace kluis {
namespace {

void Add(const std::string& rule, const ProtectionLevel& level, MagnitudeVerdict* verdict) {
  if (!level.sensitive) return;
  if (verdict->rule.empty()) verdict->rule = rule;
  verdict->level.sensitive = true;
  verdict->level.upper_level = std::max(verdict->level.upper_level, level.upper_level);
  verdict->level.lower_level = std::max(verdict->level.lower_level, level.lower_level);
}

}  // namespace

MagnitudeVerdict JudgeMagnitude(const Contributions& cell, int decimals, int weight_decimals,
                                const RuleSet& rules) {
  MagnitudeVerdict verdict;
  for (const DominanceParameters& dominance : rules.dominance) {
    Add(DominanceName(dominance), JudgeDominance(cell, weight_decimals, dominance), &verdict);
  }
  if (rules.p_percent) {
    Add("p_percent", JudgePPercent(cell, weight_decimals, *rules.p_percent), &verdict);
  }
  if (IsBelowFrequency(cell.contributors, rules.frequency)) {
    const ProtectionLevel level = FrequencyOnlyLevel(cell, decimals, weight_decimals, rules);
    Add("frequency", level, &verdict);
  }
  if (!verdict.level.sensitive) return verdict;
  const absl::int128 unit = PowerOfTen(decimals + weight_decimals);
  verdict.level.upper_level = std::max(verdict.level.upper_level, unit);
  verdict.level.lower_level = std::max(verdict.level.lower_level, unit);
  return verdict;
}

ProtectionLevel FrequencyOnlyLevel(const Contributions& cell, int decimals, int weight_decimals,
                                   const RuleSet& rules) {
  const int64_t p_ppm = rules.p_percent ? rules.p_percent->p_ppm : 100'000;
  return FrequencyLevel(cell.total, PPercentOfLargest(cell, weight_decimals, p_ppm),
                        PowerOfTen(decimals + weight_decimals), rules.frequency);
}

}  // namespace kluis
