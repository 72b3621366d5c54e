#include "disclosure/policy/variable_parser.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr int kRangeMax = 1'000'000'000;
constexpr int kRangeCategoriesMax = 100'000;
constexpr int kDecimalsMax = 9;

bool Any(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Keys that only some roles have; the others belong to all.
void CheckKeysOfRole(const YamlNode& node, const std::string& path, const Variable& variable,
                     DiagnosticSink* sink) {
  static const std::vector<std::string> kDimensionKeys = {
      "codes", "values", "range", "of", "level", "levels", "merged", "sensitive", "not_sensitive"};
  static const std::vector<std::string> kMeasureKeys = {"unit", "decimals", "sign", "persistent"};
  static const std::vector<std::string> kSharedKeys = {"kind", "known_to", "missing", "bands",
                                                       "grain"};
  for (const YamlNode& key : node.keys) {
    const bool dimension = Any(kDimensionKeys, key.text), measure = Any(kMeasureKeys, key.text);
    const bool shared = Any(kSharedKeys, key.text);
    const bool wrong =
        (variable.role == VariableRole::kIdentifier && (dimension || measure || shared)) ||
        (variable.role == VariableRole::kDimension && measure) ||
        (variable.role == VariableRole::kMeasure && dimension);
    if (!wrong) continue;
    AddError(key,
             absl::StrCat(path, " has '", key.text, "', which belongs to ",
                          dimension ? "dimensions"
                          : measure ? "measures"
                                    : "dimensions and measures"),
             "remove it, or change the role", sink);
  }
}

void CheckKeysOfDerived(const YamlNode& node, const std::string& path, DiagnosticSink* sink) {
  static const std::vector<std::string> kAllowed = {"role",    "kind", "title",
                                                    "quality", "of",   "level"};
  static const std::vector<std::string> kOthers = {"codes", "values", "range"};
  for (const YamlNode& key : node.keys) {
    if (Any(kAllowed, key.text) || Any(kOthers, key.text)) continue;
    AddError(key, absl::StrCat(path, " has '", key.text, "', which its `of` decides"), "remove it",
             sink);
  }
}

// False when there is none: then nothing else can be said of the variable.
bool ReadRole(MapReader* map, VariableRole* out) {
  std::string role;
  if (!map->Require("role")) return false;
  if (!map->Choice("role", {"identifier", "dimension", "measure"}, &role)) return false;
  *out = role == "identifier"  ? VariableRole::kIdentifier
         : role == "dimension" ? VariableRole::kDimension
                               : VariableRole::kMeasure;
  return true;
}

// Two whole numbers, from and to.
bool ReadPair(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              std::pair<int, int>* out) {
  if (node.kind != YamlNode::Kind::kSequence || node.items.size() != 2) {
    AddError(node, absl::StrCat(path, " must be two whole numbers"), "write [0, 120]", sink);
    return false;
  }
  int64_t low = 0, high = 0;
  if (!ReadInteger(node.items[0], path + "[0]", -kRangeMax, kRangeMax, sink, &low)) return false;
  if (!ReadInteger(node.items[1], path + "[1]", -kRangeMax, kRangeMax, sink, &high)) return false;
  if (low > high || high - low >= kRangeCategoriesMax) {
    AddError(node.items[1],
             low > high ? absl::StrCat(path, " ends at ", high, ", before it begins at ", low)
                        : absl::StrCat(path, " has more than ", kRangeCategoriesMax, " values"),
             low > high ? absl::StrCat("write [", high, ", ", low, "]") : "make it a measure",
             sink);
    return false;
  }
  if (low < 0) {
    AddError(node.items[0], absl::StrCat(path, " begins at ", low, ", below 0"),
             "a range has no negative values; shift it, or make it a measure with sign: any", sink);
    return false;
  }
  *out = {static_cast<int>(low), static_cast<int>(high)};
  return true;
}

void ReadWidths(const YamlNode& node, const std::string& path, Bands* bands, DiagnosticSink* sink) {
  if (node.kind != YamlNode::Kind::kSequence || node.items.empty()) {
    AddError(node, absl::StrCat(path, " must be a list of widths"), "write [5, 10]", sink);
    return;
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    int64_t width = 0;
    const std::string item = absl::StrCat(path, "[", i, "]");
    if (!ReadInteger(node.items[i], item, 1, kRangeMax, sink, &width)) continue;
    if (bands->from < bands->to && (int64_t{bands->to} - bands->from) % width != 0) {
      AddError(
          node.items[i],
          absl::StrCat(item, ", ", width, ", does not divide ", bands->from, " to ", bands->to), "",
          sink);
    }
    if (std::find(bands->widths.begin(), bands->widths.end(), width) != bands->widths.end()) {
      AddError(node.items[i], absl::StrCat(item, ", ", width, ", is given twice"), "", sink);
    }
    bands->widths.push_back(static_cast<int>(width));
  }
}

// What only some know enters as unions of the classes of one hierarchy (safety.md 11); bands that
// cut each other would together give a class of their own.
void CheckNested(const YamlNode& node, const std::string& path, const Bands& bands,
                 DiagnosticSink* sink) {
  std::vector<int> widths = bands.widths;
  std::sort(widths.begin(), widths.end());
  for (size_t i = 1; i < widths.size(); ++i) {
    if (widths[i] % widths[i - 1] == 0) continue;
    AddError(node,
             absl::StrCat(path, " of a variable that not everyone knows: ", widths[i - 1],
                          " does not divide ", widths[i]),
             "use widths of which each divides the next, or say kind: identifying", sink);
    return;
  }
}

Bands ReadBands(const YamlNode& node, const std::string& path, const Variable& variable,
                DiagnosticSink* sink) {
  MapReader map(node, path, sink);
  Bands bands;
  const bool has_from =
      map.Require("from") && map.Integer("from", -kRangeMax, kRangeMax, &bands.from);
  const bool has_to = map.Require("to") && map.Integer("to", -kRangeMax, kRangeMax, &bands.to);
  const bool both = has_from && has_to;
  if (both && bands.from >= bands.to) {
    map.Error("to", absl::StrCat(path, ".to must be above ", path, ".from, ", bands.from));
  } else if (both && variable.range.has_value() &&
             (bands.from < variable.range->first || bands.to > variable.range->second + 1)) {
    map.Error(bands.from < variable.range->first ? "from" : "to",
              absl::StrCat(path, " ", bands.from, " to ", bands.to, " leaves the range ",
                           variable.range->first, " to ", variable.range->second));
  }
  if (const auto* widths = map.Require("widths")) {
    ReadWidths(*widths, path + ".widths", &bands, sink);
    if (variable.kind != VariableKind::kIdentifying) {
      CheckNested(*widths, path + ".widths", bands, sink);
    }
  }
  map.Finish();
  return bands;
}

void ReadValues(const YamlNode& node, const std::string& path, Variable* variable,
                DiagnosticSink* sink) {
  std::vector<std::string> values;
  if (!ReadTextList(node, path, sink, &values)) return;
  if (values.empty()) AddError(node, absl::StrCat(path, " is empty"), "name the codes", sink);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty() || values[i] == kTotalCode || values[i] == kMissingCode) {
      AddError(node.items[i], absl::StrCat(path, ": '", values[i], "' cannot be a code"),
               values[i].empty() ? "an empty field is named by missing: [\"\"]" : "it is reserved",
               sink);
    }
    variable->codes.index.emplace(values[i], static_cast<int>(i));
    variable->codes.codes.push_back({values[i], -1, 1, values[i], values[i]});
  }
}

