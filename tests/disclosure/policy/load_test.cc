// The documented examples, key by key.
#include "disclosure/policy/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "disclosure/policy/nearest.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kRuleSet[] = R"(rules: standard
contributor: holding_id            # optional: the level to judge on
frequency:   {minimum: 10, zeros: protect, protect: threshold, range: 15, coalition: 1}
dominance:   [{n: 1, share: 0.50}, {n: 2, share: 0.85}]   # share is a fraction
p_percent:   {p: 10, coalition: 1}                        # p is per cent
group_disclosure: {share: 0.90}
percentile:  {each_side: 10}
secondary:   {protect: interval, cost: value, deadline: 10s}
noise:       {method: none}
history:     {scope: everyone, on_hit: suppress}
review:      {reviewers: 2, hold: [{statistic: regression}, {cells_over: 10000}]}
limits:      {queries_per_day: 500, cells_per_query: 1000000}
)";

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

constexpr char kProject[] = R"(project: heerlen-schulden
purpose: {nl: Vroegsignalering van schulden, en: Early detection of problematic debt}
organisation: gemeente-heerlen
members: [anna@heerlen.nl, b.jansen@cbs.nl]
valid: {from: 2016-11-28, until: 2036-11-28}   # until is the last valid day
rules: standard
grants:
  - {dataset: persoon, variables: [gemeente, wijk, buurt, geslacht, leeftijd, inkomen], where: {gemeente: [GM0917, GM0928]}}
)";

constexpr char kDataset[] = R"(dataset: bedrijf
title: {nl: Bedrijven, en: Businesses}
period: "2016"
lineage: bedrijf                   # snapshots of one register over time
unit: bedrijf                      # what one row is
source: {file: bedrijf.csv, empty: ""}  # CSV, CSV.gz or Parquet
bad_rows: refuse
contributor: [bedrijf_id, holding_id]
weight: null
variables:
  bedrijf_id: {role: identifier}
  holding_id: {role: identifier}
  rinpersoonshkw: {role: identifier}
  rinpersoonhkw: {role: identifier}
  gemeente:   {role: dimension, kind: identifying, codes: codes/gemeente.csv, levels: [provincie, gemeente]}
  provincie:  {role: dimension, of: gemeente, level: provincie}
  sbi:        {role: dimension, codes: codes/sbi2008.csv, levels: [sectie, afdeling, groep]}
  grootte:    {role: dimension, values: [klein, middel, groot], missing: [""]}
  leeftijd:   {role: dimension, range: [0, 120], bands: {from: 0, to: 100, widths: [5, 10, 20]}}
  omzet:      {role: measure, unit: "1 000 EUR", decimals: 2, sign: any, missing: [9999999999]}
links:
  huishouden: {key: [rinpersoonshkw, rinpersoonhkw], to: huishouden, one: true}
)";

std::string Shown(const std::vector<Diagnostic>& diagnostics) {
  return FormatDiagnostics(diagnostics);
}

