#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/bundle_checks.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/project_parser.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

// Tests stand beside what they test, and are no part of it.
bool IsTest(const std::string& path) { return absl::EndsWith(path, "_test.yaml"); }

bool IsFolder(const std::string& path, const char* folder) {
  return absl::StartsWith(path, folder) && absl::EndsWith(path, ".yaml");
}

// A file with rules: a rule set, or a preset.
struct RuleFile {
  std::string path;
  const std::string* text = nullptr;
  RuleSetUse use = RuleSetUse::kEnclave;
  std::unique_ptr<DiagnosticSink> sink = {};
  std::optional<YamlNode> root = {};
  std::string name;  // empty: the file does not say it
  enum class State { kNew, kReading, kRead } state = State::kNew;
  RuleSet rules = {};
};

// Reads rule sets after the ones that they extend.
class RuleFiles {
 public:
  void Add(const std::string& path, const std::string& text, RuleSetUse use) {
    RuleFile file{.path = path, .text = &text, .use = use, .name = ""};
    file.sink = std::make_unique<DiagnosticSink>(text, path);
    file.root = ParseYaml(text, file.sink.get());
    if (const YamlNode* name = file.root ? file.root->Find("rules") : nullptr)
      file.name = name->text;
    files_.push_back(std::move(file));
  }

  void ReadAll() {
    for (RuleFile& file : files_) Read(&file);
  }
  std::vector<RuleFile>& files() { return files_; }

 private:
  RuleFile* Find(const std::string& name) {
    for (RuleFile& file : files_) {
      if (file.name == name && !name.empty()) return &file;
    }
    return nullptr;
  }

  void Read(RuleFile* file) {
    if (file->state != RuleFile::State::kNew || !file->root) return;
    file->state = RuleFile::State::kReading;
    const RuleFile* parent = ParentOf(*file);
    file->rules = ReadRuleSet(*file->root, file->use, parent == nullptr ? nullptr : &parent->rules,
                              file->sink.get());
    file->rules.sha256 = Sha256Hex(*file->text);
    if (parent != nullptr)
      file->rules.sha256 = Sha256Hex(absl::StrCat(file->rules.sha256, "\n", parent->rules.sha256));
    file->state = RuleFile::State::kRead;
  }

  // Null, with a diagnostic, when there is none of that name or it is on its way already.
  const RuleFile* ParentOf(const RuleFile& file) {
    const YamlNode* extends = file.root->Find("extends");
    if (extends == nullptr || extends->kind != YamlNode::Kind::kScalar) return nullptr;
    RuleFile* parent = Find(extends->text);
    if (parent == nullptr) {
      std::vector<std::string> names;
      for (const RuleFile& other : files_) {
        if (other.name != file.name) names.push_back(other.name);
      }
      AddError(*extends, absl::StrCat("there is no rule set '", extends->text, "' to extend"),
               NearestOrListHint(extends->text, names), file.sink.get());
      return nullptr;
    }
    if (parent->state == RuleFile::State::kReading) {
      AddError(*extends,
               absl::StrCat("'", file.name, "' extends itself, through '", parent->name, "'"),
               "one of them must stand on its own", file.sink.get());
      return nullptr;
    }
    Read(parent);
    return parent;
  }

  std::vector<RuleFile> files_;
};

class BundleParser {
 public:
  BundleParser(const std::map<std::string, std::string>& files,
               const std::map<std::string, DatasetEntry>& datasets, RuleSetUse use,
               std::map<std::string, YamlNode>* trees)
      : given_(files), datasets_(datasets), use_(use), trees_(trees) {}

  Parsed<PolicyBundle> Parse() {
    std::string manifest;
    for (const auto& [path, text] : given_) {
      if (!IsTest(path)) files_.emplace(path, text);
    }
    for (const auto& [path, text] : files_)
      absl::StrAppend(&manifest, path, absl::string_view("\0", 1), Sha256Hex(text), "\n");
    parsed_.value.sha256 = Sha256Hex(manifest);
    AddRules();
    for (const auto& [path, text] : files_) {
      if (IsFolder(path, "projects/")) {
        AddProject(path, text);
      } else if (IsFolder(path, "indicators/")) {
        AddIndicator(path, text);
      } else if (path == "officers.yaml") {
        Take(ParseOfficers(text, path), &parsed_.value.officers);
      } else if (path == "witnesses.yaml") {
        Take(ParseWitnesses(text, path), &parsed_.value.witnesses);
      } else if (!IsFolder(path, "rules/") && !IsFolder(path, "presets/")) {
        parsed_.diagnostics.push_back({path, 0, 0, "neither a rule set nor a project",
                                       "put it in rules/ or projects/ and let it end in .yaml",
                                       ""});
      }
    }
    return std::move(parsed_);
  }

