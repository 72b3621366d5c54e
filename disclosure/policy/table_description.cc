#include "disclosure/policy/table_description.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {
namespace {

class DescriptionReader {
 public:
  DescriptionReader(const ReadCodeList& read, DiagnosticSink* sink) : read_(read), sink_(sink) {}

  TableDescription Read(const YamlNode& root) {
    MapReader map(root, "", sink_);
    if (const YamlNode* node = map.Require("dimensions")) ReadDimensions(*node);
    if (map.Require("value") != nullptr) map.Text("value", &table_.value);
    if (map.Require("status") != nullptr) map.Text("status", &table_.status);
    table_.low = std::string("0");
    if (map.Find("required") != nullptr) ReadRequired(&map);
    if (const YamlNode* node = map.Find("bounds")) ReadBounds(*node);
    map.Finish();
    return std::move(table_);
  }

 private:
  void ReadDimensions(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMap || node.keys.empty()) {
      AddError(node, "dimensions must be a map of at least one column",
               "write for example {sbi: {codes: sbi2008.csv}}", sink_);
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) {
      TableDimension dimension{.column = node.keys[i].text, .codes = {}};
      MapReader map(node.items[i], absl::StrCat("dimensions.", dimension.column), sink_);
      const YamlNode* codes = map.Find("codes");
      const YamlNode* values = map.Find("values");
      if (map.is_map() && (codes == nullptr) == (values == nullptr)) {
        AddError(node.items[i],
                 absl::StrCat("dimensions.", dimension.column, " needs either codes or values"),
                 "codes: a code list as CSV; values: [a, b, c]", sink_);
      }
      std::string file;
      if (codes != nullptr && map.Text("codes", &file)) ReadCodes(file, *codes, &dimension);
      if (values != nullptr) ReadValues(&map, &dimension);
      map.Finish();
      table_.dimensions.push_back(std::move(dimension));
    }
  }

  void ReadCodes(const std::string& file, const YamlNode& at, TableDimension* dimension) {
    const absl::StatusOr<std::string> text = read_(file);
    if (!text.ok()) {
      AddError(at,
               absl::StrCat("code list ", file,
                            " cannot be read: ", std::string(text.status().message())),
               "paths are relative to this file, or to policies/", sink_);
      return;
    }
    Parsed<CodeList> parsed = ParseCodeList(*text, file);
    sink_->Append(parsed.diagnostics);
    if (parsed.ok()) dimension->codes = std::move(parsed.value);
  }

  static void ReadValues(MapReader* map, TableDimension* dimension) {
    std::vector<std::string> values;
    if (!map->TextList("values", &values)) return;
    for (const std::string& value : values) {
      dimension->codes.index.emplace(value, static_cast<int>(dimension->codes.codes.size()));
      dimension->codes.codes.push_back(
          {.code = value, .parent = -1, .level = 1, .label_nl = "", .label_en = ""});
    }
  }

  void ReadRequired(MapReader* map) {
    std::vector<std::string> columns;
    if (!map->TextList("required", &columns)) return;
    if (columns.size() != 2) {
      map->Error("required", "required must name two columns",
                 "write [LO, HI], the columns with the bounds that an attacker must hold possible");
      return;
    }
    table_.required = {columns[0], columns[1]};
  }

  void ReadBounds(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kSequence || node.items.size() != 2) {
      AddError(node, "bounds must be two numbers", "write [0, null]: null is no bound", sink_);
      return;
    }
    table_.low = ReadBound(node.items[0]);
    table_.high = ReadBound(node.items[1]);
  }

  std::optional<std::string> ReadBound(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kNull) return std::nullopt;
    int64_t ignored = 0;
    if (node.kind == YamlNode::Kind::kScalar && node.plain && ParseFixed(node.text, 4, &ignored))
      return node.text;
    AddError(node, "a bound must be a number with at most 4 decimals, or null", "", sink_);
    return std::nullopt;
  }

  const ReadCodeList& read_;
  DiagnosticSink* sink_;
  TableDescription table_;
};

}  // namespace

Parsed<TableDescription> ParseTableDescription(absl::string_view yaml, absl::string_view file_name,
                                               const ReadCodeList& read) {
  DiagnosticSink sink(yaml, file_name);
  Parsed<TableDescription> parsed;
  if (const auto root = ParseYaml(yaml, &sink, /*letters_are_text=*/true))
    parsed.value = DescriptionReader(read, &sink).Read(*root);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
