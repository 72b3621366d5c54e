#include "disclosure/rules/magnitude.h"

#include <algorithm>
#include <functional>

#include "disclosure/base/decimal.h"
#include "disclosure/rules/dominance.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/negative.h"
#include "disclosure/rules/p_percent.h"
#include "disclosure/rules/prior_posterior.h"
#include "disclosure/rules/request.h"
#include "disclosure/rules/weights.h"
#include "disclosure/rules/zero.h"

namespace kluis {
namespace {

absl::int128 UnitOf(const MagnitudeUnits& units) {
  return PowerOfTen(units.decimals + units.weight_decimals);
}

void Add(const std::string& rule, const ProtectionLevel& level, MagnitudeVerdict* verdict) {
  if (!level.sensitive) return;
  if (verdict->rule.empty()) verdict->rule = rule;
  verdict->level = Strictest(verdict->level, level);
}

// The cell as a rule sees it that asks for the n largest.
using LargestN = std::function<Concentration(int n)>;

void AddConcentrationRules(const LargestN& largest, const ConcentrationTerms& terms,
                           const RuleSet& rules, MagnitudeVerdict* verdict) {
  if (!terms.asked) return;
  const int f = terms.divisor_percent;
  for (const DominanceParameters& rule : rules.dominance) {
    Add(DominanceName(rule), JudgeDominance(largest(rule.n), rule, f), verdict);
  }
  if (rules.p_percent) {
    const Concentration cell = largest(rules.p_percent->coalition + 1);
    Add("p_percent", JudgePPercent(cell, *rules.p_percent, f), verdict);
  }
  for (const PriorPosteriorParameters& rule : rules.prior_posterior) {
    const Concentration cell = largest(rule.coalition + 1);
    Add(PriorPosteriorName(rule), JudgePriorPosterior(cell, rule, f), verdict);
  }
}

ProtectionLevel FewLevel(absl::int128 total, const Concentration& largest,
                         const MagnitudeUnits& units, const RuleSet& rules) {
  const int64_t p_ppm = rules.p_percent ? rules.p_percent->p_ppm : 100'000;
  return FrequencyLevel(total, PPercentOfLargest(largest, p_ppm), UnitOf(units), rules.frequency);
}

void AddZero(absl::int128 total, int64_t records, const MagnitudeUnits& units, const RuleSet& rules,
             MagnitudeVerdict* verdict) {
  if (!rules.zero) return;
  Add("zero", JudgeZero(total, records, units.any_sign, UnitOf(units), *rules.zero), verdict);
}

MagnitudeVerdict AtLeastOneUnit(MagnitudeVerdict verdict, const MagnitudeUnits& units) {
  if (!verdict.level.sensitive) return verdict;
  verdict.level.upper_level = std::max(verdict.level.upper_level, UnitOf(units));
  verdict.level.lower_level = std::max(verdict.level.lower_level, UnitOf(units));
  return verdict;
}

}  // namespace

MagnitudeVerdict JudgeMagnitude(const Contributions& cell, const MagnitudeUnits& units,
                                const RuleSet& rules) {
  MagnitudeVerdict verdict;
  const bool negative = MayBeNegative(units.any_sign, cell.total, cell.absolute_total);
  const auto largest = [&](int n) {
    return ConcentrationOf(cell, units.weight_decimals, units.weighted, rules.weights, n);
  };
  AddConcentrationRules(largest, TermsFor(negative, rules.negative), rules, &verdict);
  const FrequencyCounts counts{.records = cell.rows,
                               .contributors = cell.contributors,
                               .weight = cell.weight,
                               .weight_decimals = units.weight_decimals};
  if (IsBelowFrequency(counts, rules.frequency)) {
    Add("frequency", FrequencyOnlyLevel(cell, units, rules), &verdict);
  }
  AddZero(cell.total, cell.rows, units, rules, &verdict);
  return AtLeastOneUnit(std::move(verdict), units);
}

MagnitudeVerdict JudgeMagnitude(const CellContributions& cell, const MagnitudeUnits& units,
                                const RuleSet& rules) {
  MagnitudeVerdict verdict;
  const absl::int128 total = cell.Total();
  const bool negative = MayBeNegative(units.any_sign, total, cell.AbsoluteTotal());
  const auto largest = [&](int n) { return ConcentrationOf(cell, rules.weights, n); };
  AddConcentrationRules(largest, TermsFor(negative, rules.negative), rules, &verdict);
  if (rules.request) Add("request", JudgeRequest(cell, UnitOf(units), *rules.request), &verdict);
  const FrequencyCounts counts{.records = cell.records,
                               .contributors = cell.ContributorsWithValue(),
                               .weight = cell.weight,
                               .weight_decimals = cell.weight_decimals};
  const bool all_agree = largest(1).largest.empty();
  if (!all_agree && IsBelowFrequency(counts, rules.frequency)) {
    Add("frequency", FewLevel(total, largest(1), units, rules), &verdict);
  }
  AddZero(total, cell.records, units, rules, &verdict);
  return AtLeastOneUnit(std::move(verdict), units);
}

ProtectionLevel FrequencyOnlyLevel(const Contributions& cell, const MagnitudeUnits& units,
                                   const RuleSet& rules) {
  const Concentration largest =
      ConcentrationOf(cell, units.weight_decimals, units.weighted, WeightsMethod::kSample, 1);
  return FewLevel(cell.total, largest, units, rules);
}

int CoalitionOf(const RuleSet& rules) {
  int coalition = std::max(rules.frequency.coalition, 1);
  if (rules.p_percent) coalition = std::max(coalition, rules.p_percent->coalition);
  for (const PriorPosteriorParameters& rule : rules.prior_posterior) {
    coalition = std::max(coalition, rule.coalition);
  }
  return coalition;
}

}  // namespace kluis
