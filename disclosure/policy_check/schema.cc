#include "disclosure/policy_check/schema.h"

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/key_recorder.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/strictness.h"

namespace kluis {
namespace {

using Json = nlohmann::ordered_json;
using Type = KeyFact::Type;

// Keys that an author names.
constexpr const char* kNamedByAuthor[] = {"variables", "links", "cadence", "grants[].where",
                                          "grants[].finest"};

// "grants[0].where.gemeente" -> "grants[].where.*".
std::string Generalised(const std::string& path) {
  std::string out;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    const bool named = std::find(std::begin(kNamedByAuthor), std::end(kNamedByAuthor), out) !=
                       std::end(kNamedByAuthor);
    std::string name(part);
    if (named) {
      const size_t bracket = name.find('[');
      name = absl::StrCat("*", bracket == std::string::npos ? "" : name.substr(bracket));
    }
    for (size_t open = name.find('['); open != std::string::npos; open = name.find('[', open + 1)) {
      const size_t close = name.find(']', open);
      if (close != std::string::npos) name.erase(open + 1, close - open - 1);
    }
    absl::StrAppend(&out, out.empty() ? "" : ".", name);
  }
  return out;
}

// What is known of one key.
struct Key {
  std::vector<std::string> children;  // names, in the order in which they were asked for
  std::vector<KeyFact> facts;
  int asked_as_map = 0, required = 0;
};

// Values whose type depends on how they are written, or that a reader takes apart itself.
const std::map<std::string, Json>& SpecialTypes() {
  const Json texts = {{"type", "array"}, {"items", {{"type", "string"}}}, {"uniqueItems", true}};
  const Json one_or_more = {
      {"anyOf",
       {{{"type", "string"}, {"minLength", 1}},
        {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}}}}};
  static const auto& types = *new std::map<std::string, Json>{
      {"dataset:contributor", one_or_more},
      {"dataset:variables.*.grain", one_or_more},
      {"dataset:variables.*.forbidden_with", one_or_more},
      {"dataset:links.*.key", one_or_more},
      {"dataset:links.*.to_key", one_or_more},
      {"dataset:weight", {{"type", {"string", "null"}}}},
      {"project:grants[].where.*",
       {{"type", "array"}, {"items", {{"type", {"string", "number"}}}}, {"minItems", 1}}},
      {"dataset:variables.*.range",
       {{"type", "array"},
        {"items", {{"type", "integer"}, {"minimum", 0}}},
        {"minItems", 2},
        {"maxItems", 2}}},
      {"dataset:variables.*.bands.widths",
       {{"type", "array"}, {"items", {{"type", "integer"}, {"minimum", 1}}}, {"minItems", 1}}},
      {"rules:negative.divisor", {{"type", "number"}, {"minimum", 1}, {"maximum", 100}}},
      {"rules:secondary.cost",
       {{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_]*(\\^[0-9.]+)?$"}}},
      {"dataset:cadence.*", {{"enum", {"month", "quarter", "year"}}}},
      {"rules:history.scope", {{"const", "everyone"}}},
      {"dataset:reserved", texts},
      {"officers:officers[].key", {{"type", "string"}, {"pattern", "^[A-Za-z0-9+/]{43}=$"}}},
      {"witnesses:witnesses[].url", {{"type", "string"}, {"pattern", "^https://"}}},
  };
  return types;
}

// Scalars without quotes that an author may mean as text: 2022, true is not one.
Json TextType() { return {{"type", {"string", "number"}}}; }

Json TypeOf(const KeyFact& fact) {
  switch (fact.type) {
    case Type::kText:
    case Type::kFullText: {
      Json json = TextType();
      if (fact.type == Type::kFullText) json["minLength"] = 1;
      return json;
    }
    case Type::kName: {
      Json json = TextType();
      json["pattern"] = fact.choices[0].empty() ? "^[A-Za-z_][A-Za-z0-9_]{0,62}$"
                                                : "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$";
      return json;
    }
    case Type::kInteger:
      return {{"type", "integer"}, {"minimum", fact.least}, {"maximum", fact.most}};
    case Type::kBoolean:
      return {{"type", "boolean"}};
    case Type::kChoice:
      return {{"enum", fact.choices}};
    case Type::kTextList:
      return {{"type", "array"}, {"items", TextType()}, {"uniqueItems", true}};
    case Type::kChoiceList:
      return {{"type", "array"}, {"items", {{"enum", fact.choices}}}, {"uniqueItems", true}};
    case Type::kDate:
      return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}};
    case Type::kFraction:
      return {{"type", "number"}, {"exclusiveMinimum", 0}, {"exclusiveMaximum", 1}};
    case Type::kPercent:
      return {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 100}};
    case Type::kDuration:
      return {{"type", "string"}, {"pattern", "^[0-9]{1,9}(ms|s|m)$"}};
    case Type::kTitle:
      return {{"anyOf",
               {TextType(),
                {{"type", "object"},
                 {"properties", {{"nl", TextType()}, {"en", TextType()}}},
                 {"minProperties", 1},
                 {"additionalProperties", false}}}}};
    case Type::kAsked:
    case Type::kRequired:
    case Type::kMap:
      break;
  }
  return Json::object();
}

