#include "disclosure/policy_check/ended_terms.h"

#include <algorithm>
#include <tuple>

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

Diagnostic AtOfficer(const PolicyFolder& folder, size_t index, const std::string& message) {
  const std::string& text = folder.files.at(kOfficersFile);
  DiagnosticSink sink(text, kOfficersFile);
  const auto root = ParseYaml(text, &sink);
  const YamlNode* node = root ? root->Find("officers") : nullptr;
  node = node != nullptr && index < node->items.size() ? &node->items[index] : nullptr;
  for (const char* key : {"valid", "until"}) {
    if (const YamlNode* next = node != nullptr ? node->Find(key) : nullptr) node = next;
  }
  DiagnosticSink told(text, kOfficersFile);
  told.Add(node != nullptr ? node->line : 1, node != nullptr ? node->column : 1, message, kHint);
  return told.Sorted()[0];
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
        AtOfficer(*folder, i,
                  absl::StrCat("officer '", officers[i].id, "' was valid until ",
                               officers[i].valid_until, ": cannot sign any more")));
  }
  std::stable_sort(folder->warnings.begin(), folder->warnings.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
                   });
}

}  // namespace kluis