 private:
  void Append(const std::vector<Diagnostic>& diagnostics) {
    parsed_.diagnostics.insert(parsed_.diagnostics.end(), diagnostics.begin(), diagnostics.end());
  }

  template <typename T>
  void Take(Parsed<T> parsed, T* out) {
    Append(parsed.diagnostics);
    *out = std::move(parsed.value);
  }

  // Reports a name that another file has taken.
  void CheckTaken(const std::string& key, const std::string& name, const YamlNode& root,
                  DiagnosticSink* sink) {
    const auto [place, inserted] = taken_.emplace(absl::StrCat(key, ":", name), sink->file());
    if (inserted) return;
    AddError(*root.Find(key), absl::StrCat("'", name, "' is also in ", place->second),
             "names are unique", sink);
  }

  void AddRules() {
    RuleFiles rules;
    for (const auto& [path, text] : files_) {
      if (IsFolder(path, "presets/")) rules.Add(path, text, RuleSetUse::kPreset);
      if (IsFolder(path, "rules/")) rules.Add(path, text, use_);
    }
    rules.ReadAll();
    for (RuleFile& file : rules.files()) {
      if (file.root) KeepRules(&file);
      if (file.name.empty()) parsed_.value.rules[kUnread];  // its projects are not blamed for it
      Append(file.sink->Sorted());
      if (file.root) KeepTree(file.path, std::move(*file.root));
    }
  }

  void KeepTree(const std::string& path, YamlNode root) {
    if (trees_ != nullptr) trees_->emplace(path, std::move(root));
  }

  // A rule set with errors is kept too, so that its projects are not blamed for it.
  void KeepRules(RuleFile* file) {
    DiagnosticSink* sink = file->sink.get();
    if (sink->empty() && file->use == RuleSetUse::kEnclave)
      CheckServed(*file->root, file->rules, sink);
    if (sink->empty() && file->use == RuleSetUse::kEnclave)
      CheckScopes(*file->root, datasets_, sink);
    if (sink->empty()) CheckTaken("rules", file->rules.name, *file->root, sink);
    auto& kept = file->use == RuleSetUse::kPreset ? parsed_.value.presets : parsed_.value.rules;
    const std::string name = file->rules.name;
    if (kept.emplace(name, std::move(file->rules)).second) return;
    kept.erase(name);  // whose projects are meant is not known
    kept[kUnread];
  }

  void AddProject(const std::string& path, const std::string& text) {
    DiagnosticSink sink(text, path);
    if (auto root = ParseYaml(text, &sink)) {
      Project project = ReadProject(*root, &sink);
      project.sha256 = Sha256Hex(text);
      if (sink.empty()) CheckTaken("project", project.name, *root, &sink);
      if (sink.empty()) CheckProject(*root, parsed_.value, datasets_, &sink);
      const std::string name = project.name;
      parsed_.value.projects.emplace(name, std::move(project));
      KeepTree(path, *std::move(root));
    }
    Append(sink.Sorted());
  }

  void AddIndicator(const std::string& path, const std::string& text) {
    Parsed<Indicator> parsed = ParseIndicator(text, path);
    const std::string name = parsed.value.name;
    if (parsed.ok()) {
      const auto [place, inserted] = taken_.emplace(absl::StrCat("indicator:", name), path);
      if (!inserted) {
        parsed.diagnostics.push_back(AtKey(text, path, {"indicator"},
                                           absl::StrCat("'", name, "' is also in ", place->second),
                                           "names are unique"));
      }
    }
    Append(parsed.diagnostics);
    parsed_.value.indicators.emplace(name, std::move(parsed.value));
  }

  const std::map<std::string, std::string>& given_;
  std::map<std::string, std::string> files_;  // without tests
  const std::map<std::string, DatasetEntry>& datasets_;
  const RuleSetUse use_;
  std::map<std::string, YamlNode>* const trees_;  // null: nobody asks
  Parsed<PolicyBundle> parsed_;
  std::map<std::string, std::string> taken_;  // "rules:standard" -> file
};

}  // namespace

Parsed<PolicyBundle> ParsePolicyBundle(const std::map<std::string, std::string>& files,
                                       const std::map<std::string, DatasetEntry>& datasets,
                                       RuleSetUse use, std::map<std::string, YamlNode>* trees) {
  return BundleParser(files, datasets, use, trees).Parse();
}

}  // namespace kluis
