// Families of statistics with one kind of risk ("statbarns"), and the checks that a rule set can
// ask of a family. Source: w3id.org/statbarnsdc, as ACRO 1.0.1 lists it.
#ifndef KLUIS_DISCLOSURE_POLICY_STATISTIC_CHECKS_H_
#define KLUIS_DISCLOSURE_POLICY_STATISTIC_CHECKS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

enum class StatisticFamily {
  kFrequencies,         // counts, histograms
  kLinearAggregations,  // sums, means
  kEndpoints,           // minimum, maximum
  kPosition,            // median, percentiles
  kMode,
  kShape,                    // variance, standard deviation, skewness, kurtosis
  kCorrelationCoefficients,  // correlations, regressions
  kHypothesisTests,          // t, F, chi square, R2
  kCalculatedRatios,         // shares, ratios, odds
  kConcentrationRatios,      // Herfindahl
  kGini,                     // Gini, Lorenz
  kHazardSurvival,           // Kaplan-Meier
  kLinkedTables,
  kClusters,
};

enum class StatisticCheck {
  kFrequency,        // minimum frequency, of contributors with a value where there is one
  kDominance,        // every (n,k) rule
  kPPercent,         // p% and (p,q)
  kZero,             // empty and zero cells, shares of 0 per cent
  kGroupDisclosure,  // shares of a row or column
  kEachSide,         // contributors on each side of a percentile
  kDegreesOfFreedom,
  kImpliedTables,  // frequency tables that agree with a mean and a standard deviation
  kBothParts,      // numerator and denominator, numerator and complement
  kHistory,        // differences with what was released
  kReview,         // a person looks
  kRefuse,         // never released
};

// As they are written in a rule set, in the order above.
const std::vector<std::pair<std::string, StatisticFamily>>& StatisticFamilies();
const std::vector<std::pair<std::string, StatisticCheck>>& StatisticChecks();

// Of a statistic's name in the language: "count", "avg", "stddev", "percentile", .... Unknown names
// are kClusters, which are looked at by a person.
StatisticFamily FamilyOf(absl::string_view statistic);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_STATISTIC_CHECKS_H_
