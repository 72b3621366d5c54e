#include "disclosure/policy/dataset_entry.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/sha256.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {
namespace {

std::vector<std::string> NamesOfRole(const DatasetEntry& entry, VariableRole role) {
  std::vector<std::string> names;
  for (const Variable& variable : entry.variables) {
    if (variable.role == role) names.push_back(variable.name);
  }
  return names;
}

// Parses one entry: a member function for each part, in the order of the file's keys.
class EntryParser {
 public:
  EntryParser(const YamlNode& root, const ReadCodeList& read, DiagnosticSink* sink)
      : map_(root, "", sink), lists_(read, sink), sink_(sink) {}

  DatasetEntry Parse() {
    if (map_.Require("dataset") != nullptr) map_.Name("dataset", "", &entry_.name);
    map_.Title("title", &entry_.title_nl, &entry_.title_en);
    map_.Title("quality", &entry_.quality_nl, &entry_.quality_en);
    map_.Text("period", &entry_.period);
    entry_.lineage = entry_.name;
    map_.Name("lineage", "-", &entry_.lineage);
    entry_.unit = entry_.lineage;
    map_.Date("reference_date", &entry_.reference_date);
    lists_.SetReferenceDate(entry_.reference_date);
    if (const auto* episodes = map_.Find("episodes")) ReadEpisodes(*episodes);
    map_.Name("unit", "-", &entry_.unit);
    if (const auto* source = map_.Find("source")) ReadSource(*source);
    std::string bad_rows = "refuse";
    map_.Choice("bad_rows", {"refuse", "drop"}, &bad_rows);
    entry_.drop_bad_rows = bad_rows == "drop";
    if (const auto* variables = map_.Require("variables")) ReadVariables(*variables);
    ReadContributor();
    ReadWeight();
    if (const auto* variables = map_.Find("variables");
        variables != nullptr && !entry_.variables.empty())
      CheckGrainAndForbidden(*variables, entry_, sink_);
    if (const auto* links = map_.Find("links")) ReadLinks(*links);
    ReadReserved();
    if (const auto* cadence = map_.Find("cadence")) ReadCadence(*cadence);
    map_.Finish();
    return std::move(entry_);
  }

 private:
  void ReadSource(const YamlNode& node) {
    MapReader source(node, "source", sink_);
    if (source.Require("file") != nullptr) source.Text("file", &entry_.source_file);
    source.AnyText("empty", &entry_.source_empty);
    source.Finish();
  }

  void ReadEpisodes(const YamlNode& node) {
    MapReader map(node, "episodes", sink_);
    Episodes episodes;
    if (map.Require("from") != nullptr) map.Text("from", &episodes.from);
    if (map.Require("until") != nullptr) map.Text("until", &episodes.until);
    map.TextList("open", &episodes.open);
    map.Boolean("several", &episodes.several);
    map.Finish();
    if (entry_.reference_date.empty()) {
      AddError(node, "episodes need the reference_date of the dataset",
               "add reference_date: YYYY-MM-DD; the rows of that day are imported", sink_);
    }
    entry_.episodes = std::move(episodes);
  }

