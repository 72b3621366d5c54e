#include "disclosure/policy/statistic_checks.h"

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

}  // namespace kluis
