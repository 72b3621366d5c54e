#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/policy_files.h"
#include "client/policy_trial.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy_change/change.h"
#include "disclosure/policy_change/change_text.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_check/check_report.h"
#include "disclosure/policy_check/ended_terms.h"
#include "disclosure/policy_check/schema.h"
#include "disclosure/policy_check/templates.h"

namespace kluis {
namespace {

Language LanguageIn(const Console& console, const PolicyOptions& options) {
  return LanguageOf(console, options.language) == "nl" ? Language::kDutch : Language::kEnglish;
}

absl::Status Put(const Console& console, const PolicyOptions& options, const std::string& text) {
  if (!options.output.empty()) return WriteWholeFile(options.output, text, 0644);
  console.out << text;
  return absl::OkStatus();
}

absl::StatusOr<int> Check(const Console& console, const PolicyOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(auto files, ReadPolicyFiles(options.folder));
  PolicyFolder folder = ReadPolicyFolder(std::move(files));
  if (folder.ok())
    WarnOfEndedTerms(options.day.empty()
                         ? absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone())
                         : options.day,
                     &folder);
  const CheckFormat format = options.format == "json"    ? CheckFormat::kJson
                             : options.format == "sarif" ? CheckFormat::kSarif
                                                         : CheckFormat::kText;
  console.out << CheckReport(folder, format, LanguageIn(console, options));
  return folder.ok() ? kExitDone : kExitUsage;
}

// A folder that checks; its mistakes go to standard error.
absl::StatusOr<PolicyFolder> RightFolder(const Console& console, const PolicyOptions& options,
                                         const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(auto files, ReadPolicyFiles(path));
  PolicyFolder folder = ReadPolicyFolder(std::move(files));
  if (folder.ok()) return folder;
  for (const Diagnostic& error : folder.errors)
    console.err << FormatDiagnostic(InLanguage(error, LanguageIn(console, options)));
  return absl::InvalidArgumentError(absl::StrCat(path, ": the policy has mistakes"));
}

absl::StatusOr<int> Diff(const Console& console, const PolicyOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const PolicyFolder before, RightFolder(console, options, options.folder));
  KLUIS_ASSIGN_OR_RETURN(const PolicyFolder after,
                         RightFolder(console, options, options.other_folder));
  ChangeReport report =
      JudgeChange({before.bundle, before.datasets}, {after.bundle, after.datasets});
  AddTestChanges(before.files, after.files, &report);
  const bool dutch = LanguageIn(console, options) == Language::kDutch;
  console.out << (options.format == "json" ? ChangeJson(report, dutch) : ChangeText(report, dutch));
  return kExitDone;
}

absl::StatusOr<int> New(const Console& console, const PolicyOptions& options) {
  std::string names;
  std::vector<std::string> known;
  for (const PolicyTemplate& start : PolicyTemplates()) {
    if (start.name == options.name || start.name == "preset-" + options.name) {
      if (!options.output.empty() && FileExists(options.output))
        return absl::InvalidArgumentError(absl::StrCat(options.output, " exists; name a new file"));
      KLUIS_RETURN_IF_ERROR(Put(console, options, start.text));
      return kExitDone;
    }
    known.push_back(start.name);
    absl::StrAppend(&names, start.name,
                    std::string(start.name.size() < 26 ? 26 - start.name.size() : 1, ' '),
                    start.path, "\n");
  }
  const std::string near = NearestHint(options.name, known);
  if (!options.name.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("there is no template '", options.name,
                     "'\nhint: ", near.empty() ? "kluis policy new lists them" : near));
  console.out << names;
  return kExitDone;
}

absl::StatusOr<int> Schema(const Console& console, const PolicyOptions& options) {
  if (options.name.empty()) {
    for (const std::string& kind : SchemaKinds()) console.out << kind << "\n";
    return kExitDone;
  }
  KLUIS_RETURN_IF_ERROR(
      Put(console, options, PolicySchema(options.name, LanguageIn(console, options))));
  return kExitDone;
}

absl::StatusOr<int> ShowManifest(const Console& console, const PolicyOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const PolicyFolder folder, RightFolder(console, options, options.folder));
  KLUIS_ASSIGN_OR_RETURN(const Manifest manifest,
                         MakeManifest(folder.files, options.version, options.not_before));
  KLUIS_RETURN_IF_ERROR(Put(console, options, absl::StrCat(CanonicalManifest(manifest), "\n")));
  return kExitDone;
}

absl::StatusOr<int> Run(const Console& console, const PolicyOptions& options) {
  if (options.action == "check") return Check(console, options);
  if (options.action == "diff") return Diff(console, options);
  if (options.action == "new") return New(console, options);
  if (options.action == "schema") return Schema(console, options);
  if (options.action == "manifest") return ShowManifest(console, options);
  return RunTrial(console, options);
}

}  // namespace

int Policy(const Console& console, const PolicyOptions& options) {
  const absl::StatusOr<int> exit = Run(console, options);
  return exit.ok() ? *exit : Fail(console, exit.status());
}

}  // namespace kluis
