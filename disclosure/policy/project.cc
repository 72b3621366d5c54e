#include "disclosure/policy/project.h"

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

Grant ReadGrant(const YamlNode& node, const std::string& path, DiagnosticSink* sink) {
  Grant grant;
  MapReader map(node, path, sink);
  if (map.Require("dataset") != nullptr) map.Name("dataset", "", &grant.dataset);
  if (map.Require("variables") != nullptr && map.TextList("variables", &grant.variables) &&
      grant.variables.empty()) {
    map.Error("variables", absl::StrCat(map.Path("variables"), " is empty"), "name the variables");
  }
  if (const auto* where = map.Find("where")) ReadWhere(*where, map.Path("where"), &grant, sink);
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

void ReadValid(const YamlNode& node, Project* project, DiagnosticSink* sink) {
  MapReader map(node, "valid", sink);
  const bool from = map.Require("from") && map.Date("from", &project->valid_from);
  const bool until = map.Require("until") && map.Date("until", &project->valid_until);
  if (from && until && project->valid_until < project->valid_from) {
    map.Error("until",
              absl::StrCat("valid.until, ", project->valid_until, ", is before valid.from, ",
                           project->valid_from),
              "until is the last valid day");
  }
  map.Finish();
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
  if (const auto* valid = map.Require("valid")) ReadValid(*valid, &project, sink);
  if (map.Require("rules") != nullptr) map.Name("rules", "-.", &project.rules);
  if (const auto* grants = map.Require("grants")) ReadGrants(*grants, &project, sink);
  map.Finish();
  return project;
}

Parsed<Project> ParseProject(absl::string_view yaml, absl::string_view file_name) {
  DiagnosticSink sink(yaml, file_name);
  Parsed<Project> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) parsed.value = ReadProject(*root, &sink);
  parsed.value.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
