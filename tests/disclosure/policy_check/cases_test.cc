// 200 and more wrong policies, each with what is printed for it in both languages, and whether the
// published schema sees the mistake. KLUIS_UPDATE_GOLDEN=1 writes the expectations.
#include "tests/disclosure/policy_check/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "disclosure/policy_check/check_report.h"
#include "disclosure/policy_check/schema.h"
#include "tests/disclosure/policy_check/json_schema.h"

namespace kluis {
namespace {

std::string Shown(const std::vector<Diagnostic>& errors, Language language) {
  std::string out;
  for (const Diagnostic& error : errors) out += FormatDiagnostic(InLanguage(error, language));
  return out;
}

std::string KindOf(const std::string& file) {
  const std::map<std::string, std::string> kinds = {{"rules", "rules"},
                                                    {"presets", "preset"},
                                                    {"projects", "project"},
                                                    {"datasets", "dataset"},
                                                    {"indicators", "indicator"},
                                                    {"officers.yaml", "officers"},
                                                    {"witnesses.yaml", "witnesses"}};
  const auto found = kinds.find(file.substr(0, file.find('/')));
  return found == kinds.end() ? "" : found->second;
}

// Why the schema refuses a file; empty: it does not. What is no YAML that an editor reads as the
// loader does counts as refused.
std::string SchemaFault(const std::string& file, const std::string& text) {
  static auto& validators = *new std::map<std::string, SchemaValidator>;
  const std::string kind = KindOf(file);
  if (kind.empty()) return "";
  const auto place =
      validators.emplace(kind, TestJson::parse(PolicySchema(kind, Language::kEnglish))).first;
  DiagnosticSink sink(text, file);
  const auto root = ParseYaml(text, &sink);
  if (!root || !sink.empty()) return "not YAML";
  return place->second.Fault(AsJson(*root));
}

TEST(CasesTest, TheGoodPolicyIsGoodAndEverySchemaAcceptsIt) {
  const PolicyFolder folder = ReadPolicyFolder(GoodFiles());
  EXPECT_TRUE(folder.ok()) << Shown(folder.errors, Language::kEnglish);
  for (const auto& [file, text] : GoodFiles()) EXPECT_EQ(SchemaFault(file, text), "") << file;
}

TEST(CasesTest, EveryMistakeIsShownInBothLanguages) {
  const std::vector<WrongPolicy> cases = AllCases();
  EXPECT_GE(cases.size(), 200u);
  for (const WrongPolicy& wrong : cases) {
    const PolicyFiles files = wrong.Files();
    ASSERT_FALSE(files.empty()) << wrong.name << ": the old text is not in " << wrong.file;
    const PolicyFolder folder = ReadPolicyFolder(files);
    EXPECT_FALSE(folder.ok()) << wrong.name << " is accepted";
    const std::string english = Shown(folder.errors, Language::kEnglish);
    const std::string dutch = Shown(folder.errors, Language::kDutch);
    const std::string schema =
        SchemaFault(wrong.file, files.at(wrong.file)).empty() ? "accepts" : "refuses";
    if (std::getenv("KLUIS_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(CasesFolder() + "/" + wrong.name + ".case")
          << wrong.input << "---- schema: " << schema << "\n---- en\n"
          << english << "---- nl\n"
          << dutch;
    }
    EXPECT_EQ(english, wrong.english) << wrong.name;
    EXPECT_EQ(dutch, wrong.dutch) << wrong.name;
    EXPECT_EQ(schema, wrong.schema) << wrong.name;
  }
}

// A message is of use when it is in the language, at the place, and not that of another mistake.
TEST(CasesTest, EveryMessageIsTranslatedAndOfItsOwn) {
  std::map<std::string, std::string> seen;
  for (const WrongPolicy& wrong : AllCases()) {
    const PolicyFolder folder = ReadPolicyFolder(wrong.Files());
    for (const Diagnostic& error : folder.errors) {
      EXPECT_NE(MessageId(error), "other") << wrong.name << ": " << error.message;
      if (!error.hint.empty()) {
        EXPECT_NE(RecogniseMessage(error.hint, Language::kDutch).id, "")
            << wrong.name << ": " << error.hint;
      }
    }
    const auto [place, inserted] = seen.emplace(wrong.english, wrong.name);
    EXPECT_TRUE(inserted) << wrong.name << " says what " << place->second << " says";
  }
}

}  // namespace
}  // namespace kluis
