// Rule sets, key by key: the documented example, the other rules, and what goes without saying.
#include "disclosure/policy/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "disclosure/policy/load.h"
#include "tests/disclosure/policy/documented_examples.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kPrimaryRules[] = R"(rules: foreign-trade
frequency: {minimum: 3, records: 10, weighted: 30}
prior_posterior: [{p: 10, q: 60}, {p: 5, q: 50, coalition: 2}]
request: {variable: verzoek, codes: [{code: "1", share: 0.70}, {code: "2", share: 0.40}], minimum: 3, range: 20}
waiver: {variable: toestemming, code: J}
zero: {range: 5}
negative: {policy: divide, divisor: 1.5}
weights: spread
missing: skip
shadow: omzet
group_disclosure: {share: 0.90, of: lines, none: protect}
degrees_of_freedom: {minimum: 12}
implied_tables: {minimum: 5, levels: 7}
statistics: {endpoints: [refuse], shape: [degrees_of_freedom, implied_tables]}
)";

TEST(RuleSetTest, TheDocumentedExampleIsReadKeyByKey) {
  const auto parsed = ParseRuleSet(kRuleSet, "rules/standard.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const RuleSet& rules = parsed.value;
  EXPECT_EQ(rules.name, "standard");
  EXPECT_EQ(rules.contributor, "holding_id");
  EXPECT_EQ(rules.frequency, (FrequencyParameters{10, true, true, 15, 1}));
  EXPECT_THAT(rules.dominance,
              ElementsAre(DominanceParameters{1, 500'000}, DominanceParameters{2, 850'000}));
  EXPECT_EQ(rules.p_percent, (PPercentParameters{100'000, 1}));
  EXPECT_EQ(rules.group_disclosure, (GroupDisclosureParameters{900'000, false, false}));
  EXPECT_EQ(rules.percentile_each_side, 10);
  EXPECT_EQ(rules.secondary, (SecondaryParameters{true, "value", 100, 10'000}));
  EXPECT_FALSE(rules.history.hold_on_hit);
  EXPECT_EQ(rules.review, (ReviewParameters{2, {"regression"}, 10'000}));
  EXPECT_EQ(rules.queries_per_day, 500);
  EXPECT_EQ(rules.cells_per_query, 1'000'000);
}

TEST(RuleSetTest, WhatWaitsForReviewersIsReadKeyByKey) {
  const auto parsed = ParseRuleSet(
      "rules: r\nreview: {reviewers: 1, hold: [{statistic: gini}, {statistic: shape}, {cells_over: 9},"
      " {cells_over: 7}, {new_dataset: true}, {first_release: true}, {sample: 5}, {sample: 3}]}\n",
      "rules/r.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.value.review, (ReviewParameters{1, {"gini", "shape"}, 7, true, true, 5}));
}

// A statistic that nothing is called would never be held.
TEST(RuleSetTest, AHoldOfAnUnknownStatisticIsAMistake) {
  EXPECT_FALSE(ParseRuleSet("rules: r\nreview: {hold: [{statistic: regresion}]}\n", "r.yaml").ok());
  EXPECT_FALSE(ParseRuleSet("rules: r\nreview: {hold: [{sample: 0}]}\n", "r.yaml").ok());
  const auto checked = ParseRuleSet("rules: r\nreview: {after_check: 20}\n", "r.yaml");
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked.value.review.after_check_percent, 20);
  EXPECT_FALSE(ParseRuleSet("rules: r\nreview: {after_check: 101}\n", "r.yaml").ok());
}

TEST(RuleSetTest, ThePrimaryRulesAreReadKeyByKey) {
  const auto parsed = ParseRuleSet(kPrimaryRules, "rules/foreign-trade.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const RuleSet& rules = parsed.value;
  EXPECT_EQ(rules.frequency, (FrequencyParameters{3, true, true, 15, 1, 10, 30}));
  EXPECT_THAT(rules.prior_posterior, ElementsAre(PriorPosteriorParameters{100'000, 600'000, 1},
                                                 PriorPosteriorParameters{50'000, 500'000, 2}));
  EXPECT_EQ(rules.request, (RequestParameters{"verzoek", {{"1", 700'000}, {"2", 400'000}}, 3, 20}));
  EXPECT_EQ(rules.waiver, (WaiverParameters{"toestemming", "J"}));
  EXPECT_EQ(rules.zero, ZeroParameters{5});
  EXPECT_EQ(rules.negative, (NegativeParameters{NegativePolicy::kDivide, 150}));
  EXPECT_EQ(rules.weights, WeightsMethod::kSpread);
  EXPECT_FALSE(rules.judge_missing);
  EXPECT_EQ(rules.shadow, "omzet");
  EXPECT_EQ(rules.group_disclosure, (GroupDisclosureParameters{900'000, true, true}));
  EXPECT_EQ(rules.degrees_of_freedom, 12);
  EXPECT_EQ(rules.implied_tables, (ImpliedTablesParameters{5, 7}));
  EXPECT_THAT(
      rules.statistics,
      ElementsAre(Pair(StatisticFamily::kEndpoints, ElementsAre(StatisticCheck::kRefuse)),
                  Pair(StatisticFamily::kShape, ElementsAre(StatisticCheck::kDegreesOfFreedom,
                                                            StatisticCheck::kImpliedTables))));
}

// The floors are in tests/golden/policy/rules_regression.yaml.
TEST(RuleSetTest, ModelsHaveFloorsThatARuleSetCanRaise) {
  const auto none = ParseRuleSet("rules: r\n", "r.yaml");
  EXPECT_EQ(none.value.regression, (RegressionParameters{10, 10, 0}));
  const auto more = ParseRuleSet(
      "rules: r\nregression: {degrees_of_freedom: 20, units_per_parameter: 15, level_minimum: 30}\n",
      "r.yaml");
  ASSERT_TRUE(more.ok()) << FormatDiagnostics(more.diagnostics);
  EXPECT_EQ(more.value.regression, (RegressionParameters{20, 15, 30}));
}

TEST(RuleSetTest, WithoutThoseKeysNothingChanges) {
  const auto parsed = ParseRuleSet("rules: r\n", "r.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const RuleSet& rules = parsed.value;
  EXPECT_EQ(rules.frequency, (FrequencyParameters{10, true, true, 15, 1, 0, 0}));
  EXPECT_THAT(rules.prior_posterior, IsEmpty());
  EXPECT_FALSE(rules.request.has_value() || rules.waiver.has_value() || rules.zero.has_value());
  EXPECT_EQ(rules.negative, (NegativeParameters{NegativePolicy::kAbsolute, 100}));
  EXPECT_EQ(rules.weights, WeightsMethod::kSample);
  EXPECT_TRUE(rules.judge_missing && rules.shadow.empty() && rules.statistics.empty());
}

TEST(RuleSetTest, LargestNeededIsOneMoreThanTheHungriestRuleLooksAt) {
  struct Case {
    const char* situation;
    const char* rules;
    int largest;
  };
  for (const Case& c : {
           Case{"no magnitude rule", "", 2},
           Case{"dominance by three", "dominance: [{n: 3, share: 0.7}, {n: 1, share: 0.5}]\n", 4},
           Case{"p% needs the second", "p_percent: {p: 10}\n", 3},
           Case{"p% with a coalition of 2", "p_percent: {p: 10, coalition: 2}\n", 4},
           Case{"(p,q) with a coalition of 4",
                "prior_posterior: [{p: 5, q: 50}, {p: 5, q: 50, coalition: 4}]\n", 6},
           Case{"the larger of both",
                "dominance: [{n: 2, share: 0.8}]\np_percent: {p: 5, coalition: 3}\n", 5},
       }) {
    const auto parsed = ParseRuleSet(absl::StrCat("rules: r\n", c.rules), "r.yaml");
    ASSERT_TRUE(parsed.ok()) << c.situation << "\n" << FormatDiagnostics(parsed.diagnostics);
    EXPECT_EQ(parsed.value.LargestNeeded(), c.largest) << c.situation;
  }
}

// The floor is the law's for an enclave; whoever has a file of their own may have no minimum.
TEST(RuleSetTest, AMinimumOfOneIsForOwnFilesOnly) {
  struct Case {
    const char* frequency;
    bool own_file;
    bool enclave;
  };
  for (const Case& c : {
           Case{"{minimum: 1}", true, false},
           Case{"{minimum: 1, zeros: publish}", true, false},
           Case{"{minimum: 2}", true, false},
           Case{"{minimum: 3}", true, true},
           Case{"{minimum: 0}", false, false},
           Case{"{minimum: 1, zeros: protect}", false, false},
           Case{"{minimum: 1, coalition: 2}", false, false},
           Case{"{minimum: 2, coalition: 2}", false, false},
       }) {
    const std::string text = absl::StrCat("rules: r\nfrequency: ", c.frequency, "\n");
    EXPECT_EQ(ParseRuleSet(text, "r.yaml", RuleSetUse::kOwnFile).ok(), c.own_file) << text;
    EXPECT_EQ(ParseRuleSet(text, "r.yaml").ok(), c.enclave) << text;
    const std::map<std::string, std::string> files = {{"rules/r.yaml", text}};
    EXPECT_EQ(ParsePolicyBundle(files, {}, RuleSetUse::kOwnFile).ok(), c.own_file) << text;
    EXPECT_EQ(ParsePolicyBundle(files, {}).ok(), c.enclave) << text;
  }
  const auto none =
      ParseRuleSet("rules: r\nfrequency: {minimum: 1}\n", "r.yaml", RuleSetUse::kOwnFile);
  EXPECT_EQ(none.value.frequency, (FrequencyParameters{1, false, true, 15, 1, 0, 0}));
}

TEST(RuleSetTest, TheCostIsANameAndAPower) {
  struct Case {
    const char* text;
    const char* cost;  // null: refused
    int power_percent;
  };
  for (const Case& c : {
           Case{"value", "value", 100},
           Case{"value^0.5", "value", 50},
           Case{"omzet^2", "omzet", 200},
           Case{"frequency^0.01", "frequency", 1},
           Case{"value^0", nullptr, 0},
           Case{"value^2.01", nullptr, 0},
           Case{"value^-1", nullptr, 0},
           Case{"value^", nullptr, 0},
           Case{"value^0.5^2", nullptr, 0},
           Case{"^0.5", nullptr, 0},
           Case{"unity^2", nullptr, 0},
           Case{"two words", nullptr, 0},
       }) {
    const auto parsed =
        ParseRuleSet(absl::StrCat("rules: r\nsecondary: {cost: ", c.text, "}\n"), "r.yaml");
    EXPECT_EQ(parsed.ok(), c.cost != nullptr) << c.text << "\n"
                                              << FormatDiagnostics(parsed.diagnostics);
    if (c.cost == nullptr) {
      ASSERT_EQ(parsed.diagnostics.size(), 1) << c.text;
      EXPECT_EQ(parsed.diagnostics[0].line, 2) << c.text;
      continue;
    }
    EXPECT_EQ(parsed.value.secondary.cost, c.cost) << c.text;
    EXPECT_EQ(parsed.value.secondary.cost_power_percent, c.power_percent) << c.text;
  }
}

TEST(RuleSetTest, FractionsAndPercentagesAreExact) {
  const auto parsed = ParseRuleSet(
      "rules: r\ndominance: [{n: 1, share: 0.000001}, {n: 2, share: 0.999999}]\n"
      "p_percent: {p: 0.0001}\ngroup_disclosure: {share: 0.9}\n",
      "r.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.value.dominance[0].share_ppm, 1);
  EXPECT_EQ(parsed.value.dominance[1].share_ppm, 999'999);
  EXPECT_EQ(parsed.value.p_percent->p_ppm, 1);
}

TEST(RuleSetTest, TheShippedRuleSetsLoad) {
  for (const char* name : {"standard", "business"}) {
    const std::string path = absl::StrCat("policies/rules/", name, ".yaml");
    const auto parsed = ParseRuleSet(ReadFile(absl::StrCat(KLUIS_SOURCE_DIR, "/", path)), path);
    ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    EXPECT_EQ(parsed.value.name, name);
    EXPECT_EQ(parsed.value.frequency.minimum, 10);
    EXPECT_EQ(parsed.value.LargestNeeded(), 3);
  }
}

}  // namespace
}  // namespace kluis
