#include "disclosure/rules/statistic_family.h"

#include <algorithm>
#include <map>
#include <string>

namespace kluis {
namespace {

using Check = StatisticCheck;
using Family = StatisticFamily;

const std::vector<Check>& DefaultChecks(Family family) {
  static const auto& checks = *new std::map<Family, std::vector<Check>>{
      {Family::kFrequencies,
       {Check::kFrequency, Check::kZero, Check::kGroupDisclosure, Check::kHistory}},
      {Family::kLinearAggregations,
       {Check::kFrequency, Check::kDominance, Check::kPPercent, Check::kZero, Check::kHistory}},
      {Family::kEndpoints, {Check::kRefuse}},
      {Family::kPosition, {Check::kFrequency, Check::kEachSide, Check::kGroupDisclosure}},
      {Family::kMode, {Check::kGroupDisclosure, Check::kHistory}},
      {Family::kShape, {Check::kFrequency, Check::kDegreesOfFreedom, Check::kImpliedTables}},
      {Family::kCorrelationCoefficients, {Check::kDegreesOfFreedom}},
      {Family::kHypothesisTests, {Check::kDegreesOfFreedom}},
      {Family::kCalculatedRatios,
       {Check::kBothParts, Check::kFrequency, Check::kDominance, Check::kPPercent,
        Check::kHistory}},
      {Family::kConcentrationRatios, {Check::kFrequency, Check::kDominance, Check::kPPercent}},
      {Family::kGini, {Check::kFrequency}},
      {Family::kHazardSurvival, {Check::kDegreesOfFreedom, Check::kReview}},
      {Family::kLinkedTables, {Check::kReview}},
      {Family::kClusters, {Check::kReview}},
  };
  return checks.at(family);
}

bool HasParameters(Check check, const RuleSet& rules) {
  switch (check) {
    case Check::kDominance:
      return !rules.dominance.empty();
    case Check::kPPercent:
      return rules.p_percent.has_value() || !rules.prior_posterior.empty();
    case Check::kGroupDisclosure:
      return rules.group_disclosure.has_value();
    case Check::kZero:
      return rules.frequency.protect_zeros || rules.zero.has_value();
    default:
      return true;
  }
}

}  // namespace

std::vector<StatisticCheck> ChecksOf(StatisticFamily family, const RuleSet& rules) {
  const auto own = rules.statistics.find(family);
  if (own != rules.statistics.end()) return own->second;
  std::vector<StatisticCheck> checks;
  for (const Check check : DefaultChecks(family)) {
    if (HasParameters(check, rules)) checks.push_back(check);
  }
  if (checks.empty()) checks.push_back(Check::kReview);
  return checks;
}

RuleSet RulesFor(StatisticFamily family, const RuleSet& rules) {
  RuleSet own = rules;
  if (rules.statistics.count(family) == 0) return own;
  const std::vector<Check> checks = ChecksOf(family, rules);
  const auto asked = [&](Check check) {
    return std::find(checks.begin(), checks.end(), check) != checks.end();
  };
  if (!asked(Check::kFrequency)) {
    own.frequency.minimum = own.frequency.coalition = 1;
    own.frequency.records = own.frequency.weighted = 0;
  }
  if (!asked(Check::kZero)) {
    own.frequency.protect_zeros = false;
    own.zero.reset();
  }
  if (!asked(Check::kDominance)) own.dominance.clear();
  if (!asked(Check::kPPercent)) {
    own.p_percent.reset();
    own.prior_posterior.clear();
  }
  if (!asked(Check::kGroupDisclosure)) own.group_disclosure.reset();
  return own;
}

}  // namespace kluis