void ReadCodes(MapReader* map, const YamlNode& at, CodeListReader* lists, Variable* variable) {
  if (!ReadPolicyPath(map, "codes", &variable->codes_file)) return;
  if (const CodeList* list = lists->Get(variable->codes_file, at)) variable->codes = *list;
}

void ReadLevels(MapReader* map, Variable* variable) {
  if (!map->TextList("levels", &variable->levels)) return;
  const std::string path = map->Path("levels");
  if (variable->codes_file.empty()) {
    map->Error("levels", absl::StrCat(path, " needs codes"), "only a code list has levels");
  } else if (variable->levels.empty() || Any(variable->levels, "")) {
    map->Error("levels", absl::StrCat(path, " must name the levels"));
  } else if (!variable->codes.codes.empty() &&
             static_cast<int>(variable->levels.size()) > variable->codes.levels) {
    map->Error("levels", absl::StrCat(path, " names ", variable->levels.size(), " levels, but ",
                                      variable->codes_file, " has ", variable->codes.levels));
  }
}

// Exactly one of codes, values, range and `of`.
void ReadDomain(MapReader* map, const YamlNode& node, CodeListReader* lists, Variable* variable,
                DiagnosticSink* sink) {
  std::vector<std::string> given;
  for (const char* key : {"codes", "values", "range", "of"}) {
    if (map->Find(key) != nullptr) given.push_back(key);
  }
  if (given.size() != 1 && map->is_map()) {
    AddError(given.empty() ? node : *node.Find(given[1]),
             given.empty() ? absl::StrCat(map->Path("codes"),
                                          " is missing: a dimension has codes, values or range")
                           : absl::StrCat(map->Path(given[1]), " contradicts ", given[0]),
             given.empty() ? "add codes: FILE, values: [...] or range: [lo, hi]" : "keep one",
             sink);
  }
  if (const auto* codes = map->Find("codes")) ReadCodes(map, *codes, lists, variable);
  if (const auto* values = map->Find("values"))
    ReadValues(*values, map->Path("values"), variable, sink);
  std::pair<int, int> range;
  const auto* range_node = map->Find("range");
  if (range_node && ReadPair(*range_node, map->Path("range"), sink, &range))
    variable->range = range;
  const bool has_of = map->Name("of", "", &variable->of);
  const bool has_level = map->Text("level", &variable->of_level);
  if (has_of && !has_level)
    map->Error("of", absl::StrCat(map->Path("level"), " is missing"),
               "name the level of " + variable->of);
  if (has_level && map->Find("of") == nullptr)
    map->Error("level", absl::StrCat(map->Path("level"), " needs of"));
  if (map->Find("of") != nullptr)
    CheckKeysOfDerived(node, absl::StrCat("variables.", variable->name), sink);
  ReadLevels(map, variable);
  ReadMerged(map, lists, variable, sink);
}

