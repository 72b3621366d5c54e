#include "disclosure/policy_check/check_report.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

using Json = nlohmann::ordered_json;

std::string Count(size_t n, const char* one, const char* many) {
  return absl::StrCat(n, " ", n == 1 ? one : many);
}

std::string TextReport(const PolicyFolder& folder, Language language) {
  const bool dutch = language == Language::kDutch;
  std::string out;
  for (const Diagnostic& d : folder.errors) out += FormatDiagnostic(InLanguage(d, language));
  for (Diagnostic warning : folder.warnings) {
    warning = InLanguage(warning, language);
    warning.message = absl::StrCat(dutch ? "waarschuwing: " : "warning: ", warning.message);
    out += FormatDiagnostic(warning);
  }
  const std::string errors = dutch ? Count(folder.errors.size(), "fout", "fouten")
                                   : Count(folder.errors.size(), "error", "errors");
  const std::string warnings = dutch
                                   ? Count(folder.warnings.size(), "waarschuwing", "waarschuwingen")
                                   : Count(folder.warnings.size(), "warning", "warnings");
  const std::string files = dutch ? Count(folder.files.size(), "bestand", "bestanden")
                                  : Count(folder.files.size(), "file", "files");
  absl::StrAppend(&out, files, ": ", errors, ", ", warnings, "\n");
  return out;
}

Json FindingJson(const Diagnostic& diagnostic, Language language) {
  const Diagnostic told = InLanguage(diagnostic, language);
  return {{"id", MessageId(diagnostic)},
          {"file", told.file},
          {"line", told.line},
          {"column", told.column},
          {"message", told.message},
          {"hint", told.hint},
          {"arguments", RecogniseMessage(diagnostic.message, language).arguments}};
}

Json ListJson(const std::vector<Diagnostic>& list, Language language) {
  Json json = Json::array();
  for (const Diagnostic& diagnostic : list) json.push_back(FindingJson(diagnostic, language));
  return json;
}

std::string Dump(const Json& json) {
  return absl::StrCat(json.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

std::string JsonReport(const PolicyFolder& folder, Language language) {
  return Dump(
      {{"ok", folder.ok()},
       {"files", folder.files.size()},
       {"policy", folder.ok() ? Json(absl::StrCat("sha256:", folder.bundle.sha256)) : Json()},
       {"errors", ListJson(folder.errors, language)},
       {"warnings", ListJson(folder.warnings, language)}});
}

Json SarifResult(const Diagnostic& diagnostic, const char* level, Language language) {
  const Diagnostic told = InLanguage(diagnostic, language);
  Json place = {{"artifactLocation", {{"uri", told.file}}}};
  if (told.line > 0)
    place["region"] = {{"startLine", told.line}, {"startColumn", std::max(1, told.column)}};
  const std::string text =
      told.hint.empty() ? told.message : absl::StrCat(told.message, "; ", told.hint);
  return {{"ruleId", MessageId(diagnostic)},
          {"level", level},
          {"message", {{"text", text}}},
          {"locations", Json::array({{{"physicalLocation", place}}})}};
}

std::string SarifReport(const PolicyFolder& folder, Language language) {
  Json results = Json::array(), rules = Json::array();
  std::set<std::string> ids;
  for (const auto& [list, level] :
       {std::pair{&folder.errors, "error"}, std::pair{&folder.warnings, "warning"}}) {
    for (const Diagnostic& diagnostic : *list) {
      results.push_back(SarifResult(diagnostic, level, language));
      ids.insert(MessageId(diagnostic));
    }
  }
  for (const std::string& id : ids) rules.push_back({{"id", id}});
  const Json driver = {{"name", "kluis policy check"}, {"version", "0.1.0"}, {"rules", rules}};
  return Dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
               {"version", "2.1.0"},
               {"runs", Json::array({{{"tool", {{"driver", driver}}},
                                      {"columnKind", "unicodeCodePoints"},
                                      {"results", results}}})}});
}

}  // namespace

std::string CheckReport(const PolicyFolder& folder, CheckFormat format, Language language) {
  if (format == CheckFormat::kJson) return JsonReport(folder, language);
  return format == CheckFormat::kSarif ? SarifReport(folder, language)
                                       : TextReport(folder, language);
}

}  // namespace kluis