TEST(RuleSetTest, TheDocumentedExampleIsReadKeyByKey) {
  const auto parsed = ParseRuleSet(kRuleSet, "rules/standard.yaml");
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
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

TEST(RuleSetTest, ThePrimaryRulesAreReadKeyByKey) {
  const auto parsed = ParseRuleSet(kPrimaryRules, "rules/foreign-trade.yaml");
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  const RuleSet& rules = parsed.value;
  EXPECT_EQ(rules.frequency, (FrequencyParameters{3, true, true, 15, 1, 10, 30}));
  EXPECT_THAT(rules.prior_posterior, ElementsAre(PriorPosteriorParameters{100'000, 600'000, 1},
                                                 PriorPosteriorParameters{50'000, 500'000, 2}));
  EXPECT_EQ(rules.request,
            (RequestParameters{"verzoek", {{"1", 700'000}, {"2", 400'000}}, 3, 20}));
  EXPECT_EQ(rules.waiver, (WaiverParameters{"toestemming", "J"}));
  EXPECT_EQ(rules.zero, ZeroParameters{5});
  EXPECT_EQ(rules.negative, (NegativeParameters{NegativePolicy::kDivide, 150}));
  EXPECT_EQ(rules.weights, WeightsMethod::kSpread);
  EXPECT_FALSE(rules.judge_missing);
  EXPECT_EQ(rules.shadow, "omzet");
  EXPECT_EQ(rules.group_disclosure, (GroupDisclosureParameters{900'000, true, true}));
  EXPECT_EQ(rules.degrees_of_freedom, 12);
  EXPECT_EQ(rules.implied_tables, (ImpliedTablesParameters{5, 7}));
  EXPECT_THAT(rules.statistics,
              ElementsAre(Pair(StatisticFamily::kEndpoints, ElementsAre(StatisticCheck::kRefuse)),
                          Pair(StatisticFamily::kShape,
                               ElementsAre(StatisticCheck::kDegreesOfFreedom,
                                           StatisticCheck::kImpliedTables))));
}

TEST(RuleSetTest, WithoutThoseKeysNothingChanges) {
  const auto parsed = ParseRuleSet("rules: r\n", "r.yaml");
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
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
    ASSERT_TRUE(parsed.ok()) << c.situation << "\n" << Shown(parsed.diagnostics);
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
    EXPECT_EQ(parsed.ok(), c.cost != nullptr) << c.text << "\n" << Shown(parsed.diagnostics);
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
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  EXPECT_EQ(parsed.value.dominance[0].share_ppm, 1);
  EXPECT_EQ(parsed.value.dominance[1].share_ppm, 999'999);
  EXPECT_EQ(parsed.value.p_percent->p_ppm, 1);
}

TEST(RuleSetTest, TheShippedRuleSetsLoad) {
  for (const char* name : {"standard", "business"}) {
    const std::string path = absl::StrCat("policies/rules/", name, ".yaml");
    const auto parsed = ParseRuleSet(ReadFile(absl::StrCat(KLUIS_SOURCE_DIR, "/", path)), path);
    ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
    EXPECT_EQ(parsed.value.name, name);
    EXPECT_EQ(parsed.value.frequency.minimum, 10);
    EXPECT_EQ(parsed.value.LargestNeeded(), 3);
  }
}

TEST(ProjectTest, TheDocumentedExampleIsReadKeyByKey) {
  const auto parsed = ParseProject(kProject, "projects/heerlen.yaml");
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  const Project& project = parsed.value;
  EXPECT_EQ(project.name, "heerlen-schulden");
  EXPECT_EQ(project.purpose_nl, "Vroegsignalering van schulden");
  EXPECT_EQ(project.purpose_en, "Early detection of problematic debt");
  EXPECT_EQ(project.organisation, "gemeente-heerlen");
  EXPECT_THAT(project.members, ElementsAre("anna@heerlen.nl", "b.jansen@cbs.nl"));
  EXPECT_EQ(project.valid_from, "2016-11-28");
  EXPECT_EQ(project.valid_until, "2036-11-28");
  EXPECT_EQ(project.rules, "standard");
  ASSERT_EQ(project.grants.size(), 1u);
  EXPECT_EQ(project.grants[0].dataset, "persoon");
  EXPECT_EQ(project.grants[0].variables.size(), 6u);
  EXPECT_THAT(project.grants[0].where,
              ElementsAre(Pair("gemeente", ElementsAre("GM0917", "GM0928"))));
}

TEST(DatasetEntryTest, TheDocumentedExampleIsReadKeyByKey) {
  const auto parsed = ParseDatasetEntry(kDataset, "datasets/bedrijf.yaml", SmallCodeLists);
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  const DatasetEntry& entry = parsed.value;
  EXPECT_EQ(entry.name, "bedrijf");
  EXPECT_EQ(entry.title_en, "Businesses");
  EXPECT_EQ(entry.period, "2016");
  EXPECT_EQ(entry.source_file, "bedrijf.csv");
  EXPECT_FALSE(entry.drop_bad_rows);
  EXPECT_THAT(entry.contributor, ElementsAre("bedrijf_id", "holding_id"));
  EXPECT_THAT(entry.weight, IsEmpty());
  ASSERT_NE(entry.FindVariable("gemeente"), nullptr);
  EXPECT_EQ(entry.FindVariable("gemeente")->kind, VariableKind::kIdentifying);
  EXPECT_EQ(entry.FindVariable("provincie")->kind, VariableKind::kIdentifying);
  EXPECT_EQ(entry.FindVariable("sbi")->kind, VariableKind::kMixed);
  EXPECT_EQ(entry.FindVariable("sbi")->codes.levels, 4);
  EXPECT_EQ(entry.FindVariable("grootte")->codes.Find("groot"), 2);
  EXPECT_TRUE(entry.FindVariable("grootte")->missing_declared);
  EXPECT_FALSE(entry.FindVariable("sbi")->missing_declared);
  EXPECT_EQ(entry.FindVariable("leeftijd")->range, std::make_pair(0, 120));
  EXPECT_THAT(entry.FindVariable("leeftijd")->bands->widths, ElementsAre(5, 10, 20));
  const Variable& turnover = *entry.FindVariable("omzet");
  EXPECT_EQ(turnover.kind, VariableKind::kConfidential);
  EXPECT_EQ(turnover.decimals, 2);
  EXPECT_TRUE(turnover.any_sign);
  EXPECT_THAT(turnover.missing, ElementsAre("9999999999"));
  ASSERT_NE(entry.FindLink("huishouden"), nullptr);
  EXPECT_EQ(entry.FindLink("huishouden")->to_key, entry.FindLink("huishouden")->key);
  EXPECT_TRUE(entry.FindLink("huishouden")->one);
  EXPECT_EQ(entry.FindVariable("nothing"), nullptr);
  EXPECT_EQ(entry.FindLink("nothing"), nullptr);
}

TEST(DatasetEntryTest, ALinkSaysWhoKnowsItsMembersAndUnknownIsMixed) {
  struct Case {
    const char* key;
    VariableKind membership;
  };
  for (const Case& c : {Case{"", VariableKind::kMixed},
                        Case{", membership: identifying", VariableKind::kIdentifying},
                        Case{", membership: mixed", VariableKind::kMixed},
                        Case{", membership: confidential", VariableKind::kConfidential}}) {
    std::string text = kDataset;
    text.insert(text.rfind('}'), c.key);
    const auto parsed = ParseDatasetEntry(text, "bedrijf.yaml", SmallCodeLists);
    ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
    EXPECT_EQ(parsed.value.FindLink("huishouden")->membership, c.membership) << c.key;
  }
}

TEST(CodeListTest, ParentsComeFirstAndTheRestKeepsItsOrder) {
  const auto parsed = ParseCodeList(
      "code,parent,level,label_nl,label_en\nB1,B,2,b1,\nA,,1,a,a\nB,,1,b,b\nA1,A,2,\"a, 1\",x\n",
      "codes/c.csv");
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  std::vector<std::string> codes;
  for (const Code& code : parsed.value.codes) codes.push_back(code.code);
  EXPECT_THAT(codes, ElementsAre("B", "B1", "A", "A1"));
  EXPECT_EQ(parsed.value.codes[1].parent, 0);
  EXPECT_EQ(parsed.value.codes[3].label_nl, "a, 1");
  EXPECT_EQ(parsed.value.levels, 2);
  EXPECT_EQ(parsed.value.Find("A1"), 3);
  EXPECT_EQ(parsed.value.Find("Z"), -1);
}

TEST(BundleTest, AConsistentBundleIsAccepted) {
  const auto entry = ParseDatasetEntry(kDataset, "bedrijf.yaml", SmallCodeLists);
  const std::string project =
      "project: p\npurpose: test\norganisation: o\nmembers: [a]\n"
      "valid: {from: 2024-02-29, until: 2024-02-29}\nrules: standard\n"
      "grants: [{dataset: bedrijf, variables: [sbi, omzet], where: {gemeente: [GM0917]}}]\n";
  const auto parsed =
      ParsePolicyBundle({{"rules/standard.yaml", kRuleSet}, {"projects/p.yaml", project}},
                        {{"bedrijf", entry.value}});
  ASSERT_TRUE(parsed.ok()) << Shown(parsed.diagnostics);
  EXPECT_EQ(parsed.value.rules.size(), 1u);
  EXPECT_EQ(parsed.value.projects.at("p").purpose_en, "test");
  EXPECT_EQ(parsed.value.sha256.size(), 64u);
}

constexpr char kRules[] = "rules: r\n";

TEST(BundleTest, ItsNameDependsOnEveryTextAndPath) {
  const std::string first = ParsePolicyBundle({{"rules/a.yaml", kRules}}, {}).value.sha256;
  const std::string moved = ParsePolicyBundle({{"rules/b.yaml", kRules}}, {}).value.sha256;
  const std::string changed =
      ParsePolicyBundle({{"rules/a.yaml", "rules: r # c\n"}}, {}).value.sha256;
  EXPECT_NE(first, moved);
  EXPECT_NE(first, changed);
  EXPECT_EQ(first, ParsePolicyBundle({{"rules/a.yaml", kRules}}, {}).value.sha256);
  // printf 'rules/a.yaml\0<sha256 of the text>\n' | sha256sum
  EXPECT_EQ(first, "04a7b52b1f635d1d36c8aed66ba3ead15d55712a44f359063b10aee4086540e5");
}

TEST(BundleTest, ANameMayStandInOneFileOnly) {
  const auto parsed = ParsePolicyBundle({{"rules/a.yaml", kRules}, {"rules/b.yaml", kRules}}, {});
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  EXPECT_EQ(parsed.diagnostics[0].file, "rules/b.yaml");
  EXPECT_EQ(parsed.diagnostics[0].message, "'r' is also in rules/a.yaml");
}

TEST(BundleTest, AFileThatIsNeitherRulesNorProjectIsAnError) {
  for (const char* path : {"rules/a.yml", "readme.txt", "rule/a.yaml", "projects.yaml"}) {
    EXPECT_FALSE(ParsePolicyBundle({{path, kRules}}, {}).ok()) << path;
  }
}

TEST(BundleTest, AMistakeInOneFileIsNotHeldAgainstTheOthers) {
  const std::string project =
      "project: p\npurpose: x\norganisation: o\nmembers: [a]\n"
      "valid: {from: 2024-01-01, until: 2024-12-31}\nrules: r\n"
      "grants: [{dataset: bedrijf, variables: [omzet]}]\n";
  const auto entry = ParseDatasetEntry(kDataset, "bedrijf.yaml", SmallCodeLists);
  const auto parsed = ParsePolicyBundle(
      {{"rules/a.yaml", "rules: r\nfrequency: {minimum: 1}\n"}, {"projects/p.yaml", project}},
      {{"bedrijf", entry.value}});
  ASSERT_EQ(parsed.diagnostics.size(), 1u) << Shown(parsed.diagnostics);
  EXPECT_EQ(parsed.diagnostics[0].file, "rules/a.yaml");
}

TEST(NearestTest, AWordIsNearWithTwoSlipsOfThePen) {
  struct Case {
    const char* situation;
    const char* word;
    const char* nearest;
  };
  const std::vector<std::string> known = {"minimum", "zeros", "protect", "n", "share"};
  for (const Case& c : {
           Case{"the word itself", "minimum", "minimum"},
           Case{"one letter too few", "minmum", "minimum"},
           Case{"neighbours swapped", "zeors", "zeros"},
           Case{"a swap and a letter too many", "porrtect", "protect"},
           Case{"capitals", "SHARE", "share"},
           Case{"three slips are another word", "mnmm", ""},
           Case{"a short word allows one", "sh", ""},
           Case{"nothing like it", "history", ""},
       }) {
    EXPECT_EQ(NearestWord(c.word, known), c.nearest) << c.situation;
  }
}

TEST(DiagnosticTest, ItIsPrintedAsACompilerDoes) {
  const std::string text = "rules: r\nfrequency: {minimum: 2}\n";
  const auto parsed = ParseRuleSet(text, "rules/r.yaml");
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  const std::string shown =
      "rules/r.yaml:2:22: frequency.minimum must be at least 3, not 2\n"
      "   2 | frequency: {minimum: 2}\n"
      "     |                      ^\n";
  EXPECT_EQ(FormatDiagnostic(parsed.diagnostics[0]), shown);
  Diagnostic bare = parsed.diagnostics[0];
  bare.excerpt.clear();
  bare.hint = "10 is usual";
  EXPECT_EQ(FormatDiagnostic(bare, text), shown + "hint: 10 is usual\n");
}

}  // namespace
}  // namespace kluis
