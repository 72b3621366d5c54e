#include "server/rpc/dataset_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

bool IsMember(const Project& project, const Caller& caller) {
  return std::find(project.members.begin(), project.members.end(), caller.id) !=
         project.members.end();
}

const char* RoleOf(VariableRole role) {
  switch (role) {
    case VariableRole::kIdentifier:
      return "identifier";
    case VariableRole::kDimension:
      return "dimension";
    case VariableRole::kMeasure:
      return "measure";
  }
  return "";
}

const char* KindOf(VariableKind kind) {
  switch (kind) {
    case VariableKind::kIdentifying:
      return "identifying";
    case VariableKind::kMixed:
      return "mixed";
    case VariableKind::kConfidential:
      return "confidential";
  }
  return "";
}

// A scope holds only where every grant has one: the union of what they leave.
void MergeScope(const Grant& grant, bool first, GrantedDataset* merged) {
  if (first) {
    for (const auto& [variable, codes] : grant.where)
      merged->scope[variable].insert(codes.begin(), codes.end());
    return;
  }
  for (auto scope = merged->scope.begin(); scope != merged->scope.end();) {
    const auto found = grant.where.find(scope->first);
    if (found == grant.where.end()) {
      scope = merged->scope.erase(scope);
    } else {
      scope->second.insert(found->second.begin(), found->second.end());
      ++scope;
    }
  }
}

void FillCodes(const CodeList& list, v1::Variable* out) {
  for (const Code& code : list.codes) {
    v1::Code* added = out->add_codes();
    added->set_code(code.code);
    added->set_parent(code.parent < 0 ? "_T" : list.codes[static_cast<size_t>(code.parent)].code);
    added->set_level(code.level);
    added->set_label_nl(code.label_nl);
    added->set_label_en(code.label_en);
  }
}

void FillVariable(const Variable& variable, const GrantedDataset& grant, bool with_codes,
                  v1::Variable* out) {
  out->set_name(variable.name);
  out->set_role(RoleOf(variable.role));
  out->set_kind(variable.role == VariableRole::kIdentifier ? "" : KindOf(variable.kind));
  out->set_title_nl(variable.label_nl);
  out->set_title_en(variable.label_en);
  out->set_unit(variable.unit);
  out->set_decimals(variable.decimals);
  for (const std::string& level : variable.levels) out->add_levels(level);
  if (variable.bands) {
    for (const int width : variable.bands->widths) out->add_band_widths(width);
  }
  out->set_of(variable.of);
  out->set_of_level(variable.of_level);
  out->set_code_count(static_cast<int64_t>(variable.codes.codes.size()));
  if (const auto scope = grant.scope.find(variable.name); scope != grant.scope.end()) {
    for (const std::string& code : scope->second) out->add_scope(code);
  }
  if (with_codes) FillCodes(variable.codes, out);
}

}  // namespace

std::map<std::string, GrantedDataset> GrantedDatasets(const Caller& caller,
                                                      const PolicyBundle& policy,
                                                      const std::string& today) {
  std::map<std::string, GrantedDataset> granted;
  for (const auto& [name, project] : policy.projects) {
    if (!IsMember(project, caller) || today < project.valid_from || today > project.valid_until)
      continue;
    for (const Grant& grant : project.grants) {
      const bool first = granted.count(grant.dataset) == 0;
      GrantedDataset& merged = granted[grant.dataset];
      merged.variables.insert(grant.variables.begin(), grant.variables.end());
      merged.valid_until = std::max(merged.valid_until, project.valid_until);
      if (merged.projects.empty() || merged.projects.back() != name)
        merged.projects.push_back(name);
      MergeScope(grant, first, &merged);
    }
  }
  return granted;
}

void FillDataset(const Snapshot& snapshot, const GrantedDataset& grant, v1::Dataset* dataset) {
  const DatasetEntry& entry = snapshot.entry;
  dataset->set_name(absl::StrCat("datasets/", entry.name));
  dataset->set_title_nl(entry.title_nl);
  dataset->set_title_en(entry.title_en);
  dataset->set_period(entry.period);
  dataset->set_unit(entry.unit);
  for (const std::string& level : entry.contributor) dataset->add_contributor(level);
  dataset->set_weighted(!entry.weight.empty());
  for (const std::string& project : grant.projects)
    dataset->add_projects(absl::StrCat("projects/", project));
  dataset->set_valid_until(grant.valid_until);
  dataset->set_snapshot_sha256(snapshot.sha256);
}

bool FillVariables(const Snapshot& snapshot, const GrantedDataset& grant, const std::string& only,
                   v1::Dataset* dataset) {
  for (const Variable& variable : snapshot.entry.variables) {
    if (grant.variables.count(variable.name) == 0) continue;
    if (!only.empty() && variable.name != only) continue;
    FillVariable(variable, grant, !only.empty(), dataset->add_variables());
  }
  for (const Link& link : snapshot.entry.links) {
    v1::Link* added = dataset->add_links();
    added->set_name(link.name);
    added->set_to(link.to);
    added->set_one(link.one);
    added->set_membership(KindOf(link.membership));
    for (const std::string& key : link.key) added->add_key(key);
    for (const std::string& key : link.to_key) added->add_to_key(key);
  }
  return only.empty() || dataset->variables_size() == 1;
}

void FillProjects(const Caller& caller, const PolicyBundle& policy, v1::Caller* out) {
  for (const auto& [name, project] : policy.projects) {
    if (!IsMember(project, caller)) continue;
    v1::ProjectSummary* summary = out->add_projects();
    summary->set_name(absl::StrCat("projects/", name));
    summary->set_purpose_nl(project.purpose_nl);
    summary->set_purpose_en(project.purpose_en);
    summary->set_valid_from(project.valid_from);
    summary->set_valid_until(project.valid_until);
    summary->set_rules(project.rules);
  }
}

}  // namespace kluis
