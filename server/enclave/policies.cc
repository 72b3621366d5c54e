#include "server/enclave/policies.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

// One file, so that a large policy is kept with one write.
std::string KeptAt(const std::string& archive, const std::string& sha256) {
  return absl::StrCat(archive, "/", sha256, ".json");
}

}  // namespace

absl::StatusOr<PolicyFiles> ReadPolicyFiles(const std::string& policies_dir) {
  KLUIS_ASSIGN_OR_RETURN(PolicyFiles files, ReadYamlFiles(policies_dir, "rules"));
  for (const char* folder : {"projects", "indicators", "presets"}) {
    if (!std::filesystem::is_directory(absl::StrCat(policies_dir, "/", folder))) continue;
    KLUIS_ASSIGN_OR_RETURN(PolicyFiles more, ReadYamlFiles(policies_dir, folder));
    files.merge(more);
  }
  for (const char* name : {"officers.yaml", "witnesses.yaml"}) {
    const std::string path = absl::StrCat(policies_dir, "/", name);
    if (!std::filesystem::exists(path)) continue;
    KLUIS_ASSIGN_OR_RETURN(files[name], ReadFile(path));
  }
  return files;
}

absl::Status KeepPolicy(const std::string& archive, const std::string& sha256,
                        const PolicyFiles& files) {
  const std::string path = KeptAt(archive, sha256);
  if (std::filesystem::exists(path)) return absl::OkStatus();
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(archive));
  return WritePrivateFile(path, CanonicalJson(files));
}

absl::StatusOr<PolicyFiles> KeptPolicy(const std::string& archive, const std::string& sha256) {
  const std::string path = KeptAt(archive, sha256);
  if (sha256.empty() || !std::filesystem::exists(path))
    return absl::NotFoundError(absl::StrCat("no policy ", sha256, " is kept"));
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto changed =
      absl::DataLossError(absl::StrCat("what is kept as ", sha256, " was changed"));
  if (!json.is_object()) return changed;
  PolicyFiles files;
  for (const auto& [name, content] : json.items()) {
    if (!content.is_string()) return changed;
    files[name] = content.get<std::string>();
  }
  return files;
}

absl::StatusOr<std::shared_ptr<const PolicyBundle>> ParsePolicies(const PolicyFiles& files,
                                                                  const CatalogueView& catalogue) {
  std::map<std::string, DatasetEntry> datasets;
  for (const auto& [name, snapshot] : catalogue.datasets) datasets[name] = snapshot.entry;
  Parsed<PolicyBundle> parsed = ParsePolicyBundle(files, datasets);
  if (parsed.ok()) return std::make_shared<const PolicyBundle>(std::move(parsed.value));
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    lines.push_back(FormatDiagnostic(
        diagnostic, files.count(diagnostic.file) > 0 ? files.at(diagnostic.file) : ""));
  }
  return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

absl::StatusOr<std::string> SharedPolicies() {
  std::vector<std::string> places = {KLUIS_SHARE_DIR, KLUIS_INSTALLED_SHARE_DIR};
  if (const char* share = std::getenv("KLUIS_SHARE_DIR"); share != nullptr) places = {share};
  for (const std::string& place : places) {
    if (std::filesystem::is_directory(place + "/rules")) return place;
  }
  return absl::NotFoundError(absl::StrCat("no rule sets below ", absl::StrJoin(places, " or "),
                                          "; set KLUIS_SHARE_DIR to the folder that holds rules/"));
}

}  // namespace kluis