void ReadMeasure(MapReader* map, Variable* variable) {
  map->AnyText("unit", &variable->unit);
  map->Integer("decimals", 0, kDecimalsMax, &variable->decimals);
  std::string sign = "nonnegative";
  map->Choice("sign", {"any", "nonnegative"}, &sign);
  variable->any_sign = sign == "any";
  map->Boolean("persistent", &variable->persistent);
}

// What later work enforces, and what must not be accepted before it does.
void RejectUnavailable(MapReader* map) {
  for (const char* key : {"contributor", "weight"}) {
    if (map->Find(key) == nullptr) continue;
    map->Error(key, absl::StrCat(map->Path(key), " is not available in this version"),
               "remove it; without it the variable is used as the other keys say");
  }
}

void CheckMissing(MapReader* map, const YamlNode& node, const Variable& variable,
                  DiagnosticSink* sink) {
  for (const YamlNode& item : node.items) {
    if (variable.codes.Find(item.text) < 0) continue;
    AddError(item, absl::StrCat(map->Path("missing"), ": '", item.text, "' is also a code"),
             "it cannot be both", sink);
  }
}

}  // namespace

VariableKind ReadKind(MapReader* map, const std::string& key, VariableKind absent) {
  std::string kind;
  if (!map->Choice(key, {"identifying", "mixed", "confidential"}, &kind)) return absent;
  if (kind == "identifying") return VariableKind::kIdentifying;
  return kind == "mixed" ? VariableKind::kMixed : VariableKind::kConfidential;
}

Variable ReadVariable(const std::string& name, const YamlNode& node, CodeListReader* lists,
                      DiagnosticSink* sink) {
  Variable variable;
  variable.name = variable.column = name;
  const std::string path = absl::StrCat("variables.", name);
  MapReader map(node, path, sink);
  if (!ReadRole(&map, &variable.role)) return variable;
  const bool dimension = variable.role == VariableRole::kDimension;
  variable.kind =
      ReadKind(&map, "kind", dimension ? VariableKind::kMixed : VariableKind::kConfidential);
  map.Title("title", &variable.label_nl, &variable.label_en);
  map.Text("column", &variable.column);
  map.TextList("known_to", &variable.known_to);
  map.TextList("sensitive", &variable.sensitive);
  map.TextList("not_sensitive", &variable.not_sensitive);
  variable.missing_declared = map.TextList("missing", &variable.missing);
  if (dimension) {
    ReadDomain(&map, node, lists, &variable, sink);
  } else {
    for (const char* key : {"codes", "values", "range", "of", "level", "levels", "merged"})
      map.Find(key);
  }
  const YamlNode* bands = map.Find("bands");
  if (bands != nullptr && dimension && map.Find("range") == nullptr) {
    map.Error("bands", absl::StrCat(map.Path("bands"), " needs range"), "add range: [lo, hi]");
  } else if (bands != nullptr) {
    variable.bands = ReadBands(*bands, map.Path("bands"), variable, sink);
  }
  ReadMeasure(&map, &variable);
  ReadNotes(&map, &variable);
  if (variable.missing_declared) CheckMissing(&map, *map.Find("missing"), variable, sink);
  RejectUnavailable(&map);
  if (map.is_map()) CheckKeysOfRole(node, path, variable, sink);
  map.Finish();
  return variable;
}

}  // namespace kluis
