// All rules together, and the checks of each family of statistics.
#include "disclosure/rules/magnitude.h"

#include <gtest/gtest.h>

#include "disclosure/rules/frequency.h"
#include "disclosure/rules/statistic_family.h"
#include "tests/disclosure/rules/cells.h"

namespace kluis {
namespace {

TEST(MagnitudeTest, LevelsAreTheLargestOfTheViolatedRulesAndAtLeastOneUnit) {
  RuleSet rules;
  rules.frequency.minimum = 10;
  EXPECT_EQ(JudgeMagnitude(Aggregated(3, 1000, {400, 300, 300}), {}, rules).rule, "frequency");
  EXPECT_EQ(JudgeMagnitude(Aggregated(3, 1000, {400, 300, 300}), {}, rules).level.upper_level, 150);
  EXPECT_EQ(JudgeMagnitude(Aggregated(3, 3, {1, 1, 1}), {.decimals = 2}, rules).level.lower_level, 100);
  EXPECT_FALSE(JudgeMagnitude(Aggregated(10, 1000, {400}), {}, rules).level.sensitive);
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  const MagnitudeVerdict verdict = JudgeMagnitude(Aggregated(20, 1000, {600, 10}), {}, rules);
  EXPECT_EQ(verdict.rule, "dominance(1,50)");
  EXPECT_EQ(verdict.level.upper_level, 200);
  // 5.01 of 10.00: 0.02 short of the share, so one unit of the measure.
  EXPECT_EQ(JudgeMagnitude(Aggregated(20, 1000, {501, 10}), {.decimals = 2}, rules).level, Symmetric(100));
}

TEST(MagnitudeTest, WeightedTotalsAreComparedWithSampleValues) {
  RuleSet rules;
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  const MagnitudeUnits units{.weight_decimals = 1, .weighted = true};
  Contributions cell = Aggregated(20, 0, {90, 10});
  cell.weight = 4000;
  cell.total = cell.absolute_total = 1800;  // 180.0: exactly half
  EXPECT_FALSE(JudgeMagnitude(cell, units, rules).level.sensitive);
  cell.total = cell.absolute_total = 1799;
  EXPECT_TRUE(JudgeMagnitude(cell, units, rules).level.sensitive);
}

RuleSet AllRules() {
  RuleSet rules;
  rules.frequency.minimum = 3;
  rules.dominance = {{.n = 1, .share_ppm = 700'000}, {.n = 2, .share_ppm = 900'000}};
  rules.p_percent = PPercentParameters{.p_ppm = 50'000, .coalition = 1};
  rules.prior_posterior = {{.p_ppm = 50'000, .q_ppm = 200'000, .coalition = 1}};
  rules.request = RequestParameters{.variable = "v", .codes = {{"1", 600'000}}, .minimum = 4};
  rules.zero = ZeroParameters{.range = 7};
  return rules;
}

// The rule named is the first in the order dominance, p%, (p,q), request, frequency, zero.
TEST(MagnitudeTest, OnMicrodata) {
  const struct { const char* what; std::vector<Unit> units; const char* rule; int level; } cases[] = {
      {"no rule",                            {{30}, {30}, {20}, {20}},                          "", 0},
      {"71 of 100: 1.43 short of 70 %",      {{71}, {15}, {14}},                                "dominance(1,70)", 4},
      {"exactly 70 of 100, 90 of 100",       {{70}, {20}, {10}},                                "prior_posterior(5,20)", 8},
      {"(2,90): 10 more than 100",           {{50}, {49}, {1}},                                 "dominance(2,90)", 12},
      {"the largest asked, 62 of 100",       {{62, 1, 1}, {19}, {19}, {0}},                     "request", 15},
      {"asked, and three of four",           {{40, 1, 1}, {30}, {30}},                          "request", 15},
      {"two contributors: 15 per cent",      {{50}, {50}},                                      "dominance(2,90)", 15},
      {"all zero",                           {{0}, {0}},                                        "zero", 7},
      {"the largest agreed",                 {{71, 1, 0, true}, {15}, {14}},                    "", 0},
      {"all of two agreed",                  {{71, 1, 0, true}, {29, 1, 0, true}},              "", 0},
  };
  for (const auto& c : cases) {
    const MagnitudeVerdict verdict = JudgeMagnitude(Microdata(c.units), {}, AllRules());
    EXPECT_EQ(verdict.rule, c.rule) << c.what;
    EXPECT_EQ(verdict.level.upper_level, c.level) << c.what;
  }
}

// 100, -90 and ten of 1: sizes 200, so (1,70) is safe; 10 left of 100 is exactly p = 10.
TEST(MagnitudeTest, NegativeContributionsNeverPassSilently) {
  std::vector<Unit> units = {{100}, {-91}};
  for (int i = 0; i < 9; ++i) units.push_back({1});
  const struct { const char* what; NegativeParameters negative; bool any_sign; const char* rule; } cases[] = {
      {"sizes: 9 left of 100",             {NegativePolicy::kAbsolute, 100},  true,  "p_percent"},
      {"f = 2: p = 5",                     {NegativePolicy::kDivide, 200},    true,  ""},
      {"f = 1.1: p = 9.09",                {NegativePolicy::kDivide, 110},    true,  "p_percent"},
      {"f = 1.12: p = 8.93",               {NegativePolicy::kDivide, 112},    true,  ""},
      {"frequency: eleven contributors",   {NegativePolicy::kFrequency, 100}, true,  ""},
      {"the cell itself has a loss",       {NegativePolicy::kFrequency, 100}, false, ""},
  };
  for (const auto& c : cases) {
    RuleSet rules;
    rules.frequency.minimum = 10;
    rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
    rules.negative = c.negative;
    EXPECT_EQ(JudgeMagnitude(Microdata(units), {.any_sign = c.any_sign}, rules).rule, c.rule) << c.what;
    rules.frequency.minimum = 12;
    EXPECT_TRUE(JudgeMagnitude(Microdata(units), {}, rules).level.sensitive) << c.what;
  }
}

// What the engine hands over and what microdata give is one cell.
TEST(MagnitudeTest, AggregatesAndMicrodataAgree) {
  const std::vector<std::vector<Unit>> cells = {
      {}, {{0}}, {{5}}, {{5}, {4}, {3}, {2}}, {{71}, {15}, {14}}, {{70}, {20}, {10}}, {{50}, {-49}, {1}}};
  for (const auto& units : cells) {
    const CellContributions microdata = Microdata(units);
    Contributions cell = Aggregated(microdata.ContributorsWithValue(), 0, {});
    cell.rows = microdata.records;
    cell.total = microdata.Total();
    cell.absolute_total = microdata.AbsoluteTotal();
    for (const Contribution& c : microdata.sorted) {
      if (c.value != 0) cell.largest.push_back(c.value < 0 ? -c.value : c.value);
    }
    const MagnitudeVerdict a = JudgeMagnitude(cell, {}, AllRules());
    const MagnitudeVerdict b = JudgeMagnitude(microdata, {}, AllRules());
    EXPECT_EQ(a.rule, b.rule);
    EXPECT_EQ(a.level, b.level);
  }
}

using Check = StatisticCheck;
using Family = StatisticFamily;

// The checks of statbarns, as far as a rule set has parameters for them.
TEST(StatisticFamilyTest, ChecksOfEachFamily) {
  RuleSet rules = AllRules();
  rules.group_disclosure = GroupDisclosureParameters{};
  const struct { const char* statistic; Family family; std::vector<Check> checks; } cases[] = {
      {"count",      Family::kFrequencies,             {Check::kFrequency, Check::kZero, Check::kGroupDisclosure, Check::kHistory}},
      {"sum",        Family::kLinearAggregations,      {Check::kFrequency, Check::kDominance, Check::kPPercent, Check::kZero, Check::kHistory}},
      {"avg",        Family::kLinearAggregations,      {Check::kFrequency, Check::kDominance, Check::kPPercent, Check::kZero, Check::kHistory}},
      {"max",        Family::kEndpoints,               {Check::kRefuse}},
      {"median",     Family::kPosition,                {Check::kFrequency, Check::kEachSide, Check::kGroupDisclosure}},
      {"mode",       Family::kMode,                    {Check::kGroupDisclosure, Check::kHistory}},
      {"stddev",     Family::kShape,                   {Check::kFrequency, Check::kDegreesOfFreedom, Check::kImpliedTables}},
      {"regression", Family::kCorrelationCoefficients, {Check::kDegreesOfFreedom}},
      {"ratio",      Family::kCalculatedRatios,        {Check::kBothParts, Check::kFrequency, Check::kDominance, Check::kPPercent, Check::kHistory}},
      {"gini",       Family::kGini,                    {Check::kFrequency}},
      {"unheard of", Family::kClusters,                {Check::kReview}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(FamilyOf(c.statistic), c.family) << c.statistic;
    EXPECT_EQ(ChecksOf(c.family, rules), c.checks) << c.statistic;
  }
}

TEST(StatisticFamilyTest, NoFamilyIsWithoutACheck) {
  RuleSet bare;
  bare.frequency.protect_zeros = false;
  for (const auto& [name, family] : StatisticFamilies()) EXPECT_FALSE(ChecksOf(family, bare).empty()) << name;
  EXPECT_EQ(ChecksOf(Family::kLinearAggregations, bare), (std::vector<Check>{Check::kFrequency, Check::kHistory}));
}

TEST(MagnitudeTest, TheLargestCoalitionOfAnyRuleIsExpected) {
  RuleSet rules;
  EXPECT_EQ(CoalitionOf(rules), 1);
  rules.frequency.coalition = 2;
  EXPECT_EQ(CoalitionOf(rules), 2);
  rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 3};
  EXPECT_EQ(CoalitionOf(rules), 3);
  rules.prior_posterior = {{.p_ppm = 50'000, .q_ppm = 500'000, .coalition = 1},
                           {.p_ppm = 50'000, .q_ppm = 500'000, .coalition = 4}};
  EXPECT_EQ(CoalitionOf(rules), 4);
}

TEST(StatisticFamilyTest, TheRuleSetDecides) {
  RuleSet rules;
  rules.statistics[Family::kEndpoints] = {Check::kEachSide};
  EXPECT_EQ(ChecksOf(Family::kEndpoints, rules), (std::vector<Check>{Check::kEachSide}));
}

TEST(StatisticFamilyTest, WhatAFamilyLeavesOutIsNotAsked) {
  RuleSet rules = AllRules();
  rules.group_disclosure = GroupDisclosureParameters{};
  rules.frequency.records = rules.frequency.weighted = 7;
  const Family family = Family::kLinearAggregations;
  EXPECT_EQ(RulesFor(family, rules), rules);
  rules.statistics[family] = {Check::kDominance};
  const RuleSet dominance = RulesFor(family, rules);
  EXPECT_EQ(dominance.dominance, rules.dominance);
  EXPECT_FALSE(dominance.p_percent || dominance.zero || dominance.group_disclosure);
  EXPECT_TRUE(dominance.prior_posterior.empty() && !dominance.frequency.protect_zeros);
  EXPECT_FALSE(IsBelowFrequency({.records = 1, .contributors = 1}, dominance.frequency));
  rules.statistics[family] = {Check::kFrequency, Check::kPPercent, Check::kZero, Check::kGroupDisclosure};
  RuleSet others = RulesFor(family, rules);
  EXPECT_TRUE(others.dominance.empty());
  others.dominance = rules.dominance;
  EXPECT_EQ(others, rules);
}

}  // namespace
}  // namespace kluis
