#include "server/enclave/policies.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "server/enclave/files.h"

namespace kluis {

absl::StatusOr<std::shared_ptr<const PolicyBundle>> LoadPolicies(const std::string& policies_dir,
                                                                 const CatalogueView& catalogue) {
  KLUIS_ASSIGN_OR_RETURN(auto files, ReadYamlFiles(policies_dir, "rules"));
  for (const char* folder : {"projects", "indicators", "presets"}) {
    if (!std::filesystem::is_directory(absl::StrCat(policies_dir, "/", folder))) continue;
    KLUIS_ASSIGN_OR_RETURN(auto more, ReadYamlFiles(policies_dir, folder));
    files.merge(more);
  }
  for (const char* name : {"officers.yaml", "witnesses.yaml"}) {
    const std::string path = absl::StrCat(policies_dir, "/", name);
    if (!std::filesystem::exists(path)) continue;
    KLUIS_ASSIGN_OR_RETURN(files[name], ReadFile(path));
  }
  std::map<std::string, DatasetEntry> datasets;
  for (const auto& [name, snapshot] : catalogue.datasets) datasets[name] = snapshot.entry;
  Parsed<PolicyBundle> parsed = ParsePolicyBundle(files, datasets);
  if (parsed.ok()) return std::make_shared<const PolicyBundle>(std::move(parsed.value));
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    lines.push_back(FormatDiagnostic(diagnostic, files[diagnostic.file]));
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
