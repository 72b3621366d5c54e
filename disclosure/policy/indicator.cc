#include "disclosure/policy/indicator.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

// Both languages are there: an indicator is published in both.
void ReadBoth(MapReader* map, const std::string& key, bool required, std::string* nl,
              std::string* en) {
  const YamlNode* node = required ? map->Require(key) : map->Find(key);
  if (node == nullptr || !map->Title(key, nl, en)) return;
  for (const char* language : {"nl", "en"}) {
    if (node->Find(language) == nullptr)
      map->Error(key, absl::StrCat(map->Path(key), ".", language, " is missing"),
                 "an indicator is published in both languages: write {nl: ..., en: ...}");
  }
}

void ReadSql(MapReader* map, Indicator* indicator) {
  if (map->Require("sql") == nullptr || !map->Text("sql", &indicator->sql)) return;
  const std::string upper =
      absl::AsciiStrToUpper(absl::StripLeadingAsciiWhitespace(indicator->sql));
  if (!absl::StartsWith(upper, "SELECT"))
    map->Error("sql", "sql must be one SELECT", "docs/sql.md has the language");
}

}  // namespace

Parsed<Indicator> ParseIndicator(absl::string_view yaml, absl::string_view file_name,
                                 KeyRecorder* recorder) {
  DiagnosticSink sink(yaml, file_name);
  sink.Record(recorder);
  Parsed<Indicator> parsed;
  Indicator& indicator = parsed.value;
  if (const auto root = ParseYaml(yaml, &sink)) {
    MapReader map(*root, "", &sink);
    if (map.Require("indicator") != nullptr) map.Name("indicator", "-.", &indicator.name);
    ReadBoth(&map, "title", true, &indicator.title_nl, &indicator.title_en);
    ReadBoth(&map, "definition", true, &indicator.definition_nl, &indicator.definition_en);
    ReadBoth(&map, "numerator", true, &indicator.numerator_nl, &indicator.numerator_en);
    ReadBoth(&map, "denominator", false, &indicator.denominator_nl, &indicator.denominator_en);
    ReadSql(&map, &indicator);
    if (map.Require("unit") != nullptr) map.Text("unit", &indicator.unit);
    if (map.Require("source") != nullptr) map.Text("source", &indicator.source);
    if (map.Require("areas") != nullptr && map.TextList("areas", &indicator.areas) &&
        indicator.areas.empty())
      map.Error("areas", "areas must not be empty", "name levels of area, for example [gemeente]");
    if (map.Require("cadence") != nullptr)
      map.Choice("cadence", {"month", "quarter", "year"}, &indicator.cadence);
    if (map.Require("direction") != nullptr)
      map.Choice("direction", {"higher", "lower", "neither"}, &indicator.direction);
    map.Finish();
  }
  indicator.sha256 = Sha256Hex(yaml);
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
