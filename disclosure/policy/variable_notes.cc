#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

// One name, or a list of different ones, which is not empty.
void ReadNames(MapReader* map, const std::string& key, std::vector<std::string>* names) {
  const YamlNode* node = map->Find(key);
  if (node == nullptr) return;
  std::string one;
  if (node->kind == YamlNode::Kind::kScalar) {
    if (map->Text(key, &one)) names->push_back(one);
  } else if (map->TextList(key, names) && names->empty()) {
    map->Error(key, absl::StrCat(map->Path(key), " must not be empty"), "leave it out");
  }
}

// `level` of `merged` by number, from 1; 0, with a diagnostic, when there is none.
int LevelOfMerged(MapReader* merged, const Variable& variable, const LaterAreas& wanted) {
  const std::vector<std::string>& levels = variable.levels;
  const auto level = std::find(levels.begin(), levels.end(), wanted.level);
  if (level == levels.end()) {
    merged->Error(
        "level", absl::StrCat(merged->Path("level"), ": there is no level '", wanted.level, "'"),
        levels.empty() ? "name the levels: [...]" : NearestOrListHint(wanted.level, levels));
    return 0;
  }
  if (std::find(levels.begin(), levels.end(), wanted.as) != levels.end()) {
    merged->Error("as",
                  absl::StrCat(merged->Path("as"), ": there is a level '", wanted.as, "' already"));
    return 0;
  }
  return static_cast<int>(level - levels.begin()) + 1;
}

class NoteChecker {
 public:
  NoteChecker(const DatasetEntry& entry, DiagnosticSink* sink) : entry_(entry), sink_(sink) {}

  void Check(const YamlNode& node, const Variable& variable) {
    if (const YamlNode* grain = node.Find("grain")) CheckGrain(*grain, variable);
    if (const YamlNode* forbidden = node.Find("forbidden_with"))
      CheckForbidden(*forbidden, variable);
  }

 private:
  static const YamlNode& ItemOf(const YamlNode& node, size_t i) {
    return node.kind == YamlNode::Kind::kSequence && i < node.items.size() ? node.items[i] : node;
  }

  void CheckGrain(const YamlNode& node, const Variable& variable) {
    const std::string path = absl::StrCat("variables.", variable.name, ".grain");
    if (variable.role == VariableRole::kMeasure && variable.grain.size() > 1) {
      AddError(node, absl::StrCat(path, ": a measure has one grain"),
               "name the identifier of the unit that the value is of", sink_);
      return;
    }
    std::vector<std::string> identifiers;
    for (const Variable& other : entry_.variables) {
      if (other.role == VariableRole::kIdentifier) identifiers.push_back(other.name);
    }
    for (size_t i = 0; i < variable.grain.size(); ++i) {
      const std::string& name = variable.grain[i];
      if (std::find(identifiers.begin(), identifiers.end(), name) != identifiers.end()) continue;
      AddError(ItemOf(node, i), absl::StrCat(path, ": '", name, "' is no identifier"),
               NearestOrListHint(name, identifiers), sink_);
    }
    if (variable.role == VariableRole::kMeasure && !variable.grain.empty() &&
        std::find(identifiers.begin(), identifiers.end(), variable.grain[0]) != identifiers.end()) {
      CheckWeight(node, variable);
    }
  }

  // A row that stands for its unit would else bring a weight that depends on which row it is.
  void CheckWeight(const YamlNode& node, const Variable& variable) {
    const Variable* weight = entry_.weight.empty() ? nullptr : entry_.FindVariable(entry_.weight);
    if (weight == nullptr) return;
    const std::vector<std::string>& grain = weight->grain;
    if (std::find(grain.begin(), grain.end(), variable.grain[0]) != grain.end()) return;
    AddError(node,
             absl::StrCat("variables.", variable.name, ".grain: the weight '", weight->name,
                          "' may differ between rows of one ", variable.grain[0]),
             absl::StrCat("give '", weight->name, "' the same grain"), sink_);
  }

