// Which of two rule sets lets more out, and what holds for a query.
#include "disclosure/policy/strictness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"

namespace kluis {
namespace {

RuleSet Rules(const std::string& keys) {
  const auto parsed =
      ParseRuleSet(absl::StrCat("rules: r\n", keys), "rules/r.yaml", RuleSetUse::kOwnFile);
  EXPECT_TRUE(parsed.ok()) << keys << FormatDiagnostics(parsed.diagnostics);
  return parsed.value;
}

Judgement Judged(const std::string& before, const std::string& after) {
  Judgement judgement = Judgement::kNeither;
  for (const RuleDifference& difference : CompareRules(Rules(before), Rules(after)))
    judgement = Worse(judgement, difference.judgement);
  return judgement;
}

TEST(StrictnessTest, EachKeyHasItsOrder) {
  const struct {
    const char* weak;
    const char* strict;
  } cases[] = {
      {"frequency: {minimum: 5}\n", "frequency: {minimum: 6}\n"},
      {"frequency: {zeros: publish}\n", "frequency: {zeros: protect}\n"},
      {"frequency: {protect: exact}\n", "frequency: {protect: threshold}\n"},
      {"frequency: {range: 5}\n", "frequency: {range: 6}\n"},
      {"", "frequency: {coalition: 2}\n"},
      {"", "frequency: {records: 5}\n"},
      {"", "dominance: [{n: 1, share: 0.5}]\n"},
      {"dominance: [{n: 1, share: 0.5}]\n", "dominance: [{n: 1, share: 0.49}]\n"},
      {"dominance: [{n: 1, share: 0.5}]\n", "dominance: [{n: 2, share: 0.5}]\n"},
      {"dominance: [{n: 1, share: 0.5}]\n",
       "dominance: [{n: 1, share: 0.5}, {n: 2, share: 0.85}]\n"},
      {"", "p_percent: {p: 10}\n"},
      {"p_percent: {p: 10}\n", "p_percent: {p: 10, coalition: 2}\n"},
      {"prior_posterior: [{p: 10, q: 60}]\n", "prior_posterior: [{p: 10, q: 50}]\n"},
      {"", "zero: {range: 1}\n"},
      {"negative: {policy: frequency}\n", "negative: {policy: divide, divisor: 2}\n"},
      {"negative: {policy: divide, divisor: 2}\n", "negative: {policy: absolute}\n"},
      {"missing: skip\n", "missing: judge\n"},
      {"group_disclosure: {share: 0.9}\n", "group_disclosure: {share: 0.8}\n"},
      {"percentile: {each_side: 5}\n", "percentile: {each_side: 6}\n"},
      {"implied_tables: {levels: 5}\n", "implied_tables: {levels: 6}\n"},
      {"", "regression: {units_per_parameter: 11}\n"},
      {"secondary: {protect: exact}\n", "secondary: {protect: interval}\n"},
      {"", "review: {reviewers: 3}\n"},
      {"", "review: {hold: [{statistic: gini}]}\n"},
      {"review: {hold: [{cells_over: 10}]}\n", "review: {hold: [{cells_over: 9}]}\n"},
      {"review: {hold: [{sample: 5}]}\n", "review: {hold: [{sample: 6}]}\n"},
      {"limits: {queries_per_day: 100}\n", "limits: {queries_per_day: 99}\n"},
      {"", "statistics: {gini: [refuse]}\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Judged(c.weak, c.strict), Judgement::kStronger) << c.strict;
    EXPECT_EQ(Judged(c.strict, c.weak), Judgement::kWeaker) << c.strict;
    EXPECT_EQ(Judged(c.weak, c.weak), Judgement::kNeither) << c.weak;
  }
}

TEST(StrictnessTest, WhatCannotBeComparedIsWeakerBothWays) {
  const char* pairs[][2] = {
      {"dominance: [{n: 1, share: 0.5}]\n", "dominance: [{n: 2, share: 0.85}]\n"},
      {"weights: sample\n", "weights: public\n"},
      {"", "contributor: holding_id\n"},
      {"history: {on_hit: hold}\n", "history: {on_hit: suppress}\n"},
      {"frequency: {minimum: 5, zeros: protect}\n", "frequency: {minimum: 6, zeros: publish}\n"},
      {"group_disclosure: {share: 0.9}\n", "group_disclosure: {share: 0.9, of: lines}\n"},
  };
  for (const auto& [a, b] : pairs) {
    EXPECT_EQ(Judged(a, b), Judgement::kWeaker) << a << b;
    EXPECT_EQ(Judged(b, a), Judgement::kWeaker) << b << a;
  }
}

// Sums had no such rule, but variances were judged with p = 10.
TEST(StrictnessTest, ASmallPThatComesNewIsWeakerForVariances) {
  EXPECT_EQ(Judged("", "p_percent: {p: 5}\n"), Judgement::kWeaker);
  EXPECT_EQ(Judged("", "p_percent: {p: 10}\n"), Judgement::kStronger);
}

TEST(StrictnessTest, CostsAndDeadlinesAreNeither) {
  EXPECT_EQ(Judged("secondary: {cost: value}\n", "secondary: {cost: unity, deadline: 1s}\n"),
            Judgement::kNeither);
}

// A random rule set, of the keys that scoped rules can have.
std::string RandomKeys(std::mt19937& random) {
  const auto number = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  std::string keys = absl::StrCat("frequency: {minimum: ", number(3, 12), ", range: ",
                                  number(5, 20), ", zeros: ", number(0, 1) ? "publish" : "protect",
                                  ", coalition: ", number(1, 2), "}\n");
  if (number(0, 1))
    absl::StrAppend(&keys, "dominance: [{n: 1, share: 0.", number(3, 7), "}, {n: 2, share: 0.",
                    number(4, 9), "}]\n");
  absl::StrAppend(&keys, "p_percent: {p: ", number(5, 15), "}\n");  // else 10 for variances
  if (number(0, 1))
    absl::StrAppend(&keys, "prior_posterior: [{p: ", number(5, 15), ", q: ", number(50, 99), "}]\n");
  if (number(0, 1)) absl::StrAppend(&keys, "group_disclosure: {share: 0.", number(5, 9), "}\n");
  if (number(0, 1))
    absl::StrAppend(&keys, "review: {hold: [{sample: ", number(1, 50), "}, {statistic: ",
                    number(0, 1) ? "gini" : "sum", "}]}\n");
  return keys;
}

TEST(StrictnessTest, TheStricterOfTwoIsAsStrictAsBothWhateverTheOrder) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    const RuleSet a = Rules(RandomKeys(random)), b = Rules(RandomKeys(random));
    const RuleSet ab = Stricter(a, b), ba = Stricter(b, a);
    EXPECT_TRUE(AtLeastAsStrict(ab, a) && AtLeastAsStrict(ab, b)) << "seed " << seed;
    EXPECT_TRUE(AtLeastAsStrict(ba, ab) && AtLeastAsStrict(ab, ba)) << "seed " << seed;
    EXPECT_EQ(Stricter(a, Weakest()), a) << "seed " << seed;
    const RuleSet c = Rules(RandomKeys(random));
    if (AtLeastAsStrict(b, a) && AtLeastAsStrict(c, b)) {
      EXPECT_TRUE(AtLeastAsStrict(c, a)) << "seed " << seed;
    }
  }
}

constexpr char kScoped[] = R"(rules: r
frequency: {minimum: 10}
stricter:
  - when: {variables: [huishouden.schuld], levels: [wijk]}
    frequency: {minimum: 20}
  - when: {statistics: [gini]}
    because: Gini coefficients are not released
    refuse: true
  - when: {datasets: [bedrijf], roles: [researcher]}
    dominance: [{n: 1, share: 0.40}]
)";

