// A small validator of JSON Schema (2020-12): the keywords that our schemas use, and no others.
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_JSON_SCHEMA_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_JSON_SCHEMA_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {

using TestJson = nlohmann::json;

// A YAML tree as an editor sees it (YAML 1.2, core schema).
inline TestJson AsJson(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kNull) return nullptr;
  if (node.kind == YamlNode::Kind::kSequence) {
    TestJson list = TestJson::array();
    for (const YamlNode& item : node.items) list.push_back(AsJson(item));
    return list;
  }
  if (node.kind == YamlNode::Kind::kMap) {
    TestJson map = TestJson::object();
    for (size_t i = 0; i < node.keys.size(); ++i) map[node.keys[i].text] = AsJson(node.items[i]);
    return map;
  }
  static const std::regex kInteger("[-+]?[0-9]+"),
      kNumber("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (!node.plain) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  int64_t whole = 0;
  double number = 0;
  if (std::regex_match(node.text, kInteger) && absl::SimpleAtoi(node.text, &whole)) return whole;
  if (std::regex_match(node.text, kNumber) && absl::SimpleAtod(node.text, &number)) return number;
  return node.text;
}

class SchemaValidator {
 public:
  explicit SchemaValidator(TestJson schema) : root_(std::move(schema)) {}

  // Empty, or where and why `value` is not valid. A keyword that is not known is a fault too.
  std::string Fault(const TestJson& value) const { return Check(value, root_, "$"); }

 private:
  static bool HasType(const TestJson& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    if (type == "integer")
      return value.is_number_integer() ||
             (value.is_number() && value.get<double>() == static_cast<double>(static_cast<int64_t>(
                                                              value.get<double>())));
    return type == "number" && value.is_number();
  }

  std::string Check(const TestJson& value, const TestJson& schema, const std::string& at) const {
    for (const auto& [keyword, want] : schema.items()) {
      const std::string fault = CheckOne(value, schema, keyword, want, at);
      if (!fault.empty()) return fault;
    }
    return "";
  }

  std::string CheckOne(const TestJson& value, const TestJson& schema, const std::string& keyword,
                       const TestJson& want, const std::string& at) const {
    static const std::set<std::string> kNotes = {"$schema", "title", "description"};
    if (kNotes.count(keyword) > 0) return "";
    const auto fails = [&](bool fault) {
      return fault ? absl::StrCat(at, ": ", keyword, " ", want.dump()) : std::string();
    };
    if (keyword == "$ref") return Check(value, Resolve(want.get<std::string>()), at);
    if (keyword == "type") {
      bool any = false;
      for (const TestJson& type : want.is_array() ? want : TestJson::array({want}))
        any |= HasType(value, type.get<std::string>());
      return fails(!any);
    }
    if (keyword == "enum") return fails(std::find(want.begin(), want.end(), value) == want.end());
    if (keyword == "const") return fails(value != want);
    if (keyword == "anyOf") {
      for (const TestJson& one : want) {
        if (Check(value, one, at).empty()) return "";
      }
      return fails(true);
    }
    if (value.is_object()) return CheckObject(value, schema, keyword, want, at);
    if (value.is_array()) return CheckArray(value, keyword, want, at);
    if (keyword == "minimum") return fails(value.is_number() && value < want);
    if (keyword == "maximum") return fails(value.is_number() && value > want);
    if (keyword == "exclusiveMinimum") return fails(value.is_number() && value <= want);
    if (keyword == "exclusiveMaximum") return fails(value.is_number() && value >= want);
    if (keyword == "minLength")
      return fails(value.is_string() && value.get<std::string>().size() < want.get<size_t>());
    if (keyword == "pattern")
      return fails(value.is_string() && !std::regex_search(value.get<std::string>(),
                                                           std::regex(want.get<std::string>())));
    return Known(keyword, at);
  }

  std::string CheckObject(const TestJson& value, const TestJson& schema, const std::string& keyword,
                          const TestJson& want, const std::string& at) const {
    if (keyword == "required") {
      for (const TestJson& key : want) {
        if (!value.contains(key.get<std::string>())) return absl::StrCat(at, ": no ", key.dump());
      }
    } else if (keyword == "minProperties") {
      if (value.size() < want.get<size_t>()) return absl::StrCat(at, ": too few keys");
    } else if (keyword == "properties") {
      for (const auto& [key, of] : want.items()) {
        if (!value.contains(key)) continue;
        const std::string fault = Check(value[key], of, absl::StrCat(at, ".", key));
        if (!fault.empty()) return fault;
      }
    } else if (keyword == "additionalProperties") {
      for (const auto& [key, member] : value.items()) {
        if (schema.contains("properties") && schema["properties"].contains(key)) continue;
        if (want.is_boolean() && !want.get<bool>()) return absl::StrCat(at, ": key ", key);
        const std::string fault =
            want.is_object() ? Check(member, want, absl::StrCat(at, ".", key)) : "";
        if (!fault.empty()) return fault;
      }
    } else {
      return Known(keyword, at);
    }
    return "";
  }

  std::string CheckArray(const TestJson& value, const std::string& keyword, const TestJson& want,
                         const std::string& at) const {
    if (keyword == "items") {
      for (size_t i = 0; i < value.size(); ++i) {
        const std::string fault = Check(value[i], want, absl::StrCat(at, "[", i, "]"));
        if (!fault.empty()) return fault;
      }
    } else if (keyword == "minItems") {
      if (value.size() < want.get<size_t>()) return absl::StrCat(at, ": too few");
    } else if (keyword == "maxItems") {
      if (value.size() > want.get<size_t>()) return absl::StrCat(at, ": too many");
    } else if (keyword == "uniqueItems") {
      if (std::set<TestJson>(value.begin(), value.end()).size() != value.size())
        return absl::StrCat(at, ": twice the same");
    } else {
      return Known(keyword, at);
    }
    return "";
  }

  // Keywords of other types are right; others are a mistake in the schema.
  static std::string Known(const std::string& keyword, const std::string& at) {
    static const std::set<std::string> kAll = {
        "properties", "required", "additionalProperties", "items",
        "minItems",   "maxItems", "uniqueItems",          "minProperties",
        "minimum",    "maximum",  "exclusiveMinimum",     "exclusiveMaximum",
        "minLength",  "pattern"};
    return kAll.count(keyword) > 0 ? "" : absl::StrCat(at, ": keyword ", keyword, " is not known");
  }

  const TestJson& Resolve(const std::string& reference) const {
    return root_.at(TestJson::json_pointer(reference.substr(1)));
  }

  const TestJson root_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_CHECK_JSON_SCHEMA_H_
