// Every policy file of the repository loads, with the code lists and projects beside it.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "disclosure/policy/later_areas.h"
#include "disclosure/policy/load.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

const fs::path kPolicies = KLUIS_SOURCE_DIR "/policies";

// policies/ itself, and each folder in it that has catalogue entries of its own.
std::vector<fs::path> Roots() {
  std::vector<fs::path> roots = {kPolicies};
  for (const auto& folder : fs::directory_iterator(kPolicies)) {
    if (fs::is_directory(folder.path() / "datasets")) roots.push_back(folder.path());
  }
  return roots;
}

std::vector<fs::path> YamlFiles(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() == ".yaml") files.push_back(file.path());
  }
  return files;
}

std::map<std::string, DatasetEntry> LoadEntries(const fs::path& root) {
  const ReadCodeList read = [&](const std::string& path) -> absl::StatusOr<std::string> {
    if (fs::exists(root / path)) return ReadFile(root / path);
    if (fs::exists(kPolicies / path)) return ReadFile(kPolicies / path);
    return absl::NotFoundError("no such file");
  };
  std::map<std::string, DatasetEntry> entries;
  for (const fs::path& file : YamlFiles(root / "datasets")) {
    const auto parsed = ParseDatasetEntry(ReadFile(file), file.string(), read);
    EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    EXPECT_TRUE(entries.emplace(parsed.value.name, parsed.value).second) << file;
  }
  return entries;
}

TEST(ShippedPoliciesTest, EveryEntryRuleSetAndProjectLoads) {
  for (const fs::path& root : Roots()) {
    const auto entries = LoadEntries(root);
    std::map<std::string, std::string> files;
    for (const fs::path& from : {kPolicies, root}) {
      for (const char* folder : {"rules", "projects"}) {
        for (const fs::path& file : YamlFiles(from / folder)) {
          files[absl::StrCat(folder, "/", file.filename().string())] = ReadFile(file);
        }
      }
    }
    const auto bundle = ParsePolicyBundle(files, entries);
    EXPECT_TRUE(bundle.ok()) << root << "\n" << FormatDiagnostics(bundle.diagnostics);
  }
}

TEST(ShippedPoliciesTest, EveryCodeListLoads) {
  for (const auto& file : fs::recursive_directory_iterator(kPolicies)) {
    const fs::path& path = file.path();
    if (path.extension() != ".csv" || path.parent_path().filename() != "codes") continue;
    const std::string text = ReadFile(path);
    if (absl::StartsWith(text, "code,successor,")) {  // changes of areas
      DiagnosticSink sink(text, path.string());
      EXPECT_FALSE(ReadAreaChanges(&sink).empty()) << path;
      EXPECT_TRUE(sink.empty()) << FormatDiagnostics(sink.Sorted());
      continue;
    }
    const auto parsed = ParseCodeList(text, path.string(), "2018-12-31");
    EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  }
}

}  // namespace
}  // namespace kluis
