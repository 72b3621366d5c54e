#include "server/local/inputs.h"

#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/load.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/import.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

// Under which the file itself stands in a bundle: no rule set can have such a name.
constexpr char kInBundle[] = "rules/(own).yaml";

// A bundle of a rule set, and of those that it extends: each NAME.yaml beside the one that names
// it, or in the folder presets/ beside that folder. Where one is missing the bundle does not parse.
struct RuleFiles {
  std::map<std::string, std::string> texts, paths;  // by name in the bundle
  std::string own;                                  // the rule set of the file itself
};

absl::StatusOr<RuleFiles> WithExtended(const std::string& file) {
  RuleFiles files;
  std::string name = kInBundle;
  fs::path path = file;
  while (files.texts.count(name) == 0) {
    KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path.string()));
    files.texts[name] = text;
    files.paths[name] = path.string();
    const RuleSet rules = ParseRuleSet(text, "", RuleSetUse::kOwnFile).value;
    if (name == kInBundle) files.own = rules.name;
    if (rules.extends.empty()) break;
    const fs::path folder = path.parent_path(), presets = folder / ".." / "presets";
    const std::string beside = absl::StrCat(rules.extends, ".yaml");
    const bool is_preset = !fs::exists(folder / beside) && fs::exists(presets / beside);
    path = (is_preset ? presets : folder) / beside;
    if (!fs::exists(path)) break;
    name = absl::StrCat(is_preset ? "presets/" : "rules/", beside);
  }
  return files;
}

absl::Status CheckFile(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0)
    return absl::InvalidArgumentError(absl::StrCat(path, ": there is no such file"));
  if (S_ISDIR(facts.st_mode)) return absl::InvalidArgumentError(absl::StrCat(path, " is a folder"));
  return absl::OkStatus();
}

// Whoever reads a file here wants to hear what is wrong with it, not what is wrong with us.
absl::Status AsInput(const absl::Status& status) {
  return absl::IsInternal(status) ? status : absl::InvalidArgumentError(status.message());
}

}  // namespace

absl::StatusOr<RuleSet> LoadRules(const std::string& file) {
  KLUIS_RETURN_IF_ERROR(CheckFile(file));
  const absl::StatusOr<RuleFiles> files = WithExtended(file);
  if (!files.ok()) return AsInput(files.status());
  Parsed<PolicyBundle> bundle = ParsePolicyBundle(files->texts, {}, RuleSetUse::kOwnFile);
  if (bundle.ok()) return bundle.value.rules.at(files->own);
  std::vector<std::string> lines;
  for (Diagnostic diagnostic : bundle.diagnostics) {
    const std::string& text = files->texts.at(diagnostic.file);
    diagnostic.file = files->paths.at(diagnostic.file);
    lines.push_back(FormatDiagnostic(diagnostic, text));
  }
  return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

absl::Status RuleFault(const std::string& rules_file, const std::vector<std::string>& path,
                       const std::string& message, const std::string& hint) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(rules_file));
  return absl::InvalidArgumentError(
      FormatDiagnostic(AtKey(text, rules_file, path, message, hint), text));
}

std::shared_ptr<const DataKey> ProcessDataKey() {
  static const std::shared_ptr<const DataKey> key = DataKey::Random();
  return key;
}

absl::StatusOr<Snapshot> ImportMicrodata(const Microdata& microdata, const std::string& folder,
                                         const ImportEffort& effort) {
  KLUIS_RETURN_IF_ERROR(CheckFile(microdata.entry));
  if (!microdata.file.empty()) KLUIS_RETURN_IF_ERROR(CheckFile(microdata.file));
  ImportRequest request{.entry_file = microdata.entry,
                        .source_file = microdata.file,
                        .policies_root = "",
                        .data_folder = folder + "/data",
                        // The folder is private and short-lived: the pseudonyms are not the guard.
                        .pseudonym_key = std::string(32, '\0'),
                        .data_key = ProcessDataKey(),
                        .threads = effort.threads,
                        .progress = effort.progress};
  const absl::StatusOr<ImportReport> report = ImportDataset(request);
  if (!report.ok()) return AsInput(report.status());
  return ReadSnapshot(fs::path(report->manifest).parent_path().string());
}

absl::StatusOr<std::string> ReadCodesBeside(const std::string& description,
                                            const std::string& codes) {
  const fs::path start = fs::absolute(description).lexically_normal().parent_path();
  const fs::path beside = start / codes;
  if (fs::exists(beside)) return ReadTextFile(beside.string());
  for (fs::path folder = start; folder.has_relative_path(); folder = folder.parent_path()) {
    if (folder.filename() == "policies" && fs::exists(folder / codes))
      return ReadTextFile((folder / codes).string());
  }
  return absl::NotFoundError(absl::StrCat("there is no file ", beside.string()));
}

}  // namespace kluis
