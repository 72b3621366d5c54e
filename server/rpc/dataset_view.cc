#include "server/rpc/dataset_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/access/forbidden.h"
#include "server/access/scope.h"

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

// At `level`, or all of them for 0.
void FillCodes(const CodeList& list, int level, v1::Variable* out) {
  for (const Code& code : list.codes) {
    const int last = std::max(code.level, code.last_level);
    if (level > 0 && (code.level > level || last < level)) continue;
    v1::Code* added = out->add_codes();
    added->set_code(code.code);
    added->set_parent(code.parent < 0 ? "_T" : list.codes[static_cast<size_t>(code.parent)].code);
    added->set_level(code.level);
    added->set_last_level(last);
    added->set_label_nl(code.label_nl);
    added->set_label_en(code.label_en);
    added->set_valid_from(code.valid_from);
    added->set_valid_until(code.valid_until);
  }
}

// How many codes a level has: its own, and those of coarser levels that finer ones do not divide.
int64_t CountAt(const CodeList& list, int level) {
  std::vector<bool> divided(list.codes.size(), false);
  for (const Code& code : list.codes) {
    if (code.parent >= 0 && code.level <= level) divided[static_cast<size_t>(code.parent)] = true;
  }
  int64_t count = 0;
  for (size_t i = 0; i < list.codes.size(); ++i)
    count += list.codes[i].level <= level && !divided[i] ? 1 : 0;
  return count;
}

void FillShape(const DatasetEntry& entry, const Variable& variable, bool with_codes,
               v1::Variable* out) {
  const Variable* base = BaseVariable(entry, variable);
  int level = 0;
  if (base != nullptr && base != &variable) {
    const auto named = std::find(base->levels.begin(), base->levels.end(), variable.of_level);
    level = static_cast<int>(named - base->levels.begin()) + 1;
    out->set_code_count(CountAt(base->codes, level));
  } else {
    out->set_code_count(static_cast<int64_t>(variable.codes.codes.size()));
  }
  for (size_t l = 0; l < variable.levels.size(); ++l) {
    out->add_levels(variable.levels[l]);
    out->add_level_counts(CountAt(variable.codes, static_cast<int>(l) + 1));
  }
  if (variable.range) {
    out->mutable_range()->set_from(variable.range->first);
    out->mutable_range()->set_to(variable.range->second);
  }
  if (variable.bands) {
    out->mutable_bands()->set_from(variable.bands->from);
    out->mutable_bands()->set_to(variable.bands->to);
    for (const int width : variable.bands->widths) out->add_band_widths(width);
  }
  if (variable.merged) {
    out->set_merged_level(variable.merged->as);
    out->set_merged_on(variable.merged->on);
  }
  if (with_codes && base != nullptr) FillCodes(base->codes, level, out);
}

void FillVariable(const DatasetEntry& entry, const Variable& variable, const GrantedDataset& grant,
                  bool with_codes, v1::Variable* out) {
  const Variable* named = BaseVariable(entry, variable);
  const Variable& base = named == nullptr ? variable : *named;
  out->set_name(variable.name);
  out->set_role(RoleOf(variable.role));
  out->set_kind(variable.role == VariableRole::kIdentifier ? "" : KindOf(variable.kind));
  out->set_title_nl(variable.label_nl);
  out->set_title_en(variable.label_en);
  out->set_quality_nl(variable.quality_nl);
  out->set_quality_en(variable.quality_en);
  out->set_unit(variable.unit);
  out->set_decimals(variable.decimals);
  out->set_any_sign(variable.any_sign);
  for (const std::string& value : base.missing) out->add_missing(value);
  out->set_missing_category(variable.role == VariableRole::kDimension && base.missing_declared);
  for (const std::string& grain : base.grain) out->add_grain(grain);
  out->set_of(variable.of);
  out->set_of_level(variable.of_level);
  if (const auto scope = grant.scope.find(variable.name); scope != grant.scope.end()) {
    for (const std::string& code : scope->second) out->add_scope(code);
  }
  FillShape(entry, variable, with_codes, out);
}

void FillForbidden(const CatalogueView& catalogue,
                   const std::map<std::string, GrantedDataset>& granted, const DatasetEntry& entry,
                   const Variable& variable, v1::Variable* out) {
  for (const auto& [name, grant] : granted) {
    const auto snapshot = catalogue.datasets.find(name);
    if (snapshot == catalogue.datasets.end()) continue;
    const DatasetEntry& other = snapshot->second.entry;
    for (const Variable& beside : other.variables) {
      if (grant.variables.count(beside.name) == 0) continue;
      if (!AreForbiddenTogether(entry, variable, other, beside)) continue;
      out->add_forbidden_with(name == entry.name ? beside.name
                                                 : absl::StrCat(name, ".", beside.name));
    }
  }
}

void FillPeriods(const CatalogueView& catalogue,
                 const std::map<std::string, GrantedDataset>& granted, const DatasetEntry& entry,
                 v1::Dataset* dataset) {
  for (const auto& [name, grant] : granted) {
    const auto snapshot = catalogue.datasets.find(name);
    if (name == entry.name || snapshot == catalogue.datasets.end()) continue;
    if (snapshot->second.entry.lineage != entry.lineage) continue;
    v1::Period* period = dataset->add_periods();
    period->set_dataset(absl::StrCat("datasets/", name));
    period->set_period(snapshot->second.entry.period);
  }
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
  dataset->set_weight(grant.variables.count(entry.weight) > 0 ? entry.weight : "");
  dataset->set_lineage(entry.lineage);
  dataset->set_reference_date(entry.reference_date);
  dataset->set_episodes(entry.episodes.has_value());
  dataset->set_quality_nl(entry.quality_nl);
  dataset->set_quality_en(entry.quality_en);
  for (const std::string& project : grant.projects)
    dataset->add_projects(absl::StrCat("projects/", project));
  dataset->set_valid_until(grant.valid_until);
  dataset->set_snapshot_sha256(snapshot.sha256);
}

bool FillVariables(const CatalogueView& catalogue,
                   const std::map<std::string, GrantedDataset>& granted, const std::string& name,
                   const std::string& only, v1::Dataset* dataset) {
  const DatasetEntry& entry = catalogue.datasets.at(name).entry;
  const GrantedDataset& grant = granted.at(name);
  for (const Variable& variable : entry.variables) {
    if (grant.variables.count(variable.name) == 0) continue;
    if (!only.empty() && variable.name != only) continue;
    v1::Variable* added = dataset->add_variables();
    FillVariable(entry, variable, grant, !only.empty(), added);
    FillForbidden(catalogue, granted, entry, variable, added);
  }
  FillPeriods(catalogue, granted, entry, dataset);
  for (const Link& link : entry.links) {
    if (granted.count(link.to) == 0) continue;
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
