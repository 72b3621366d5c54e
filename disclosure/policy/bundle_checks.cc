#include "disclosure/policy/bundle_checks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

template <typename T>
std::vector<std::string> Names(const std::map<std::string, T>& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) {
    if (name != kUnread) names.push_back(name);
  }
  return names;
}

// The places where a rule set names what the catalogue has.
class ScopeChecker {
 public:
  ScopeChecker(const std::map<std::string, DatasetEntry>& datasets, DiagnosticSink* sink)
      : datasets_(datasets), sink_(sink) {
    for (const auto& [name, entry] : datasets) {
      for (const Variable& variable : entry.variables) {
        variables_.push_back(variable.name);
        levels_.insert(levels_.end(), variable.levels.begin(), variable.levels.end());
      }
    }
  }

  void Check(const YamlNode& when, const std::string& path) {
    Each(when, "datasets", [&](const YamlNode& name) {
      Require(name, path + ".datasets", "dataset", Names(datasets_));
    });
    Each(when, "levels",
         [&](const YamlNode& name) { Require(name, path + ".levels", "level", levels_); });
    Each(when, "variables",
         [&](const YamlNode& name) { CheckVariable(name, path + ".variables"); });
  }

 private:
  template <typename Do>
  static void Each(const YamlNode& when, const char* key, Do each) {
    const YamlNode* list = when.Find(key);
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) each(list->items[i]);
  }

  void Require(const YamlNode& name, const std::string& path, const char* what,
               const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) return;
    AddError(name, absl::StrCat(path, ": there is no ", what, " '", name.text, "'"),
             NearestHint(name.text, known), sink_);
  }

  void CheckVariable(const YamlNode& name, const std::string& path) {
    const std::vector<std::string> parts = absl::StrSplit(name.text, absl::MaxSplits('.', 1));
    if (parts.size() == 1) return Require(name, path, "variable", variables_);
    const auto found = datasets_.find(parts[0]);
    if (found == datasets_.end()) {
      AddError(name, absl::StrCat(path, ": there is no dataset '", parts[0], "'"),
               NearestOrListHint(parts[0], Names(datasets_)), sink_);
    } else if (found->second.FindVariable(parts[1]) == nullptr) {
      AddError(name, absl::StrCat(path, ": '", parts[0], "' has no variable '", parts[1], "'"),
               NearestHint(parts[1], VariableNames(found->second)), sink_);
    }
  }

  const std::map<std::string, DatasetEntry>& datasets_;
  DiagnosticSink* sink_;
  std::vector<std::string> variables_, levels_;
};

// What a project says about other files. Walks the tree, for the places.
class ProjectChecker {
 public:
  ProjectChecker(const PolicyBundle& bundle, const std::map<std::string, DatasetEntry>& datasets,
                 DiagnosticSink* sink)
      : bundle_(bundle), datasets_(datasets), sink_(sink) {}

  void Check(const YamlNode& root) {
    const YamlNode& rules = *root.Find("rules");
    const auto found = bundle_.rules.find(rules.text);
    if (found == bundle_.rules.end() && bundle_.rules.count(kUnread) == 0) {
      const bool preset = bundle_.presets.count(rules.text) > 0;
      AddError(rules,
               preset ? absl::StrCat("'", rules.text, "' is a preset, which is not in force")
                      : absl::StrCat("there is no rule set '", rules.text, "'"),
               preset ? "write a rule set that extends it"
                      : NearestOrListHint(rules.text, Names(bundle_.rules)),
               sink_);
    } else if (found != bundle_.rules.end()) {
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
    if (found == datasets_.end() && datasets_.count(kUnread) > 0) return;
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
    if (const YamlNode* finest = grant.Find("finest")) CheckFinest(*finest, entry, path);
  }

  void CheckFinest(const YamlNode& finest, const DatasetEntry& entry, const std::string& path) {
    for (size_t i = 0; i < finest.keys.size(); ++i) {
      const Variable* variable = FindVariable(finest.keys[i], entry, path);
      if (variable == nullptr) continue;
      const std::string& level = finest.items[i].text;
      const auto& levels = variable->levels;
      if (std::find(levels.begin(), levels.end(), level) != levels.end()) continue;
      AddError(finest.items[i],
               absl::StrCat(path, ".finest: '", variable->name, "' has no level '", level, "'"),
               NearestOrListHint(level, levels), sink_);
    }
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

}  // namespace

void CheckServed(const YamlNode& root, const RuleSet& rules, DiagnosticSink* sink) {
  constexpr char kFiles[] = "only tools that read files know it; remove it from this rule set";
  constexpr char kLater[] = "it is not enforced in this version; write a rule set without it";
  const bool of_lines = rules.group_disclosure && rules.group_disclosure->every_line;
  const bool none = rules.group_disclosure && rules.group_disclosure->protect_none;
  const struct {
    const char* map;  // null: the key is at the root
    const char* key;
    bool used;
    const char* hint;
  } keys[] = {
      {"frequency", "records", rules.frequency.records > 0, kFiles},
      {"frequency", "weighted", rules.frequency.weighted > 0, kFiles},
      {"group_disclosure", "of", of_lines, kFiles},
      {"group_disclosure", "none", none, kFiles},
      {nullptr, "request", rules.request.has_value(), kFiles},
      {nullptr, "waiver", rules.waiver.has_value(), kFiles},
      {nullptr, "shadow", !rules.shadow.empty(), kFiles},
      {nullptr, "missing", !rules.judge_missing, kFiles},
      {nullptr, "statistics", !rules.statistics.empty(), kFiles},
      {nullptr, "noise", rules.noise.method != "none", kLater},
      {nullptr, "publication", !rules.publication.empty(), kLater},
  };
  for (const auto& [map, key, used, hint] : keys) {
    if (!used) continue;
    const YamlNode* parent = map == nullptr ? &root : root.Find(map);
    const YamlNode* own = parent == nullptr ? nullptr : parent->Find(key);
    const std::string name = map == nullptr ? key : absl::StrCat(map, ".", key);
    if (own != nullptr) {
      AddError(*own, absl::StrCat(name, " is not available on the server"), hint, sink);
      continue;
    }
    AddError(
        *root.Find("extends"),
        absl::StrCat("'", rules.extends, "' has ", name, ", which is not available on the server"),
        kLater, sink);
  }
}

void CheckScopes(const YamlNode& root, const std::map<std::string, DatasetEntry>& datasets,
                 DiagnosticSink* sink) {
  const YamlNode* stricter = root.Find("stricter");
  if (stricter == nullptr || datasets.count(kUnread) > 0) return;
  ScopeChecker checker(datasets, sink);
  for (size_t i = 0; i < stricter->items.size(); ++i) {
    if (const YamlNode* when = stricter->items[i].Find("when"))
      checker.Check(*when, absl::StrCat("stricter[", i, "].when"));
  }
}

void CheckProject(const YamlNode& root, const PolicyBundle& bundle,
                  const std::map<std::string, DatasetEntry>& datasets, DiagnosticSink* sink) {
  ProjectChecker(bundle, datasets, sink).Check(root);
}

}  // namespace kluis
