#include "absl/strings/str_cat.h"
#include "disclosure/policy/later_areas.h"
#include "disclosure/policy/variable_parser.h"

namespace kluis {

absl::StatusOr<std::string> CodeListReader::Read(const char* what, const std::string& path,
                                                 const YamlNode& at) {
  absl::StatusOr<std::string> text = read_(path);
  if (!text.ok()) {
    AddError(
        at,
        absl::StrCat(what, " ", path, " cannot be read: ", std::string(text.status().message())),
        "paths are relative to policies/", sink_);
  }
  return text;
}

const CodeList* CodeListReader::Get(const std::string& path, const YamlNode& at) {
  auto found = lists_.find(path);
  if (found == lists_.end()) {
    const absl::StatusOr<std::string> text = Read("code list", path, at);
    Parsed<CodeList> parsed;
    if (text.ok()) {
      parsed = ParseCodeList(*text, path, reference_date_);
      sink_->Append(parsed.diagnostics);
    } else {
      parsed.diagnostics.push_back({});
    }
    found = lists_.emplace(path, std::move(parsed)).first;
  }
  return found->second.ok() ? &found->second.value : nullptr;
}

bool CodeListReader::AddLaterAreas(const LaterAreas& wanted, int level, const YamlNode& at,
                                   CodeList* list) {
  const absl::StatusOr<std::string> text = Read("file of changes", wanted.changes_file, at);
  if (!text.ok()) return false;
  DiagnosticSink sink(*text, wanted.changes_file);
  const std::vector<AreaChange> changes = ReadAreaChanges(&sink);
  if (sink.empty()) *list = WithLaterAreas(*list, level, changes, reference_date_, wanted, &sink);
  sink_->Append(sink.Sorted());
  return sink.empty();
}

}  // namespace kluis
