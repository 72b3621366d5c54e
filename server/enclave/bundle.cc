#include "server/enclave/bundle.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/utf8.h"
#include "server/catalogue/csv_reader.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInForce[] = {"rules/", "projects/", "indicators/", "presets/"};

bool IsTest(const std::string& path) { return absl::EndsWith(path, "_test.yaml"); }
bool IsEntry(const std::string& path) {
  return absl::StartsWith(path, "datasets/") && absl::EndsWith(path, ".yaml");
}
bool IsCodes(const std::string& path) {
  return absl::StartsWith(path, "codes/") && absl::EndsWith(path, ".csv");
}

// A file directly in one of the folders that are in force, or one of the two files.
bool IsInForce(const std::string& path) {
  if (path == "officers.yaml" || path == "witnesses.yaml") return true;
  if (!absl::EndsWith(path, ".yaml") || std::count(path.begin(), path.end(), '/') != 1)
    return false;
  return std::any_of(std::begin(kInForce), std::end(kInForce),
                     [&](const char* folder) { return absl::StartsWith(path, folder); });
}

bool IsListed(const std::string& path) {
  return absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml") ||
         (absl::StartsWith(path, "codes/") &&
          (absl::EndsWith(path, ".csv") || absl::EndsWith(path, ".csv.gz")));
}

// Hidden, or what the folder of an enclave has for editors and beginners.
bool IsElsewhere(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return absl::StartsWith(name, ".") ||
         (entry.is_directory() && (name == "templates" || name == "schema"));
}

std::string Shown(const std::vector<Diagnostic>& diagnostics, const PolicyFiles& files) {
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : diagnostics) {
    const auto file = files.find(diagnostic.file);
    lines.push_back(FormatDiagnostic(diagnostic, file == files.end() ? "" : file->second));
  }
  return absl::StrJoin(lines, "\n");
}

absl::Status CheckPaths(const PolicyFiles& files) {
  for (const auto& [path, text] : files) {
    if (!IsUtf8(text) || !IsUtf8(path))
      return absl::InvalidArgumentError("a file of the policy is no UTF-8 text");
    if (IsInForce(path) || IsEntry(path) || IsCodes(path) || IsTest(path)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     ": no part of a policy\nhint: rules, projects, indicators, presets and "
                     "datasets are *.yaml directly in the folder of that name"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PolicyFiles> ReadBundleFiles(const std::string& dir) {
  std::error_code error;
  if (!fs::is_directory(dir, error))
    return absl::NotFoundError(absl::StrCat(dir, ": there is no such folder"));
  PolicyFiles files;
  fs::recursive_directory_iterator walk(dir, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (IsElsewhere(*walk)) {
      walk.disable_recursion_pending();
      continue;
    }
    const std::string path = walk->path().lexically_relative(dir).generic_string();
    if (!walk->is_regular_file(error) || !IsListed(path)) continue;
    KLUIS_ASSIGN_OR_RETURN(files[std::string(absl::StripSuffix(path, ".gz"))],
                           ReadTextFile(walk->path().string()));
  }
  if (error) return absl::UnavailableError(absl::StrCat("cannot read ", dir));
  return files;
}

PolicyFiles PolicyPart(const PolicyFiles& files) {
  PolicyFiles part;
  for (const auto& [path, text] : files) {
    if (IsInForce(path) && !IsTest(path)) part[path] = text;
  }
  return part;
}

absl::StatusOr<ParsedBundle> ParseBundle(const PolicyFiles& files, const CatalogueView& catalogue) {
  KLUIS_RETURN_IF_ERROR(CheckPaths(files));
  ParsedBundle bundle;
  for (const auto& [name, snapshot] : catalogue.datasets) bundle.datasets[name] = snapshot.entry;
  const ReadCodeList read = [&files](const std::string& path) -> absl::StatusOr<std::string> {
    const auto file = files.find(std::string(absl::StripSuffix(path, ".gz")));
    if (file == files.end()) return absl::NotFoundError(absl::StrCat(path, " is not there"));
    return file->second;
  };
  for (const auto& [path, text] : files) {
    if (!IsEntry(path) || IsTest(path)) continue;
    Parsed<DatasetEntry> entry = ParseDatasetEntry(text, path, read);
    if (!entry.ok()) return absl::InvalidArgumentError(Shown(entry.diagnostics, files));
    bundle.datasets[entry.value.name] = std::move(entry.value);
  }
  Parsed<PolicyBundle> parsed = ParsePolicyBundle(PolicyPart(files), bundle.datasets);
  if (!parsed.ok()) return absl::InvalidArgumentError(Shown(parsed.diagnostics, files));
  bundle.policy = std::make_shared<const PolicyBundle>(std::move(parsed.value));
  return bundle;
}

}  // namespace kluis
