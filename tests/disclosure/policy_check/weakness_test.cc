// What is allowed and weak: a warning each, at its place; and what is strong has none.
#include "disclosure/policy_check/weakness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "disclosure/policy_check/ended_terms.h"
#include "disclosure/policy_check/message_catalogue.h"
#include "tests/disclosure/policy_check/cases.h"

namespace kluis {
namespace {

std::vector<std::string> Warned(const std::string& file, const std::string& old_text,
                                const std::string& new_text) {
  const WrongPolicy changed{"", file, old_text, new_text, "", "", "", ""};
  const PolicyFolder folder = ReadPolicyFolder(changed.Files());
  EXPECT_TRUE(folder.ok()) << FormatDiagnostics(folder.errors);
  std::vector<std::string> ids;
  for (const Diagnostic& warning : folder.warnings) {
    ids.push_back(absl::StrCat(MessageId(warning), " ", warning.file, ":", warning.line));
    EXPECT_NE(RecogniseMessage(warning.hint, Language::kDutch).id, "") << warning.hint;
  }
  return ids;
}

TEST(WeaknessTest, EachIsToldAtItsKey) {
  const std::string rules = "rules/standard.yaml";
  const struct {
    std::string file, old_text, new_text, warning;
  } cases[] = {
      {rules, "{minimum: 10, zeros", "{minimum: 5, zeros", "weak-minimum rules/standard.yaml:2"},
      {rules, "zeros: protect", "zeros: publish", "weak-zeros rules/standard.yaml:2"},
      {rules, "protect: threshold", "protect: exact", "weak-protect rules/standard.yaml:2"},
      {rules, "p_percent: {p: 10,", "p_percent: {p: 1,", "weak-p rules/standard.yaml:4"},
      {rules, "share: 0.85", "share: 0.95", "weak-share rules/standard.yaml:3"},
      {rules, "group_disclosure: {share: 0.90}\n", "", "weak-group rules/standard.yaml:1"},
      {rules, "each_side: 10", "each_side: 3", "weak-percentile rules/standard.yaml:8"},
      {rules, "protect: interval", "protect: exact", "weak-interval rules/standard.yaml:13"},
      {rules, "rules: standard\n", "rules: standard\nto_be_confirmed_by: CBS\n",
       "unconfirmed rules/standard.yaml:2"},
      {rules, "    frequency: {minimum: 20}", "    frequency: {minimum: 10}",
       "no-effect rules/standard.yaml:18"},
      {"projects/heerlen.yaml", "until: 2027-12-31", "until: 2047-12-31", ""},
      {"projects/bedrijven.yaml", "rules: business", "rules: standard",
       "unused-rules rules/business.yaml:1"},
      {"datasets/huishouden.yaml", ", sensitive: [ja]", "", "unmarked datasets/huishouden.yaml:20"},
      {"datasets/bedrijf.yaml", "contributor: [bedrijf_id, holding_id]\n", "", ""},
      {"witnesses.yaml", "quorum: 1", "quorum: 0", "no-quorum witnesses.yaml:3"},
  };
  for (const auto& c : cases) {
    if (c.warning.empty()) continue;
    EXPECT_THAT(Warned(c.file, c.old_text, c.new_text), testing::Contains(c.warning)) << c.new_text;
    EXPECT_THAT(Warned(rules, "rules: standard", "rules: standard"),
                testing::Not(testing::Contains(c.warning)));
  }
}

TEST(EndedTermsTest, AreToldFromTheDayAfterTheLastOne) {
  const auto warned = [](const std::string& day) {
    PolicyFolder folder = ReadPolicyFolder(GoodFiles());
    EXPECT_TRUE(folder.ok()) << FormatDiagnostics(folder.errors);
    WarnOfEndedTerms(day, &folder);
    std::vector<std::string> ended;
    for (const Diagnostic& warning : folder.warnings) {
      if (MessageId(warning) != "ended") continue;
      const Diagnostic dutch = InLanguage(warning, Language::kDutch);
      EXPECT_NE(dutch.message, warning.message);
      EXPECT_NE(dutch.hint, warning.hint);
      ended.push_back(
          absl::StrCat(warning.file, ":", warning.line, ":", warning.column, " ", warning.message));
    }
    return ended;
  };
  EXPECT_THAT(warned("2027-12-31"), testing::IsEmpty());
  EXPECT_THAT(warned("2028-01-01"),
              testing::ElementsAre(
                  testing::AllOf(testing::StartsWith("projects/bedrijven.yaml:"),
                                 testing::HasSubstr("project 'bedrijven' was valid until 2027")),
                  // the consent ends before the authorisation
                  testing::StartsWith("projects/heerlen.yaml:6:")));
  EXPECT_THAT(
      warned("2029-01-01"),
      testing::ElementsAre(testing::StartsWith("officers.yaml:6:38 officer 'p.devries"),
                           testing::StartsWith("officers.yaml:11:38 "), testing::_, testing::_));
}

// The folder of an enclave has none before somebody copies them: one hint instead of a riddle.
TEST(WeaknessTest, AFolderWithoutEntriesSaysWhatIsMissing) {
  PolicyFiles files = GoodFiles();
  for (auto file = files.begin(); file != files.end();)
    file = file->first.rfind("datasets/", 0) == 0 ? files.erase(file) : std::next(file);
  const PolicyFolder folder = ReadPolicyFolder(files);
  EXPECT_FALSE(folder.ok());
  EXPECT_THAT(FormatDiagnostics(folder.errors),
              testing::HasSubstr("hint: the folder has no datasets/: copy the entries"));
}

// Tests are read as well: one with a mistake in its form would test nothing.
TEST(WeaknessTest, AMistakeInATestFileIsAnError) {
  PolicyFiles files = GoodFiles();
  files["rules/standard_test.yaml"] =
      "test: a\nproject: heerlen\ndata: {huishouden: [{times: 3}]}\n"
      "querys: [{sql: SELECT 1, refused: BAD}]\n";
  const PolicyFolder folder = ReadPolicyFolder(files);
  const std::string told = FormatDiagnostics(folder.errors);
  EXPECT_THAT(told, testing::HasSubstr("rules/standard_test.yaml:4:1: unknown key 'querys'"));
  EXPECT_THAT(told, testing::HasSubstr("did you mean 'queries'?"));
}

TEST(WeaknessTest, WithoutARuleOfConcentration) {
  const std::string text = GoodFiles().at("rules/standard.yaml");
  const size_t from = text.find("dominance:"), until = text.find("negative:");
  EXPECT_THAT(Warned("rules/standard.yaml", text.substr(from, until - from), ""),
              testing::Contains("weak-concentration rules/standard.yaml:1"));
}

TEST(WeaknessTest, ATermWithoutConsentAndAFolderThatIsNotRead) {
  const std::vector<std::string> warned = Warned("rules/standard.yaml", "rules:", "rules:");
  EXPECT_THAT(warned, testing::Contains("no-consent projects/bedrijven.yaml:5"));
  PolicyFiles files = GoodFiles();
  files["rulez/own.yaml"] = "rules: own\n";
  const PolicyFolder folder = ReadPolicyFolder(files);
  bool told = false;
  for (const Diagnostic& warning : folder.warnings) told |= MessageId(warning) == "not-read";
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace kluis
