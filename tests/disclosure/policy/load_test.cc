// Projects, datasets, code lists and bundles of files: the documented examples, key by key.
#include "disclosure/policy/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/disclosure/policy/documented_examples.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kProject[] = R"(project: heerlen-schulden
purpose: {nl: Vroegsignalering van schulden, en: Early detection of problematic debt}
organisation: gemeente-heerlen
members: [anna@heerlen.nl, b.jansen@cbs.nl]
valid: {from: 2016-11-28, until: 2036-11-28}   # until is the last valid day
rules: standard
grants:
  - {dataset: persoon, variables: [gemeente, wijk, buurt, geslacht, leeftijd, inkomen], where: {gemeente: [GM0917, GM0928]}}
)";

TEST(ProjectTest, TheDocumentedExampleIsReadKeyByKey) {
  const auto parsed = ParseProject(kProject, "projects/heerlen.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
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
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
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
    ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    EXPECT_EQ(parsed.value.FindLink("huishouden")->membership, c.membership) << c.key;
  }
}

TEST(DatasetEntryTest, TheExampleOfTheCataloguePageLoads) {
  const std::string page = ReadFile(KLUIS_SOURCE_DIR "/docs/catalogue.md");
  const size_t begin = page.find("```yaml\n") + 8;
  const auto parsed = ParseDatasetEntry(
      page.substr(begin, page.find("```", begin) - begin), "docs/catalogue.md",
      [](const std::string& path) -> absl::StatusOr<std::string> {
        return ReadFile(KLUIS_SOURCE_DIR "/policies/demo/" + path);
      });
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const DatasetEntry& entry = parsed.value;
  EXPECT_EQ(entry.lineage, "vestiging");
  EXPECT_EQ(entry.reference_date, "2018-12-31");
  EXPECT_EQ(entry.quality_en, "Provisional figures.");
  EXPECT_EQ(entry.episodes, (Episodes{"AANVANG", "EINDE", {"88888888"}, false}));
  EXPECT_THAT(entry.FindVariable("gemeente")->levels, ElementsAre("gemeente2022", "gemeente"));
  EXPECT_THAT(entry.FindVariable("omzet")->grain, ElementsAre("bedrijf_jaar"));
  EXPECT_THAT(entry.FindVariable("omzet")->forbidden_with, ElementsAre("bedrijf.eigenaar"));
}

TEST(CodeListTest, ParentsComeFirstAndTheRestKeepsItsOrder) {
  const auto parsed = ParseCodeList(
      "code,parent,level,label_nl,label_en\nB1,B,2,b1,\nA,,1,a,a\nB,,1,b,b\nA1,A,2,\"a, 1\",x\n",
      "codes/c.csv");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
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
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
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
  ASSERT_EQ(parsed.diagnostics.size(), 1u) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.diagnostics[0].file, "rules/a.yaml");
}

}  // namespace
}  // namespace kluis