// The most that a fact says of a value: a name is a text too.
int Rank(const KeyFact& fact) {
  if (fact.type == Type::kAsked || fact.type == Type::kRequired || fact.type == Type::kMap)
    return 0;
  if (fact.type == Type::kText) return 1;
  if (fact.type == Type::kFullText || fact.type == Type::kTextList) return 2;
  return 3;
}

class SchemaBuilder {
 public:
  SchemaBuilder(std::string kind, Language language) : kind_(std::move(kind)), language_(language) {
    KeyRecorder recorder;
    for (const std::string& example : CompleteExamples(kind_)) Run(example, &recorder);
    for (const KeyFact& fact : recorder.facts()) Note(fact);
  }

  Json Build() {
    Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", absl::StrCat("kluis ", kind_)}};
    const std::string description = KeyDescription(kind_, "", language_);
    if (!description.empty()) schema["description"] = description;
    schema.update(Value(""));
    return schema;
  }

  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const auto& [path, key] : keys_) {
      const bool word = absl::EndsWith(path, ".nl") || absl::EndsWith(path, ".en");
      if (!path.empty() && !word && !absl::EndsWith(path, "*") && !absl::EndsWith(path, "[]") &&
          !IsForeign(path) && !IsScopedKey(path))
        paths.push_back(path);
    }
    return paths;
  }

 private:
  void Run(const std::string& text, KeyRecorder* recorder) const {
    const ReadCodeList codes = [](const std::string&) -> absl::StatusOr<std::string> {
      return std::string("code,parent,level,label_nl,label_en\nA,,1,a,a\nB,A,2,b,b\nC,A,2,c,c\n");
    };
    if (kind_ == "rules") ParseRuleSet(text, kind_, RuleSetUse::kEnclave, recorder);
    if (kind_ == "preset") ParseRuleSet(text, kind_, RuleSetUse::kPreset, recorder);
    if (kind_ == "project") ParseProject(text, kind_, recorder);
    if (kind_ == "dataset") ParseDatasetEntry(text, kind_, codes, recorder);
    if (kind_ == "indicator") ParseIndicator(text, kind_, recorder);
    if (kind_ == "officers") ParseOfficers(text, kind_, recorder);
    if (kind_ == "witnesses") ParseWitnesses(text, kind_, recorder);
  }

  // Puts a path and the lists and maps that lead to it in their places.
  Key& At(const std::string& path) {
    const auto found = keys_.find(path);
    if (found != keys_.end()) return found->second;
    keys_[path];
    if (path.empty()) return keys_[path];
    const bool item = absl::EndsWith(path, "[]");
    const size_t dot = path.rfind('.');
    const std::string parent = item                       ? path.substr(0, path.size() - 2)
                               : dot == std::string::npos ? ""
                                                          : path.substr(0, dot);
    const std::string name = item ? "[]" : dot == std::string::npos ? path : path.substr(dot + 1);
    At(parent).children.push_back(name);
    return keys_[path];
  }

  void Note(const KeyFact& fact) {
    Key& key = At(Generalised(fact.path));
    if (fact.type == Type::kMap) ++key.asked_as_map;
    if (fact.type == Type::kRequired) ++key.required;
    key.facts.push_back(fact);
  }

  std::string ChildPath(const std::string& path, const std::string& child) const {
    if (child == "[]") return path + child;
    return path.empty() ? child : absl::StrCat(path, ".", child);
  }

  // `review` and the like in a scoped rule are those of the rule set.
  bool IsScopedKey(const std::string& path) const {
    constexpr absl::string_view kItem = "stricter[].";
    return absl::StartsWith(path, kItem) && path.substr(kItem.size()) != "refuse" &&
           std::find(ScopedKeys().begin(), ScopedKeys().end(), path.substr(kItem.size())) !=
               ScopedKeys().end();
  }

  Json Value(const std::string& path) {
    if (IsScopedKey(path))
      return {{"$ref", absl::StrCat("#/properties/", path.substr(path.rfind('.') + 1))}};
    Json value = Typed(path);
    const std::string description = path.empty() ? "" : KeyDescription(kind_, path, language_);
    if (!description.empty()) value["description"] = description;
    return value;
  }

  Json Typed(const std::string& path) {
    const std::string kind = kind_ == "preset" ? "rules" : kind_;
    const auto special = SpecialTypes().find(absl::StrCat(kind, ":", path));
    if (special != SpecialTypes().end()) return special->second;
    const Key& key = keys_.at(path);
    const KeyFact* best = nullptr;
    for (const KeyFact& fact : key.facts) {
      if (Rank(fact) > 0 && (best == nullptr || Rank(fact) > Rank(*best))) best = &fact;
    }
    if (best != nullptr) return TypeOf(*best);
    if (std::find(key.children.begin(), key.children.end(), "[]") != key.children.end())
      return {{"type", "array"}, {"items", Value(path + "[]")}};
    if (key.children.empty()) return Json::object();
    return MapOf(path, key);
  }

  // Keys that a rule set has for other uses, and `stricter` may not have.
  bool IsForeign(const std::string& path) const {
    return absl::StartsWith(path, "stricter[].") && !IsScopedKey(path) &&
           path.find('.', 11) == std::string::npos && path != "stricter[].when" &&
           path != "stricter[].because" && path != "stricter[].refuse";
  }

  Json MapOf(const std::string& path, const Key& key) {
    Json properties = Json::object(), required = Json::array();
    Json map = {{"type", "object"}};
    bool named = false;
    for (const std::string& child : key.children) {
      const std::string child_path = ChildPath(path, child);
      if (IsForeign(child_path)) continue;
      if (child == "*") {
        named = true;
        map["additionalProperties"] = Value(child_path);
        continue;
      }
      properties[child] = Value(child_path);
      const Key& value = keys_.at(child_path);
      if (value.required > 0 && value.required >= key.asked_as_map) required.push_back(child);
    }
    if (!properties.empty()) map["properties"] = properties;
    if (!required.empty()) map["required"] = required;
    if (!named) map["additionalProperties"] = false;
    return map;
  }

  const std::string kind_;
  const Language language_;
  std::map<std::string, Key> keys_;
};

}  // namespace

const std::vector<std::string>& SchemaKinds() {
  static const auto& kinds = *new std::vector<std::string>{
      "rules", "preset", "project", "dataset", "indicator", "officers", "witnesses"};
  return kinds;
}

std::string PolicySchema(absl::string_view kind, Language language) {
  return absl::StrCat(SchemaBuilder(std::string(kind), language).Build().dump(2), "\n");
}

std::vector<std::string> SchemaPaths(absl::string_view kind) {
  return SchemaBuilder(std::string(kind), Language::kEnglish).Paths();
}

}  // namespace kluis
