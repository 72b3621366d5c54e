// Mistakes as they are shown: every file of tests/golden/argus beside what is printed for it. The
// first word of a name says what the file is. KLUIS_UPDATE_GOLDEN=1 writes the expectations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "disclosure/argus/apriori.h"
#include "disclosure/argus/jj.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/argus/table_file.h"
#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

std::string ReadBytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Diagnostic> RecordDiagnostics(const char* rda, const std::string& text,
                                          const std::string& name) {
  RecordConverter converter(Good(ParseRda(rda, "f")), name);
  std::string csv;
  converter.Add(text, &csv);
  converter.Finish(&csv);
  return converter.diagnostics();
}

std::vector<Diagnostic> TableDiagnostics(const std::string& text, const std::string& name) {
  const ArgusMetadata metadata = Good(ParseRda(kTableRda, "f"));
  const auto codes = Good(ReadCodeFiles(metadata, "f", ReadSmallFile));
  return ReadArgusTable(metadata, codes, text, name).diagnostics;
}

std::vector<Diagnostic> DiagnosticsOf(const std::string& text, const std::string& name) {
  if (absl::StartsWith(name, "rda_table_")) {
    return ParseRda(text, name, RdaKind::kTable).diagnostics;
  }
  if (absl::StartsWith(name, "rda_")) return ParseRda(text, name).diagnostics;
  if (absl::StartsWith(name, "hrc_")) return ParseHrc(text, name, "@").diagnostics;
  if (absl::StartsWith(name, "cdl_")) return ParseCdl(text, name).diagnostics;
  if (absl::StartsWith(name, "hst_")) return ParseHst(text, name, {.dimensions = 2}).diagnostics;
  if (absl::StartsWith(name, "jj_")) return ParseJj(text, name).diagnostics;
  if (absl::StartsWith(name, "table_")) return TableDiagnostics(text, name);
  if (absl::StartsWith(name, "fixed_")) return RecordDiagnostics(kFixedRda, text, name);
  return RecordDiagnostics(kFreeRda, text, name);
}

std::vector<fs::path> Inputs() {
  std::vector<fs::path> inputs;
  for (const auto& file : fs::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/argus")) {
    if (file.path().extension() != ".expected") inputs.push_back(file.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(ArgusGoldenTest, EveryMistakeIsShownAsExpected) {
  const std::vector<fs::path> inputs = Inputs();
  EXPECT_GE(inputs.size(), 40u);
  for (const fs::path& input : inputs) {
    const std::string shown =
        FormatDiagnostics(DiagnosticsOf(ReadBytes(input), input.filename().string()));
    fs::path expected = input;
    expected += ".expected";
    if (std::getenv("KLUIS_UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << shown;
    EXPECT_THAT(shown, testing::Not(testing::IsEmpty())) << input << " is accepted";
    EXPECT_EQ(shown, ReadBytes(expected)) << input;
  }
}

}  // namespace
}  // namespace kluis