QueryTraits Debts() {
  QueryTraits query;
  query.role = "researcher";
  query.datasets = {"huishouden"};
  query.variables = {"huishouden.schuld", "huishouden.wijk"};
  query.kinds = {VariableKind::kConfidential, VariableKind::kIdentifying};
  query.levels = {"gemeente", "wijk"};
  query.statistics = {StatisticFamily::kFrequencies};
  return query;
}

TEST(ScopedRulesTest, HoldWhereAllOfTheirListsDo) {
  const auto parsed = ParseRuleSet(kScoped, "rules/r.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  QueryTraits query = Debts();
  EXPECT_EQ(EffectiveRules(parsed.value, query).frequency.minimum, 20);
  EXPECT_TRUE(EffectiveRules(parsed.value, query).dominance.empty());
  query.levels = {"gemeente"};
  EXPECT_EQ(EffectiveRules(parsed.value, query).frequency.minimum, 10);
  query = Debts();
  query.variables = {"persoon.schuld"};
  EXPECT_EQ(EffectiveRules(parsed.value, query).frequency.minimum, 10);
  query.statistics.insert(StatisticFamily::kGini);
  EXPECT_TRUE(EffectiveRules(parsed.value, query).refuse);
  EXPECT_EQ(EffectiveRules(parsed.value, query).because_en, "Gini coefficients are not released");
  query = Debts();
  query.datasets = {"bedrijf"};
  EXPECT_EQ(EffectiveRules(parsed.value, query).dominance.size(), 1u);
  query.role = "reviewer";
  EXPECT_TRUE(EffectiveRules(parsed.value, query).dominance.empty());
}

TEST(ScopedRulesTest, CoverWhatTheirListsContain) {
  const RuleScope all = {}, debts = {.datasets = {},
                                     .variables = {"schuld"},
                                     .kinds = {},
                                     .statistics = {},
                                     .levels = {"wijk", "buurt"},
                                     .roles = {}};
  RuleScope fewer = debts;
  fewer.variables = {"huishouden.schuld"};
  fewer.levels = {"buurt"};
  EXPECT_TRUE(all.Covers(debts));
  EXPECT_FALSE(debts.Covers(all));
  EXPECT_TRUE(debts.Covers(fewer));
  EXPECT_FALSE(fewer.Covers(debts));
}

TEST(ExtendsTest, KeysThatAreNotWrittenAreThoseOfTheOther) {
  const auto bundle = ParsePolicyBundle(
      {{"rules/a.yaml", "rules: a\nextends: b\nfrequency: {zeros: publish}\ndominance: []\n"},
       {"rules/b.yaml",
        "rules: b\nextends: c\nfrequency: {minimum: 12}\np_percent: {p: 20}\n"
        "stricter:\n  - {when: {kinds: [mixed]}, frequency: {minimum: 15}}\n"},
       {"presets/c.yaml",
        "rules: c\nsource: s\nto_be_confirmed_by: CBS\n"
        "frequency: {minimum: 11, range: 20}\ndominance: [{n: 1, share: 0.5}]\n"}},
      {});
  ASSERT_TRUE(bundle.ok()) << FormatDiagnostics(bundle.diagnostics);
  const RuleSet& a = bundle.value.rules.at("a");
  EXPECT_EQ(a.frequency.minimum, 12);
  EXPECT_EQ(a.frequency.range_percent, 20);
  EXPECT_FALSE(a.frequency.protect_zeros);
  EXPECT_TRUE(a.dominance.empty());
  EXPECT_EQ(a.p_percent->p_ppm, 200'000);
  EXPECT_EQ(a.stricter.size(), 1u);
  EXPECT_EQ(a.stricter[0].file, "rules/b.yaml");
  EXPECT_TRUE(a.source.empty());
  EXPECT_EQ(bundle.value.rules.count("c"), 0u);
}

// The hash that a release names changes with what it was judged by.
TEST(ExtendsTest, TheHashIsOfBothFiles) {
  const auto hash = [](const std::string& parent) {
    return ParsePolicyBundle({{"rules/a.yaml", "rules: a\nextends: b\n"}, {"rules/b.yaml", parent}},
                             {})
        .value.rules.at("a")
        .sha256;
  };
  EXPECT_NE(hash("rules: b\n"), hash("rules: b\nfrequency: {minimum: 12}\n"));
}

}  // namespace
}  // namespace kluis
