#include "disclosure/policy/project.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/project_parser.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

void ReadWhere(const YamlNode& node, const std::string& path, Grant* grant, DiagnosticSink* sink) {
  if (node.kind != YamlNode::Kind::kMap) {
    AddError(node, absl::StrCat(path, " must be a map of variable to codes"),
             "write {gemeente: [GM0917]}", sink);
    return;
  }
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const std::string item = absl::StrCat(path, ".", node.keys[i].text);
    std::vector<std::string> codes;
    if (!ReadTextList(node.items[i], item, sink, &codes)) continue;
    if (codes.empty()) {
      AddError(node.items[i], absl::StrCat(item, " allows no code at all"),
               "name the codes in scope, or remove it", sink);
    }
    grant->where[node.keys[i].text] = std::move(codes);
  }
}

void ReadFinest(const YamlNode& node, const std::string& path, Grant* grant, DiagnosticSink* sink) {
  MapReader map(node, path, sink);
  for (const YamlNode& key : node.keys) map.Text(key.text, &grant->finest[key.text]);
  if (map.is_map() && node.keys.empty())
    AddError(node, absl::StrCat(path, " names no variable"), "write {buurt: wijk}", sink);
}

Grant ReadGrant(const YamlNode& node, const std::string& path, DiagnosticSink* sink) {
  Grant grant;
  MapReader map(node, path, sink);
  if (map.Require("dataset") != nullptr) map.Name("dataset", "", &grant.dataset);
  if (map.Require("variables") != nullptr && map.TextList("variables", &grant.variables) &&
      grant.variables.empty()) {
    map.Error("variables", absl::StrCat(map.Path("variables"), " is empty"), "name the variables");
  }
  if (const auto* where = map.Find("where")) ReadWhere(*where, map.Path("where"), &grant, sink);
  if (map.TextList("periods", &grant.periods) && grant.periods.empty())
    map.Error("periods", absl::StrCat(map.Path("periods"), " allows no period at all"),
              "name the periods, or remove it");
  if (const auto* finest = map.Find("finest"))
    ReadFinest(*finest, map.Path("finest"), &grant, sink);
  map.Finish();
  return grant;
}

void ReadGrants(const YamlNode& node, Project* project, DiagnosticSink* sink) {
  if (node.kind != YamlNode::Kind::kSequence || node.items.empty()) {
    AddError(node, "grants must be a list of at least one grant",
             "write - {dataset: ..., variables: [...]}", sink);
    return;
  }
  std::set<std::string> datasets;
  for (size_t i = 0; i < node.items.size(); ++i) {
    Grant grant = ReadGrant(node.items[i], absl::StrCat("grants[", i, "]"), sink);
    if (!grant.dataset.empty() && !datasets.insert(grant.dataset).second) {
      AddError(*node.items[i].Find("dataset"),
               absl::StrCat("dataset '", grant.dataset, "' is granted twice"),
               "put its variables in one grant", sink);
    }
    project->grants.push_back(std::move(grant));
  }
}

void ReadMembers(MapReader* map, Project* project, DiagnosticSink* sink) {
  const YamlNode* node = map->Require("members");
  if (node == nullptr || !map->TextList("members", &project->members)) return;
  if (project->members.empty()) {
    map->Error("members", "members must not be empty", "name who may use the grants");
  }
  for (size_t i = 0; i < project->members.size(); ++i) {
    const std::string& member = project->members[i];
    if (!member.empty() && member.find_first_of(" ,;*") == std::string::npos) continue;
    AddError(node->items[i], absl::StrCat("members: '", member, "' is no user id"),
             "write for example anna@heerlen.nl", sink);
  }
}

// `from` and `until`; what they are called in messages is of the reader.
void ReadDays(MapReader* map, std::string* first, std::string* last) {
  const bool from = map->Require("from") && map->Date("from", first);
  const bool until = map->Require("until") && map->Date("until", last);
  if (from && until && *last < *first) {
    map->Error("until",
               absl::StrCat(map->Path("until"), ", ", *last, ", is before ", map->Path("from"),
                            ", ", *first),
               "until is the last valid day");
  }
}

std::optional<Permission> ReadPermission(MapReader* project, const std::string& key,
                                         DiagnosticSink* sink) {
  const YamlNode* node = project->Find(key);
  if (node == nullptr) return std::nullopt;
  Permission permission;
  MapReader map(*node, key, sink);
  if (map.Require("by") != nullptr) map.Name("by", "-.", &permission.by);
  map.Text("reference", &permission.reference);
  ReadDays(&map, &permission.from, &permission.until);
  map.Finish();
  return permission;
}

// A project is in force while the institution is authorised and its project is consented to.
void ReadTerm(MapReader* map, Project* project, DiagnosticSink* sink) {
  project->authorisation = ReadPermission(map, "authorisation", sink);
  project->consent = ReadPermission(map, "consent", sink);
  const YamlNode* valid = map->Find("valid");
  if (!project->authorisation && !project->consent) {
    if (map->Require("valid") == nullptr) return;
    MapReader days(*valid, "valid", sink);
    ReadDays(&days, &project->valid_from, &project->valid_until);
    days.Finish();
    return;
  }
  if (valid != nullptr) {
    map->Error("valid", "valid contradicts authorisation and consent",
               "remove it: the project is valid while both are");
    return;
  }
  map->Require("authorisation");
  map->Require("consent");
  if (!project->authorisation || !project->consent) return;
  project->valid_from = std::max(project->authorisation->from, project->consent->from);
  project->valid_until = std::min(project->authorisation->until, project->consent->until);
  if (!project->valid_until.empty() && project->valid_until < project->valid_from) {
    map->Error("consent", "there is no day on which authorisation and consent both hold",
               absl::StrCat("the authorisation is of ", project->authorisation->from, " to ",
                            project->authorisation->until));
  }
}

}  // namespace

Project ReadProject(const YamlNode& root, DiagnosticSink* sink) {
  Project project;
  MapReader map(root, "", sink);
  if (map.Require("project") != nullptr) map.Name("project", "-.", &project.name);
  if (map.Require("purpose") != nullptr) {
    map.Title("purpose", &project.purpose_nl, &project.purpose_en);
  }
  if (map.Require("organisation") != nullptr) map.Name("organisation", "-.", &project.organisation);
  ReadMembers(&map, &project, sink);
  ReadTerm(&map, &project, sink);
  if (map.Require("rules") != nullptr) map.Name("rules", "-.", &project.rules);
  if (const auto* grants = map.Require("grants")) ReadGrants(*grants, &project, sink);
  map.Finish();
  return project;
}

Parsed<Project> ParseProject(absl::string_view yaml, absl::string_view file_name,
                             KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<Project> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) parsed.value = ReadProject(*root, &sink);
  parsed.value.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
