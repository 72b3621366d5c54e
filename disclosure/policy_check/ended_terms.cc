#include "disclosure/policy_check/ended_terms.h"

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr char kOfficersFile[] = "officers.yaml";
constexpr char kHint[] = "give it a new term, or remove it";

// Where what ends first is written: the authorisation, the consent, or the term itself.
std::vector<std::string> EndOf(const Project& project) {
  if (!project.authorisation) return {"valid", "until"};
  const bool consent = project.consent && project.consent->until == project.valid_until;
  return {consent ? "consent" : "authorisation", "until"};
}

}  // namespace

void WarnOfEndedTerms(const std::string& day, PolicyFolder* folder) {
  for (const auto& [name, project] : folder->bundle.projects) {
    if (project.valid_until >= day) continue;
    const std::string& file = folder->project_files.at(name);
    folder->warnings.push_back(
        AtKey(folder->files.at(file), file, EndOf(project),
              absl::StrCat("project '", name, "' was valid until ", project.valid_until,
                           ": nobody gets an answer under it any more"),
              kHint));
  }
  const std::vector<Officer>& officers = folder->bundle.officers.officers;
  for (size_t i = 0; i < officers.size(); ++i) {
    if (officers[i].valid_until >= day) continue;
    folder->warnings.push_back(
        AtKey(folder->files.at(kOfficersFile), kOfficersFile,
              {"officers", absl::StrCat(i), "valid", "until"},
              absl::StrCat("officer '", officers[i].id, "' was valid until ",
                           officers[i].valid_until, ": cannot sign any more"),
              kHint));
  }
  SortByPlace(&folder->warnings);
}

}  // namespace kluis
