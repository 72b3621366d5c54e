#include "disclosure/policy_check/policy_folder.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/policy_check/policy_test_file.h"
#include "disclosure/policy_check/weakness.h"

namespace kluis {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.find('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool IsIn(const std::string& path, const std::array<absl::string_view, 4>& folders) {
  return std::find(folders.begin(), folders.end(), FolderOf(path)) != folders.end();
}

class FolderReader {
 public:
  explicit FolderReader(PolicyFiles files) { folder_.files = std::move(files); }

  PolicyFolder Read() {
    std::map<std::string, std::string> bundle;
    for (const auto& [path, text] : folder_.files) {
      if (FolderOf(path) == "codes") continue;
      if (absl::EndsWith(path, "_test.yaml")) {
        Append(ParsePolicyTest(text, path).diagnostics);
        continue;
      }
      if (FolderOf(path) == "datasets") {
        AddEntry(path, text);
      } else if (FolderOf(path).empty() ||
                 IsIn(path, {"rules", "projects", "indicators", "presets"})) {
        bundle[path] = text;
      } else {
        NoteUnread(path);
      }
    }
    // What one entry says of another that has mistakes is looked at when these are mended.
    Append(CheckEntries(folder_.entries, /*complete=*/folder_.ok()));
    Parsed<PolicyBundle> parsed =
        ParsePolicyBundle(bundle, folder_.datasets, RuleSetUse::kEnclave, &folder_.trees);
    for (const auto& [path, root] : folder_.trees) NoteName(path, root);
    Append(parsed.diagnostics);
    if (folder_.entries.empty()) HintAtEntries();
    folder_.bundle = std::move(parsed.value);
    if (folder_.ok()) {
      for (Diagnostic& warning : WeakPlaces(folder_))
        folder_.warnings.push_back(std::move(warning));
    }
    SortByPlace(&folder_.errors);
    SortByPlace(&folder_.warnings);
    return std::move(folder_);
  }

 private:
  // The folder of an enclave that came without them.
  void HintAtEntries() {
    for (Diagnostic& error : folder_.errors) {
      if (error.hint.empty() && absl::StrContains(error.message, ": there is no dataset '"))
        error.hint = "the folder has no datasets/: copy the entries that were imported, and codes/";
    }
  }

  void Append(const std::vector<Diagnostic>& diagnostics) {
    folder_.errors.insert(folder_.errors.end(), diagnostics.begin(), diagnostics.end());
  }

  absl::StatusOr<std::string> CodeList(const std::string& path) const {
    const auto found = folder_.files.find(std::string(absl::StripSuffix(path, ".gz")));
    if (found == folder_.files.end()) return absl::NotFoundError("there is no such file");
    return found->second;
  }

  void AddEntry(const std::string& path, const std::string& text) {
    Parsed<DatasetEntry> parsed =
        ParseDatasetEntry(text, path, [this](const std::string& list) { return CodeList(list); });
    Append(parsed.diagnostics);
    const std::string name = parsed.value.name;
    const auto [place, inserted] = entry_files_.emplace(name, path);
    if (!inserted && parsed.ok()) {
      folder_.errors.push_back(AtKey(text, path, {"dataset"},
                                     absl::StrCat("'", name, "' is also in ", place->second),
                                     "names are unique"));
    }
    folder_.datasets.emplace(name, parsed.value);  // an empty name: it cannot be told
    if (!inserted) {
      folder_.datasets.erase(name);
      folder_.datasets[""];
    }
    if (parsed.ok() && inserted) folder_.entries.push_back({std::move(parsed.value), text, path});
  }

  void NoteName(const std::string& path, const YamlNode& root) {
    if (const YamlNode* name = root.Find("rules"); name && !absl::StartsWith(path, "projects/"))
      folder_.rule_files.emplace(name->text, path);
    if (const YamlNode* name = root.Find("project"))
      folder_.project_files.emplace(name->text, path);
  }

  void NoteUnread(const std::string& path) {
    const std::string name = FolderOf(path);
    if (!unread_.emplace(name, true).second) return;
    folder_.warnings.push_back({path, 0, 0,
                                absl::StrCat("not read: ", name, " is no folder of a policy"),
                                "in rules/ or another folder of docs/policy.md", ""});
  }

  PolicyFolder folder_;
  std::map<std::string, std::string> entry_files_;
  std::map<std::string, bool> unread_;
};

}  // namespace

void SortByPlace(std::vector<Diagnostic>* list) {
  std::stable_sort(list->begin(), list->end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
}

PolicyFolder ReadPolicyFolder(PolicyFiles files) { return FolderReader(std::move(files)).Read(); }

}  // namespace kluis
