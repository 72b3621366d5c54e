// Wrong policies: a good one, and one mistake in it for each file of tests/golden/policy_cases.
//   file: rules/standard.yaml
//   old: zeros: protect          the first place where these lines stand becomes
//   new: zeros: hide             these
//   ---- schema: refuses         or accepts: what only the loader can know
//   ---- en                      what is printed, in English
//   ---- nl                      and in Dutch
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_CASES_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_CASES_H_

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/policy_check/policy_folder.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {

inline const std::string& CasesFolder() {
  static const auto& folder = *new std::string(KLUIS_SOURCE_DIR "/tests/golden/policy_cases");
  return folder;
}

// The files of a folder on disk, by their path below it.
inline PolicyFiles FilesBelow(const std::string& folder) {
  PolicyFiles files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[entry.path().lexically_relative(folder).generic_string()] = ReadFile(entry.path());
  }
  return files;
}

inline const PolicyFiles& GoodFiles() {
  static const auto& files = *new PolicyFiles(FilesBelow(CasesFolder() + "/base"));
  return files;
}

struct WrongPolicy {
  std::string name, file, old_text, new_text;
  std::string schema, english, dutch;  // as expected
  std::string input;                   // the part of the case that a person writes

  // The good policy with the mistake; empty when the old text does not stand in the file.
  PolicyFiles Files() const {
    PolicyFiles files = GoodFiles();
    std::string& text = files[file];
    const size_t at = text.find(old_text);
    if (at == std::string::npos) return {};
    text.replace(at, old_text.size(), new_text);
    return files;
  }
};

inline WrongPolicy ReadCase(const std::filesystem::path& path) {
  WrongPolicy wrong;
  wrong.name = path.stem().string();
  const std::string text = ReadFile(path);
  std::vector<std::string> olds, news;
  std::string* section = nullptr;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    const absl::string_view whole = line;
    if (absl::ConsumePrefix(&line, "---- schema: ")) {
      wrong.schema = std::string(line);
      continue;
    }
    if (line == "---- en" || line == "---- nl") {
      section = line == "---- en" ? &wrong.english : &wrong.dutch;
      continue;
    }
    if (section != nullptr) {
      absl::StrAppend(section, line, "\n");
      continue;
    }
    absl::StrAppend(&wrong.input, whole, "\n");
    if (absl::ConsumePrefix(&line, "file: ")) wrong.file = std::string(line);
    if (absl::ConsumePrefix(&line, "old: ")) olds.emplace_back(line);
    if (absl::ConsumePrefix(&line, "new: ")) news.emplace_back(line);
  }
  wrong.old_text = absl::StrJoin(olds, "\n");
  wrong.new_text = absl::StrJoin(news, "\n");
  return wrong;
}

inline std::vector<WrongPolicy> AllCases() {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::directory_iterator(CasesFolder())) {
    if (file.path().extension() == ".case") paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<WrongPolicy> cases;
  for (const auto& path : paths) cases.push_back(ReadCase(path));
  return cases;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_CASES_H_