  void CheckForbidden(const YamlNode& node, const Variable& variable) {
    const std::string path = absl::StrCat("variables.", variable.name, ".forbidden_with");
    for (size_t i = 0; i < variable.forbidden_with.size(); ++i) {
      const std::string& name = variable.forbidden_with[i];
      const std::vector<std::string> parts = absl::StrSplit(name, '.');
      const bool names = std::all_of(parts.begin(), parts.end(),
                                     [](const std::string& part) { return IsName(part, "-"); });
      if (parts.size() > 2 || !names) {
        AddError(ItemOf(node, i), absl::StrCat(path, ": '", name, "' is no variable"),
                 "write variable, or dataset.variable", sink_);
      } else if (parts.size() == 1 || parts[0] == entry_.name) {
        CheckForbiddenHere(ItemOf(node, i), path, variable, parts.back());
      }
    }
  }

  void CheckForbiddenHere(const YamlNode& at, const std::string& path, const Variable& variable,
                          const std::string& name) {
    const Variable* other = entry_.FindVariable(name);
    if (other == nullptr) {
      AddError(at, absl::StrCat(path, ": there is no variable '", name, "'"),
               NearestHint(name, VariableNames(entry_)), sink_);
    } else if (other->name == variable.name || other->of == variable.name) {
      AddError(at, absl::StrCat(path, ": '", name, "' is the variable itself"),
               "what nobody may use is not granted", sink_);
    }
  }

  const DatasetEntry& entry_;
  DiagnosticSink* sink_;
};

}  // namespace

bool ReadPolicyPath(MapReader* map, const std::string& key, std::string* out) {
  if (!map->Text(key, out)) return false;
  const std::vector<std::string> parts = absl::StrSplit(*out, '/');
  const bool up = std::find(parts.begin(), parts.end(), "..") != parts.end();
  if (!up && !absl::StartsWith(*out, "/") && !absl::StrContains(*out, '\\')) return true;
  map->Error(key, absl::StrCat(map->Path(key), " must stay below policies/"),
             "write for example codes/gemeente.csv");
  return false;
}

void ReadMerged(MapReader* map, CodeListReader* lists, Variable* variable, DiagnosticSink* sink) {
  const YamlNode* node = map->Find("merged");
  if (node == nullptr) return;
  MapReader merged(*node, map->Path("merged"), sink);
  LaterAreas wanted;
  bool right = true;
  for (const char* key : {"level", "as", "on", "changes"}) right &= merged.Require(key) != nullptr;
  right &= merged.Text("level", &wanted.level);
  right &= merged.Name("as", "-", &wanted.as);
  right &= merged.Date("on", &wanted.on);
  right &= ReadPolicyPath(&merged, "changes", &wanted.changes_file);
  merged.Finish();
  if (!right) return;
  const int level = LevelOfMerged(&merged, *variable, wanted);
  if (level == 0) return;
  if (lists->reference_date().empty() || wanted.on <= lists->reference_date()) {
    merged.Error("on",
                 lists->reference_date().empty()
                     ? "merged needs the reference_date of the dataset"
                     : absl::StrCat(merged.Path("on"), " must be after the reference_date, ",
                                    lists->reference_date()),
                 lists->reference_date().empty()
                     ? "add reference_date: YYYY-MM-DD, the day of which the codes are"
                     : "areas that have merged cannot be told apart again");
    return;
  }
  if (variable->codes.codes.empty()) return;  // told already
  if (!lists->AddLaterAreas(wanted, level, *merged.Find("changes"), &variable->codes)) return;
  variable->levels.insert(variable->levels.begin() + level - 1, wanted.as);
  variable->merged = std::move(wanted);
}

void ReadNotes(MapReader* map, Variable* variable) {
  ReadNames(map, "grain", &variable->grain);
  ReadNames(map, "forbidden_with", &variable->forbidden_with);
  map->Title("quality", &variable->quality_nl, &variable->quality_en);
}

void CheckGrainAndForbidden(const YamlNode& variables, const DatasetEntry& entry,
                            DiagnosticSink* sink) {
  NoteChecker checker(entry, sink);
  for (size_t i = 0; i < entry.variables.size(); ++i)
    checker.Check(variables.items[i], entry.variables[i]);
}

}  // namespace kluis
