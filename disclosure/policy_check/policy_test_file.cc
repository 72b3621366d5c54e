#include "disclosure/policy_check/policy_test_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {
namespace {

constexpr int kTimesMax = 100'000;

class TestReader {
 public:
  explicit TestReader(DiagnosticSink* sink) : sink_(sink) {}

  PolicyTest Read(const YamlNode& root) {
    MapReader map(root, "", sink_);
    if (map.Require("test") != nullptr) map.Text("test", &test_.name);
    if (map.Require("project") != nullptr) map.Name("project", "-.", &test_.project);
    if (const YamlNode* data = map.Require("data")) ReadData(*data);
    if (const YamlNode* queries = map.Require("queries")) ReadQueries(*queries);
    map.Finish();
    return std::move(test_);
  }

 private:
  void ReadData(const YamlNode& node) {
    MapReader map(node, "data", sink_);
    if (!map.is_map()) return;
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string path = absl::StrCat("data.", node.keys[i].text);
      std::vector<TestRows>& rows = test_.data[node.keys[i].text];
      if (node.items[i].kind != YamlNode::Kind::kSequence) {
        AddError(node.items[i], absl::StrCat(path, " must be a list of rows"),
                 "write - {times: 12, column: value}", sink_);
        continue;
      }
      for (size_t r = 0; r < node.items[i].items.size(); ++r)
        rows.push_back(ReadRows(node.items[i].items[r], absl::StrCat(path, "[", r, "]")));
    }
  }

  TestRows ReadRows(const YamlNode& node, const std::string& path) {
    TestRows rows;
    MapReader map(node, path, sink_);
    map.Integer("times", 1, kTimesMax, &rows.times);
    for (const YamlNode& key : node.keys) {
      if (key.text != "times") map.AnyText(key.text, &rows.values[key.text]);
    }
    map.Finish();
    return rows;
  }

  void ReadQueries(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kSequence || node.items.empty()) {
      AddError(node, "queries must be a list of queries", "write - {sql: ..., cells: [...]}",
               sink_);
      return;
    }
    for (size_t i = 0; i < node.items.size(); ++i)
      ReadQuery(node.items[i], absl::StrCat("queries[", i, "]"));
  }

  void ReadQuery(const YamlNode& node, const std::string& path) {
    TestQuery query;
    query.line = node.line;
    MapReader map(node, path, sink_);
    if (map.Require("sql") != nullptr) map.Text("sql", &query.sql);
    map.Text("refused", &query.refused);
    const YamlNode* cells = map.Find("cells");
    if (cells != nullptr && cells->kind != YamlNode::Kind::kSequence) {
      AddError(*cells, absl::StrCat(path, ".cells must be a list of rows"),
               "write - {row: [code], n: ok}", sink_);
    } else if (cells != nullptr) {
      for (size_t i = 0; i < cells->items.size(); ++i)
        query.cells.push_back(ReadExpected(cells->items[i], absl::StrCat(path, ".cells[", i, "]")));
    }
    if (map.is_map() && query.refused.empty() == query.cells.empty())
      AddError(node, absl::StrCat(path, " must say either cells or refused"),
               "cells: what is shown; refused: the code of the refusal", sink_);
    map.Finish();
    test_.queries.push_back(std::move(query));
  }

  ExpectedRow ReadExpected(const YamlNode& node, const std::string& path) {
    ExpectedRow row;
    row.line = node.line;
    MapReader map(node, path, sink_);
    map.TextList("row", &row.codes);
    for (const YamlNode& key : node.keys) {
      if (key.text == "row") continue;
      std::string& outcome = row.outcomes[key.text];
      if (map.Text(key.text, &outcome)) CheckOutcome(&map, key.text, outcome);
    }
    if (map.is_map() && row.outcomes.empty())
      AddError(node, absl::StrCat(path, " expects nothing"), "name a statistic, for example n: ok",
               sink_);
    map.Finish();
    return row;
  }

  void CheckOutcome(MapReader* map, const std::string& key, const std::string& outcome) {
    int64_t ignored = 0;
    for (const char* word : {"ok", "P", "S", "hidden", "empty"}) {
      if (outcome == word) return;
    }
    if (!ParseFixed(outcome, 6, &ignored))
      map->Error(key, absl::StrCat(map->Path(key), ": '", outcome, "' is no outcome"),
                 "write ok, a number, P, S, hidden or empty");
  }

  DiagnosticSink* sink_;
  PolicyTest test_;
};

}  // namespace

Parsed<PolicyTest> ParsePolicyTest(absl::string_view yaml, absl::string_view file_name) {
  DiagnosticSink sink(yaml, file_name);
  Parsed<PolicyTest> parsed;
  if (const auto root = ParseYaml(yaml, &sink)) parsed.value = TestReader(&sink).Read(*root);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
