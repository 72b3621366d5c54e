// Mistakes as they are shown: every file of tests/golden/policy beside what is printed for it.
// The first word of a name says what the file is. KLUIS_UPDATE_GOLDEN=1 writes the expectations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "disclosure/policy/load.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kEntry[] = R"(dataset: bedrijf
contributor: [bedrijf_id]
variables:
  bedrijf_id: {role: identifier}
  gemeente: {role: dimension, codes: codes/gemeente.csv, levels: [provincie, gemeente]}
  provincie: {role: dimension, of: gemeente, level: provincie}
  sbi: {role: dimension, codes: codes/sbi2008.csv, levels: [sectie, afdeling, groep]}
  leeftijd: {role: dimension, range: [0, 120]}
  omzet: {role: measure}
)";

// A bundle of the project under test, two rule sets and one dataset.
std::vector<Diagnostic> BundleDiagnostics(const std::string& text, const std::string& name) {
  const auto entry = ParseDatasetEntry(kEntry, "bedrijf.yaml", SmallCodeLists);
  EXPECT_TRUE(entry.ok()) << FormatDiagnostics(entry.diagnostics);
  return ParsePolicyBundle({{"rules/standard.yaml", "rules: standard\n"},
                            {"rules/holding.yaml", "rules: holding\ncontributor: holding_id\n"},
                            {"projects/" + name, text}},
                           {{"bedrijf", entry.value}})
      .diagnostics;
}

// A rule set as the server loads it.
std::vector<Diagnostic> ServedDiagnostics(const std::string& text, const std::string& name) {
  return ParsePolicyBundle({{"rules/" + name, text}}, {}).diagnostics;
}

std::vector<Diagnostic> DiagnosticsOf(const std::string& text, const std::string& name) {
  if (absl::StartsWith(name, "rules_")) return ParseRuleSet(text, name).diagnostics;
  if (absl::StartsWith(name, "served_")) return ServedDiagnostics(text, name);
  if (absl::StartsWith(name, "project_")) return ParseProject(text, name).diagnostics;
  if (absl::StartsWith(name, "codes_")) return ParseCodeList(text, name).diagnostics;
  if (absl::StartsWith(name, "bundle_")) return BundleDiagnostics(text, name);
  return ParseDatasetEntry(text, name, SmallCodeLists).diagnostics;
}

std::vector<fs::path> Inputs() {
  std::vector<fs::path> inputs;
  for (const auto& file : fs::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/policy")) {
    if (file.path().extension() != ".expected") inputs.push_back(file.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(GoldenTest, EveryMistakeIsShownAsExpected) {
  const std::vector<fs::path> inputs = Inputs();
  EXPECT_GE(inputs.size(), 40u);
  for (const fs::path& input : inputs) {
    const std::string shown =
        FormatDiagnostics(DiagnosticsOf(ReadFile(input), input.filename().string()));
    const fs::path expected = fs::path(input).replace_extension(".expected");
    if (std::getenv("KLUIS_UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << shown;
    EXPECT_THAT(shown, testing::Not(testing::IsEmpty())) << input << " is accepted";
    EXPECT_EQ(shown, ReadFile(expected)) << input;
  }
}

// A line and a column inside the text, so that an editor can jump there.
TEST(GoldenTest, EveryPlaceIsInTheFile) {
  for (const fs::path& input : Inputs()) {
    const std::string text = ReadFile(input);
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    for (const Diagnostic& d : DiagnosticsOf(text, input.filename().string())) {
      EXPECT_LE(d.line, lines) << FormatDiagnostic(d);
      if (d.line > 0) {
        EXPECT_GE(d.column, 1) << FormatDiagnostic(d);
      }
      if (!d.excerpt.empty()) {
        EXPECT_LE(d.column, static_cast<int>(d.excerpt.size()) + 1) << FormatDiagnostic(d);
      }
    }
  }
}

}  // namespace
}  // namespace kluis
