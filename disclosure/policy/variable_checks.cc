#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

void ResolveOne(const YamlNode& node, const DatasetEntry& entry, Variable* variable,
                DiagnosticSink* sink) {
  const YamlNode& of = *node.Find("of");
  const std::string path = absl::StrCat("variables.", variable->name);
  const Variable* base = entry.FindVariable(variable->of);
  if (base == nullptr) {
    AddError(of, absl::StrCat(path, ".of: there is no variable '", variable->of, "'"),
             NearestHint(variable->of, VariableNames(entry)), sink);
    return;
  }
  if (base->role != VariableRole::kDimension || base->codes_file.empty()) {
    AddError(of, absl::StrCat(path, ".of: '", base->name, "' has no code list"),
             "name a dimension with codes", sink);
    return;
  }
  const YamlNode* level = node.Find("level");
  if (level != nullptr && std::find(base->levels.begin(), base->levels.end(), variable->of_level) ==
                              base->levels.end()) {
    AddError(
        *level,
        absl::StrCat(path, ".level: '", base->name, "' has no level '", variable->of_level, "'"),
        NearestOrListHint(variable->of_level, base->levels), sink);
  }
  const YamlNode* kind = node.Find("kind");
  if (kind != nullptr && variable->kind != base->kind) {
    AddError(*kind, absl::StrCat(path, ".kind differs from that of '", base->name, "'"),
             "remove it: one tree has one kind", sink);
  }
  variable->kind = base->kind;
}

}  // namespace

std::vector<std::string> VariableNames(const DatasetEntry& entry) {
  std::vector<std::string> names;
  for (const Variable& variable : entry.variables) names.push_back(variable.name);
  return names;
}

void ResolveOf(const YamlNode& variables, DatasetEntry* entry, DiagnosticSink* sink) {
  for (size_t i = 0; i < entry->variables.size(); ++i) {
    Variable& variable = entry->variables[i];
    if (!variable.of.empty()) ResolveOne(variables.items[i], *entry, &variable, sink);
  }
}

const CodeList* CodesOf(const DatasetEntry& entry, const Variable& variable) {
  const Variable* base = variable.of.empty() ? &variable : entry.FindVariable(variable.of);
  return base == nullptr || base->codes.codes.empty() ? nullptr : &base->codes;
}

std::string CodeFault(const DatasetEntry& entry, const Variable& variable,
                      const std::string& code) {
  if (code == kMissingCode && variable.missing_declared) return "";
  if (variable.range.has_value()) {
    int value = 0;
    const bool inside = absl::SimpleAtoi(code, &value) && absl::StrCat(value) == code &&
                        value >= variable.range->first && value <= variable.range->second;
    return inside ? "" : absl::StrCat("'", code, "' is not in the range of '", variable.name, "'");
  }
  const CodeList* list = CodesOf(entry, variable);
  if (list == nullptr) return "";
  const int index = list->Find(code);
  if (index < 0) return absl::StrCat("'", code, "' is no code of '", variable.name, "'");
  const Variable* base = variable.of.empty() ? &variable : entry.FindVariable(variable.of);
  const int level = list->codes[index].level;
  const int last_level = std::max(level, list->codes[index].last_level);
  const auto named = std::find(base->levels.begin(), base->levels.end(), variable.of_level);
  const auto of_level = named - base->levels.begin() + 1;
  if (!variable.of.empty() && (level > of_level || last_level < of_level)) {
    return absl::StrCat("'", code, "' is no code of the level '", variable.of_level, "'");
  }
  if (!base->levels.empty() && level > static_cast<int>(base->levels.size())) {
    return absl::StrCat("'", code, "' stands below the levels of '", variable.name, "'");
  }
  return "";
}

}  // namespace kluis