  void ReadVariables(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMap || node.keys.empty()) {
      AddError(node, "variables must be a map of at least one variable", "write name: {role: ...}",
               sink_);
      return;
    }
    std::set<std::string> lower;
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& name = node.keys[i].text;
      if (!IsName(name, "")) {
        AddError(node.keys[i], absl::StrCat("'", name, "' cannot name a variable"),
                 "at most 63 letters, digits and '_', not a digit first; the column of the file "
                 "may be named by `column`",
                 sink_);
      } else if (!lower.insert(absl::AsciiStrToLower(name)).second) {
        AddError(node.keys[i], absl::StrCat("'", name, "' differs from another only in case"),
                 "SQL does not tell them apart", sink_);
      }
      entry_.variables.push_back(ReadVariable(name, node.items[i], &lists_, sink_));
    }
    ResolveOf(node, &entry_, sink_);
    for (size_t i = 0; i < node.keys.size(); ++i) CheckMarked(node.items[i], entry_.variables[i]);
  }

  void CheckMarked(const YamlNode& node, const Variable& variable) {
    if (variable.role != VariableRole::kDimension) return;
    for (const char* key : {"sensitive", "not_sensitive"}) {
      const YamlNode* marked = node.Find(key);
      if (marked == nullptr) continue;
      for (const YamlNode& item : marked->items) CheckMarkedCode(variable, key, item);
    }
  }

  void CheckMarkedCode(const Variable& variable, const std::string& key, const YamlNode& item) {
    const std::string path = absl::StrCat("variables.", variable.name, ".", key);
    const std::string fault = CodeFault(entry_, variable, item.text);
    if (!fault.empty())
      AddError(item, absl::StrCat(path, ": ", fault), CodeHint(variable, item.text), sink_);
    const auto& both = variable.sensitive;
    if (key == "not_sensitive" && std::find(both.begin(), both.end(), item.text) != both.end()) {
      AddError(item, absl::StrCat(path, ": '", item.text, "' is also sensitive"),
               "it cannot be both", sink_);
    }
  }

  std::string CodeHint(const Variable& variable, const std::string& code) const {
    const CodeList* list = CodesOf(entry_, variable);
    constexpr size_t kSearchedMax = 5000;
    std::vector<std::string> codes;
    for (size_t i = 0; list != nullptr && i < std::min(list->codes.size(), kSearchedMax); ++i) {
      codes.push_back(list->codes[i].code);
    }
    return NearestHint(code, codes);
  }

  // `name` must be a variable of that role.
  void CheckRole(const YamlNode& at, const std::string& path, const std::string& name,
                 VariableRole role) {
    const Variable* variable = entry_.FindVariable(name);
    const char* wanted = role == VariableRole::kIdentifier ? "identifier" : "measure";
    if (variable == nullptr) {
      AddError(at, absl::StrCat(path, ": there is no variable '", name, "'"),
               NearestOrListHint(name, NamesOfRole(entry_, role)), sink_);
    } else if (variable->role != role) {
      AddError(at, absl::StrCat(path, ": '", name, "' is no ", wanted),
               NearestOrListHint(name, NamesOfRole(entry_, role)), sink_);
    }
  }

  // One name or a list of names.
  std::vector<std::string> NameList(MapReader* map, const std::string& key, VariableRole role) {
    std::vector<std::string> names;
    const YamlNode* node = map->Find(key);
    if (node == nullptr) return names;
    const std::string path = map->Path(key);
    if (node->kind == YamlNode::Kind::kScalar) {
      names.push_back(node->text);
      CheckRole(*node, path, node->text, role);
    } else if (map->TextList(key, &names)) {
      if (names.empty()) map->Error(key, absl::StrCat(path, " must not be empty"));
      for (size_t i = 0; i < names.size(); ++i) CheckRole(node->items[i], path, names[i], role);
    }
    return names;
  }

  void ReadContributor() {
    entry_.contributor = NameList(&map_, "contributor", VariableRole::kIdentifier);
  }

  void ReadWeight() {
    const YamlNode* node = map_.Find("weight");
    if (node == nullptr || node->kind == YamlNode::Kind::kNull) return;
    if (map_.Text("weight", &entry_.weight)) {
      CheckRole(*node, "weight", entry_.weight, VariableRole::kMeasure);
    }
  }

  void ReadLinks(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMap) {
      AddError(node, "links must be a map", "write name: {key: [...], to: dataset}", sink_);
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) ReadLink(node.keys[i], node.items[i]);
  }

  void ReadLink(const YamlNode& key, const YamlNode& node) {
    Link link;
    link.name = key.text;
    const std::string path = absl::StrCat("links.", link.name);
    if (!IsName(link.name, ""))
      AddError(key, absl::StrCat("'", link.name, "' cannot name a link"), "", sink_);
    MapReader map(node, path, sink_);
    if (map.Require("key") != nullptr) link.key = NameList(&map, "key", VariableRole::kIdentifier);
    link.to_key = link.key;
    if (const auto* to_key = map.Find("to_key")) {
      if (to_key->kind == YamlNode::Kind::kScalar)
        link.to_key = {to_key->text};
      else
        map.TextList("to_key", &link.to_key);
      if (link.to_key.size() != link.key.size()) {
        map.Error("to_key",
                  absl::StrCat(path, ".to_key must have as many names as key, ", link.key.size()));
      }
    }
    if (map.Require("to") != nullptr) map.Name("to", "", &link.to);
    map.Boolean("one", &link.one);
    link.membership = ReadKind(&map, "membership", VariableKind::kMixed);
    map.Finish();
    entry_.links.push_back(std::move(link));
  }

  void ReadReserved() {
    if (!map_.TextList("reserved", &entry_.reserved)) return;
    const auto& reserved = entry_.reserved;
    if (std::find(reserved.begin(), reserved.end(), "") != reserved.end()) {
      map_.Error("reserved", "reserved must be a list of SELECT texts");
    }
  }

  void ReadCadence(const YamlNode& node) {
    MapReader map(node, "cadence", sink_);
    if (!map.is_map()) return;
    std::vector<std::string> known;
    for (const Variable& variable : entry_.variables) {
      if (variable.role == VariableRole::kDimension) known.push_back(variable.name);
      known.insert(known.end(), variable.levels.begin(), variable.levels.end());
    }
    for (const YamlNode& key : node.keys) {
      map.Choice(key.text, {"month", "quarter", "year"}, &entry_.cadence[key.text]);
      if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
      AddError(key, absl::StrCat("cadence: there is no level or dimension '", key.text, "'"),
               NearestHint(key.text, known), sink_);
    }
  }

  MapReader map_;
  CodeListReader lists_;
  DiagnosticSink* sink_;
  DatasetEntry entry_;
};

}  // namespace

const Variable* DatasetEntry::FindVariable(const std::string& variable_name) const {
  for (const Variable& variable : variables) {
    if (variable.name == variable_name) return &variable;
  }
  return nullptr;
}

const Link* DatasetEntry::FindLink(const std::string& link_name) const {
  for (const Link& link : links) {
    if (link.name == link_name) return &link;
  }
  return nullptr;
}

Parsed<DatasetEntry> ParseDatasetEntry(absl::string_view yaml, absl::string_view file_name,
                                       const ReadCodeList& read, KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<DatasetEntry> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) {
    parsed.value = EntryParser(*root, read, &sink).Parse();
  }
  parsed.value.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
