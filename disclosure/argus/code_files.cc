#include "disclosure/argus/code_files.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/base/check.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr TextLimits kLimits = {.bytes = size_t{64} << 20, .line_bytes = 10'000};
constexpr int kLevelsMax = 15;
constexpr size_t kCodeBytesMax = 200;

bool IsReserved(absl::string_view code) { return code == kTotalCode || code == kMissingCode; }

// Reads one line after the other; remembers the last code of each level.
class HrcParser {
 public:
  HrcParser(absl::string_view lead, SourceText* text)
      : lead_(lead), blank_lead_(absl::StripAsciiWhitespace(lead).empty()), text_(text) {}

  CodeList Parse() {
    for (int number = 1; number <= text_->lines() && !text_->sink()->full(); ++number) {
      const auto line = text_->Line(number);
      if (line && !absl::StripAsciiWhitespace(*line).empty()) ReadLine(*line, number);
    }
    if (list_.codes.empty() && text_->sink()->empty()) {
      text_->sink()->Add(0, 0, "the file has no codes");
    }
    return std::move(list_);
  }

 private:
  void ReadLine(absl::string_view line, int number) {
    absl::string_view rest = blank_lead_ ? line : absl::StripLeadingAsciiWhitespace(line);
    int level = 1;
    while (absl::ConsumePrefix(&rest, lead_)) ++level;
    const int column = CodePointColumn(line, static_cast<int>(line.size() - rest.size()));
    Add(absl::StripAsciiWhitespace(rest), level, number, column);
  }

  void Add(absl::string_view code, int level, int number, int column) {
    const std::string fault = Fault(code, level);
    if (!fault.empty()) {
      text_->sink()->Add(number, column, fault, Hint(level));
      return;
    }
    open_.resize(level - 1);
    const int index = static_cast<int>(list_.codes.size());
    list_.codes.push_back({std::string(code), level > 1 ? open_.back() : -1, level, "", ""});
    list_.index.emplace(code, index);
    list_.levels = std::max(list_.levels, level);
    lines_.push_back(number);
    open_.push_back(index);
  }

  std::string Fault(absl::string_view code, int level) const {
    if (code.empty()) return "there is no code after the leading string";
    if (code.size() > kCodeBytesMax) return "the code is too long";
    if (absl::StartsWith(code, lead_)) {
      return absl::StrCat("'", code, "' begins with the leading string");
    }
    if (IsReserved(code)) return absl::StrCat("'", code, "' is reserved");
    if (level > kLevelsMax) return absl::StrCat("more than ", kLevelsMax, " levels");
    if (level > static_cast<int>(open_.size()) + 1) {
      return absl::StrCat("'", code, "' stands at level ", level, ", but the code above it at ",
                          open_.size());
    }
    const int other = list_.Find(std::string(code));
    if (other < 0) return "";
    return absl::StrCat("code '", code, "' is given twice, first at line ", lines_[other]);
  }

  std::string Hint(int level) const {
    const bool jump = level > static_cast<int>(open_.size()) + 1 && level <= kLevelsMax;
    return jump ? absl::StrCat("each level has one '", lead_, "' more than the one above") : "";
  }

  const std::string lead_;
  const bool blank_lead_;
  SourceText* text_;
  CodeList list_;
  std::vector<int> lines_;  // per code
  std::vector<int> open_;   // the last code of each level
};

void ReadLabel(absl::string_view line, int number, DiagnosticSink* sink, ArgusLabels* labels) {
  const size_t comma = line.find(',');
  const std::string code(absl::StripAsciiWhitespace(line.substr(0, comma)));
  const int end = CodePointColumn(line, static_cast<int>(std::min(comma, line.size())));
  if (comma == absl::string_view::npos) {
    sink->Add(number, end, "a comma must stand between the code and its label", "write 1,label");
    return;
  }
  if (code.empty() || code.size() > kCodeBytesMax) {
    sink->Add(number, 1, code.empty() ? "the code is empty" : "the code is too long");
    return;
  }
  absl::string_view label = absl::StripAsciiWhitespace(line.substr(comma + 1));
  if (label.size() >= 2 && label.front() == '"' && label.back() == '"') {
    label = label.substr(1, label.size() - 2);
  }
  if (!labels->emplace(code, label).second) {
    sink->Add(number, 1, absl::StrCat("code '", code, "' is given twice"));
  }
}

