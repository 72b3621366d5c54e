#include "disclosure/policy/statistic_checks.h"

#include <map>

namespace kluis {

const std::vector<std::pair<std::string, StatisticFamily>>& StatisticFamilies() {
  static const auto& families = *new std::vector<std::pair<std::string, StatisticFamily>>{
      {"frequencies", StatisticFamily::kFrequencies},
      {"linear_aggregations", StatisticFamily::kLinearAggregations},
      {"endpoints", StatisticFamily::kEndpoints},
      {"position", StatisticFamily::kPosition},
      {"mode", StatisticFamily::kMode},
      {"shape", StatisticFamily::kShape},
      {"correlation_coefficients", StatisticFamily::kCorrelationCoefficients},
      {"hypothesis_tests", StatisticFamily::kHypothesisTests},
      {"calculated_ratios", StatisticFamily::kCalculatedRatios},
      {"concentration_ratios", StatisticFamily::kConcentrationRatios},
      {"gini", StatisticFamily::kGini},
      {"hazard_survival", StatisticFamily::kHazardSurvival},
      {"linked_tables", StatisticFamily::kLinkedTables},
      {"clusters", StatisticFamily::kClusters},
  };
  return families;
}

const std::vector<std::pair<std::string, StatisticCheck>>& StatisticChecks() {
  static const auto& checks = *new std::vector<std::pair<std::string, StatisticCheck>>{
      {"frequency", StatisticCheck::kFrequency},
      {"dominance", StatisticCheck::kDominance},
      {"p_percent", StatisticCheck::kPPercent},
      {"zero", StatisticCheck::kZero},
      {"group_disclosure", StatisticCheck::kGroupDisclosure},
      {"each_side", StatisticCheck::kEachSide},
      {"degrees_of_freedom", StatisticCheck::kDegreesOfFreedom},
      {"implied_tables", StatisticCheck::kImpliedTables},
      {"both_parts", StatisticCheck::kBothParts},
      {"history", StatisticCheck::kHistory},
      {"review", StatisticCheck::kReview},
      {"refuse", StatisticCheck::kRefuse},
  };
  return checks;
}

StatisticFamily FamilyOf(absl::string_view statistic) {
  static const auto& families = *new std::map<std::string, StatisticFamily>{
      {"count", StatisticFamily::kFrequencies},
      {"count_distinct", StatisticFamily::kFrequencies},
      {"sum", StatisticFamily::kLinearAggregations},
      {"avg", StatisticFamily::kLinearAggregations},
      {"min", StatisticFamily::kEndpoints},
      {"max", StatisticFamily::kEndpoints},
      {"median", StatisticFamily::kPosition},
      {"percentile", StatisticFamily::kPosition},
      {"mode", StatisticFamily::kMode},
      {"stddev", StatisticFamily::kShape},
      {"variance", StatisticFamily::kShape},
      {"corr", StatisticFamily::kCorrelationCoefficients},
      {"regression", StatisticFamily::kCorrelationCoefficients},
      {"share", StatisticFamily::kCalculatedRatios},
      {"ratio", StatisticFamily::kCalculatedRatios},
      {"gini", StatisticFamily::kGini},
  };
  const auto found = families.find(std::string(statistic));
  return found == families.end() ? StatisticFamily::kClusters : found->second;
}

}  // namespace kluis
