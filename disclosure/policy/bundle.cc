#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/project_parser.h"
#include "disclosure/policy/sha256.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

template <typename T>
std::vector<std::string> Names(const std::map<std::string, T>& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

bool IsFolder(const std::string& path, const char* folder) {
  return absl::StartsWith(path, folder) && absl::EndsWith(path, ".yaml");
}

// Keys that make a release safer, or that change what is judged, where data come from files. An
// enclave's tables do not hold what they look at, or its history and review do not know them, and
// silence would be a weaker rule than was written.
void CheckServed(const YamlNode& root, const RuleSet& rules, DiagnosticSink* sink) {
  const bool of_lines = rules.group_disclosure && rules.group_disclosure->every_line;
  const bool none = rules.group_disclosure && rules.group_disclosure->protect_none;
  const struct {
    const char* map;  // null: the key is at the root
    const char* key;
    bool used;
  } keys[] = {
      {"frequency", "records", rules.frequency.records > 0},
      {"frequency", "weighted", rules.frequency.weighted > 0},
      {"group_disclosure", "of", of_lines},
      {"group_disclosure", "none", none},
      {nullptr, "request", rules.request.has_value()},
      {nullptr, "waiver", rules.waiver.has_value()},
      {nullptr, "shadow", !rules.shadow.empty()},
      {nullptr, "missing", !rules.judge_missing},
      {nullptr, "statistics", !rules.statistics.empty()},
  };
  for (const auto& [map, key, used] : keys) {
    if (!used) continue;
    const YamlNode& parent = map == nullptr ? root : *root.Find(map);
    AddError(*parent.Find(key),
             absl::StrCat(map == nullptr ? "" : map, map == nullptr ? "" : ".", key,
                          " is not available on the server"),
             "only tools that read files know it; remove it from this rule set", sink);
  }
}

// What a project says about other files. Walks the tree, for the places.
class ProjectChecker {
 public:
  ProjectChecker(const PolicyBundle& bundle, const std::map<std::string, DatasetEntry>& datasets,
                 DiagnosticSink* sink)
      : bundle_(bundle), datasets_(datasets), sink_(sink) {}

  void Check(const YamlNode& root) {
    const YamlNode& rules = *root.Find("rules");
    const auto found = bundle_.rules.find(rules.text);
    if (found == bundle_.rules.end()) {
      AddError(rules, absl::StrCat("there is no rule set '", rules.text, "'"),
               NearestOrListHint(rules.text, Names(bundle_.rules)), sink_);
    } else {
      rules_ = &found->second;
    }
    const YamlNode& grants = *root.Find("grants");
    for (size_t i = 0; i < grants.items.size(); ++i) {
      CheckGrant(grants.items[i], absl::StrCat("grants[", i, "]"));
    }
  }

 private:
  void CheckGrant(const YamlNode& grant, const std::string& path) {
    const YamlNode& dataset = *grant.Find("dataset");
    const auto found = datasets_.find(dataset.text);
    if (found == datasets_.end()) {
      AddError(dataset, absl::StrCat(path, ": there is no dataset '", dataset.text, "'"),
               NearestOrListHint(dataset.text, Names(datasets_)), sink_);
      return;
    }
    const DatasetEntry& entry = found->second;
    CheckRules(dataset, entry, path);
    for (const YamlNode& variable : grant.Find("variables")->items) {
      FindVariable(variable, entry, path);
    }
    if (const YamlNode* where = grant.Find("where")) CheckWhere(*where, entry, path);
  }

  // The level and the cost that the rule set names must be there.
  void CheckRules(const YamlNode& dataset, const DatasetEntry& entry, const std::string& path) {
    if (rules_ == nullptr) return;
    const auto& levels = entry.contributor;
    if (rules_->contributor.has_value() &&
        std::find(levels.begin(), levels.end(), *rules_->contributor) == levels.end()) {
      AddError(
          dataset,
          absl::StrCat(path, ": rule set '", rules_->name, "' judges on '", *rules_->contributor,
                       "', which is no contributor of '", entry.name, "'"),
          NearestOrListHint(*rules_->contributor, levels), sink_);
    }
  }

  const Variable* FindVariable(const YamlNode& name, const DatasetEntry& entry,
                               const std::string& path) {
    const Variable* variable = entry.FindVariable(name.text);
    if (variable == nullptr) {
      AddError(name, absl::StrCat(path, ": '", entry.name, "' has no variable '", name.text, "'"),
               NearestHint(name.text, VariableNames(entry)), sink_);
    }
    return variable;
  }

  void CheckWhere(const YamlNode& where, const DatasetEntry& entry, const std::string& path) {
    for (size_t i = 0; i < where.keys.size(); ++i) {
      const Variable* variable = FindVariable(where.keys[i], entry, path);
      if (variable == nullptr) continue;
      if (variable->role != VariableRole::kDimension) {
        AddError(where.keys[i],
                 absl::StrCat(path, ".where: '", variable->name, "' is no dimension"), "", sink_);
        continue;
      }
      for (const YamlNode& code : where.items[i].items) {
        const std::string fault = CodeFault(entry, *variable, code.text);
        if (!fault.empty()) {
          AddError(code, absl::StrCat(path, ".where: ", fault),
                   CodeHint(entry, *variable, code.text), sink_);
        }
      }
    }
  }

  static std::string CodeHint(const DatasetEntry& entry, const Variable& variable,
                              const std::string& code) {
    constexpr size_t kSearchedMax = 5000;
    std::vector<std::string> codes;
    if (const CodeList* list = CodesOf(entry, variable)) {
      for (const Code& c : list->codes) {
        if (codes.size() < kSearchedMax) codes.push_back(c.code);
      }
    }
    return NearestHint(code, codes);
  }

  const PolicyBundle& bundle_;
  const std::map<std::string, DatasetEntry>& datasets_;
  DiagnosticSink* sink_;
  const RuleSet* rules_ = nullptr;
};

class BundleParser {
 public:
  BundleParser(const std::map<std::string, std::string>& files,
               const std::map<std::string, DatasetEntry>& datasets, RuleSetUse use)
      : files_(files), datasets_(datasets), use_(use) {}

  Parsed<PolicyBundle> Parse() {
    std::string manifest;
    for (const auto& [path, text] : files_) {
      absl::StrAppend(&manifest, path, absl::string_view("\0", 1), Sha256Hex(text), "\n");
      if (IsFolder(path, "rules/")) AddRules(path, text);
    }
    for (const auto& [path, text] : files_) {
      if (IsFolder(path, "projects/")) AddProject(path, text);
      if (!IsFolder(path, "projects/") && !IsFolder(path, "rules/")) {
        parsed_.diagnostics.push_back({path, 0, 0, "neither a rule set nor a project",
                                       "put it in rules/ or projects/ and let it end in .yaml",
                                       ""});
      }
    }
    parsed_.value.sha256 = Sha256Hex(manifest);
    return std::move(parsed_);
  }

 private:
  void Append(const std::vector<Diagnostic>& diagnostics) {
    parsed_.diagnostics.insert(parsed_.diagnostics.end(), diagnostics.begin(), diagnostics.end());
  }

  // Reports a name that another file has taken.
  void CheckTaken(const std::string& key, const std::string& name, const YamlNode& root,
                  DiagnosticSink* sink) {
    const auto [place, inserted] = taken_.emplace(absl::StrCat(key, ":", name), sink->file());
    if (inserted) return;
    AddError(*root.Find(key), absl::StrCat("'", name, "' is also in ", place->second),
             "names are unique", sink);
  }

  void AddRules(const std::string& path, const std::string& text) {
    DiagnosticSink sink(text, path);
    if (const auto root = ParseYaml(text, &sink)) {
      RuleSet rules = ReadRuleSet(*root, use_, &sink);
      rules.sha256 = Sha256Hex(text);
      if (sink.empty() && use_ == RuleSetUse::kEnclave) CheckServed(*root, rules, &sink);
      if (sink.empty()) CheckTaken("rules", rules.name, *root, &sink);
      // A rule set with errors is known too, so that its projects are not blamed for it.
      const std::string name = rules.name;
      parsed_.value.rules.emplace(name, std::move(rules));
    }
    Append(sink.Sorted());
  }

  void AddProject(const std::string& path, const std::string& text) {
    DiagnosticSink sink(text, path);
    if (const auto root = ParseYaml(text, &sink)) {
      Project project = ReadProject(*root, &sink);
      project.sha256 = Sha256Hex(text);
      if (sink.empty()) CheckTaken("project", project.name, *root, &sink);
      if (sink.empty()) ProjectChecker(parsed_.value, datasets_, &sink).Check(*root);
      const std::string name = project.name;
      parsed_.value.projects.emplace(name, std::move(project));
    }
    Append(sink.Sorted());
  }

  const std::map<std::string, std::string>& files_;
  const std::map<std::string, DatasetEntry>& datasets_;
  const RuleSetUse use_;
  Parsed<PolicyBundle> parsed_;
  std::map<std::string, std::string> taken_;  // "rules:standard" -> file
};

}  // namespace

Parsed<PolicyBundle> ParsePolicyBundle(const std::map<std::string, std::string>& files,
                                       const std::map<std::string, DatasetEntry>& datasets,
                                       RuleSetUse use) {
  return BundleParser(files, datasets, use).Parse();
}

}  // namespace kluis
