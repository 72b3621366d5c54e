#include "server/local/inputs.h"

#include <sys/stat.h>

#include <filesystem>

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

// The name under which a rule set stands in a bundle.
constexpr char kInBundle[] = "rules/rules.yaml";

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
  const absl::StatusOr<std::string> text = ReadTextFile(file);
  if (!text.ok()) return AsInput(text.status());
  Parsed<PolicyBundle> bundle = ParsePolicyBundle({{kInBundle, *text}}, {}, RuleSetUse::kOwnFile);
  if (bundle.ok()) return bundle.value.rules.begin()->second;
  std::vector<std::string> lines;
  for (Diagnostic diagnostic : bundle.diagnostics) {
    diagnostic.file = file;
    lines.push_back(FormatDiagnostic(diagnostic, *text));
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