// Reads the files of all variables of one .rda.
class FileReader {
 public:
  FileReader(absl::string_view rda_name, const ReadArgusFile& read)
      : rda_name_(rda_name), read_(read) {}

  ArgusCodes Read(const ArgusVariable& variable) {
    ArgusCodes codes;
    if (!variable.hierarchy.empty()) {
      Take(
          variable, "<HIERCODELIST>", variable.hierarchy,
          [&](const std::string& text) {
            return ParseHrc(text, variable.hierarchy, variable.lead);
          },
          &codes.tree);
    }
    if (!variable.code_list.empty()) {
      Take(
          variable, "<CODELIST>", variable.code_list,
          [&](const std::string& text) { return ParseCdl(text, variable.code_list); },
          &codes.labels);
    }
    return codes;
  }

  std::vector<Diagnostic> diagnostics;

 private:
  template <typename T, typename Parse>
  void Take(const ArgusVariable& variable, const char* keyword, const std::string& path,
            const Parse& parse, T* out) {
    const absl::StatusOr<std::string> text = read_(path);
    if (!text.ok()) {
      DiagnosticSink sink("", rda_name_);
      sink.Add(variable.line, 1,
               absl::StrCat("the ", keyword, " of ", variable.name, ", ", path,
                            ", cannot be read: ", std::string(text.status().message())),
               "it is looked for beside the .rda");
      Append(sink.Sorted());
      return;
    }
    Parsed<T> parsed = parse(*text);
    Append(parsed.diagnostics);
    *out = std::move(parsed.value);
  }

  void Append(const std::vector<Diagnostic>& others) {
    diagnostics.insert(diagnostics.end(), others.begin(), others.end());
  }

  const std::string rda_name_;
  const ReadArgusFile& read_;
};

}  // namespace

Parsed<CodeList> ParseHrc(absl::string_view text, absl::string_view file_name,
                          absl::string_view lead) {
  KLUIS_CHECK(!lead.empty());
  SourceText source(text, file_name, kLimits);
  Parsed<CodeList> parsed;
  parsed.value = HrcParser(lead, &source).Parse();
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

std::string WriteHrc(const CodeList& codes, absl::string_view lead) {
  std::string out;
  for (const Code& code : codes.codes) {
    int depth = 0;
    for (int parent = code.parent; parent >= 0; parent = codes.codes[parent].parent) ++depth;
    for (int i = 0; i < depth; ++i) absl::StrAppend(&out, lead);
    absl::StrAppend(&out, code.code, "\n");
  }
  return out;
}

Parsed<ArgusLabels> ParseCdl(absl::string_view text, absl::string_view file_name) {
  SourceText source(text, file_name, kLimits);
  Parsed<ArgusLabels> parsed;
  for (int number = 1; number <= source.lines() && !source.sink()->full(); ++number) {
    const auto line = source.Line(number);
    if (!line || absl::StripAsciiWhitespace(*line).empty()) continue;
    ReadLabel(*line, number, source.sink(), &parsed.value);
  }
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

std::string WriteCdl(const ArgusLabels& labels) {
  std::string out;
  for (const auto& [code, label] : labels) absl::StrAppend(&out, code, ",", label, "\n");
  return out;
}

Parsed<std::vector<ArgusCodes>> ReadCodeFiles(const ArgusMetadata& metadata,
                                              absl::string_view rda_name,
                                              const ReadArgusFile& read) {
  FileReader reader(rda_name, read);
  Parsed<std::vector<ArgusCodes>> parsed;
  for (const ArgusVariable& variable : metadata.variables) {
    parsed.value.push_back(reader.Read(variable));
  }
  parsed.diagnostics = std::move(reader.diagnostics);
  return parsed;
}

}  // namespace kluis
