#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/diagnostic_sink.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/utf8.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr size_t kBytesMax = size_t{64} << 20;
constexpr int kLevelsMax = 16;
constexpr char kHeader[] = "code,parent,level,label_nl,label_en";

struct Field {
  std::string text;
  int column = 1;  // in code points
};

struct Row {
  int line = 0;
  std::vector<Field> fields;  // code, parent, level, label_nl, label_en
};

// Splits one line by RFC 4180. False, with a diagnostic, when its quotes are wrong.
bool SplitLine(absl::string_view line, int number, DiagnosticSink* sink, std::vector<Field>* out) {
  size_t i = 0;
  while (true) {
    Field field{"", CodePointColumn(line, static_cast<int>(i))};
    const bool quoted = i < line.size() && line[i] == '"';
    bool closed = !quoted;
    if (quoted) ++i;
    while (i < line.size() && (quoted || line[i] != ',')) {
      const bool quote = line[i] == '"';
      const bool doubled = quote && i + 1 < line.size() && line[i + 1] == '"';
      if (quote && !(quoted && doubled)) {
        closed = quoted;
        ++i;
        break;
      }
      field.text.push_back(line[i]);
      i += doubled ? 2 : 1;
    }
    if (!closed || (i < line.size() && line[i] != ',') ||
        (!quoted && i > 0 && i <= line.size() && line[i - 1] == '"')) {
      sink->Add(number, field.column, "the quotes of this field do not match",
                "a field with a quote is written \"a \"\"quoted\"\" word\"");
      return false;
    }
    out->push_back(std::move(field));
    if (i >= line.size()) return true;
    ++i;
  }
}

bool CheckUtf8(absl::string_view line, int number, DiagnosticSink* sink) {
  for (size_t i = 0; i < line.size();) {
    const DecodedCharacter c = DecodeUtf8(line, i);
    if (c.bytes == 0 || c.value < 0x20 || c.value == 0x7F) {
      sink->Add(number, CodePointColumn(line, static_cast<int>(i)),
                c.bytes == 0 ? "the file is not UTF-8" : "a control character is not allowed");
      return false;
    }
    i += c.bytes;
  }
  return true;
}

bool CheckHeader(absl::string_view line, DiagnosticSink* sink) {
  if (line == kHeader || line == absl::StripSuffix(kHeader, ",label_en")) return true;
  sink->Add(1, 1, "the first line must name the columns", absl::StrCat("write ", kHeader));
  return false;
}

std::vector<Row> ReadRows(const DiagnosticSink& lines, DiagnosticSink* sink) {
  std::vector<Row> rows;
  for (int number = 2; number <= lines.lines(); ++number) {
    const absl::string_view line = lines.Line(number);
    Row row{number, {}};
    if (line.empty() || !CheckUtf8(line, number, sink)) continue;
    if (!SplitLine(line, number, sink, &row.fields)) continue;
    if (row.fields.size() < 4 || row.fields.size() > 5) {
      sink->Add(number, 1, absl::StrCat("a line has 5 fields, not ", row.fields.size()), kHeader);
      continue;
    }
    row.fields.resize(5);
    rows.push_back(std::move(row));
  }
  return rows;
}

// Codes in file order, with parents resolved; `rows` are the rows of the codes.
class CodeListBuilder {
 public:
  CodeListBuilder(std::vector<Row> rows, DiagnosticSink* sink)
      : rows_(std::move(rows)), sink_(sink) {}

  CodeList Build() {
    for (size_t i = 0; i < rows_.size(); ++i) Index(static_cast<int>(i));
    for (size_t i = 0; i < rows_.size() && !sink_->full(); ++i) {
      codes_.push_back(ReadCode(rows_[i]));
    }
    if (rows_.empty() && sink_->empty()) sink_->Add(0, 0, "the code list has no codes");
    if (!sink_->empty()) return {};
    placed_.assign(codes_.size(), -1);
    for (size_t i = 0; i < codes_.size(); ++i) Place(static_cast<int>(i));
    return std::move(list_);
  }

 private:
  void Error(const Row& row, int field, const std::string& message, const std::string& hint = "") {
    sink_->Add(row.line, row.fields[field].column, message, hint);
  }

  void Index(int i) {
    const Row& row = rows_[i];
    const std::string& code = row.fields[0].text;
    if (code.empty()) Error(row, 0, "the code is empty");
    if (code == kTotalCode || code == kMissingCode) {
      Error(row, 0, absl::StrCat("'", code, "' is reserved"),
            "the total and the missing value have no row");
    }
    const auto [place, inserted] = index_.emplace(code, i);
    if (!inserted) {
      Error(row, 0,
            absl::StrCat("code '", code, "' is given twice, first at line ",
                         rows_[place->second].line));
    }
  }

  Code ReadCode(const Row& row) {
    Code code{row.fields[0].text, -1, 1, row.fields[3].text, row.fields[4].text};
    if (!ReadLevel(row, &code.level)) {
      Error(row, 2,
            absl::StrCat("level must be 1 to ", kLevelsMax, ", not '", row.fields[2].text, "'"));
      return code;
    }
    const std::string& parent = row.fields[1].text;
    if (parent.empty()) return code;
    const auto found = index_.find(parent);
    if (found == index_.end()) {
      Error(row, 1, absl::StrCat("parent '", parent, "' is not in the list"),
            parent == kTotalCode ? "leave it empty for a child of the total" : NearParent(parent));
      return code;
    }
    code.parent = found->second;
    int parent_level = 0;
    if (ReadLevel(rows_[code.parent], &parent_level) && parent_level >= code.level) {
      Error(row, 2,
            absl::StrCat("level ", code.level, " is not below that of parent '", parent,
                         "', which has level ", parent_level));
    }
    return code;
  }

  static bool ReadLevel(const Row& row, int* level) {
    const std::string& text = row.fields[2].text;
    return text.size() <= 2 && text.find_first_not_of("0123456789") == std::string::npos &&
           absl::SimpleAtoi(text, level) && *level >= 1 && *level <= kLevelsMax;
  }

  std::string NearParent(const std::string& parent) const {
    constexpr size_t kSearchedMax = 5000;
    std::vector<std::string> codes;
    for (const Row& row : rows_) {
      if (codes.size() < kSearchedMax) codes.push_back(row.fields[0].text);
    }
    return NearestHint(parent, codes);
  }

  // Parents first; as levels fall from child to parent, the recursion is at most kLevelsMax deep.
  int Place(int i) {
    if (placed_[i] >= 0) return placed_[i];
    Code code = codes_[i];
    if (code.parent >= 0) code.parent = Place(code.parent);
    list_.levels = std::max(list_.levels, code.level);
    placed_[i] = static_cast<int>(list_.codes.size());
    list_.index.emplace(code.code, placed_[i]);
    list_.codes.push_back(std::move(code));
    return placed_[i];
  }

  std::vector<Row> rows_;
  DiagnosticSink* sink_;
  std::map<std::string, int> index_;
  std::vector<Code> codes_;
  std::vector<int> placed_;
  CodeList list_;
};

}  // namespace

int CodeList::Find(const std::string& code) const {
  const auto found = index.find(code);
  return found == index.end() ? -1 : found->second;
}

Parsed<CodeList> ParseCodeList(absl::string_view csv, absl::string_view file_name) {
  absl::ConsumePrefix(&csv, "\xEF\xBB\xBF");
  DiagnosticSink sink(csv.substr(0, kBytesMax), file_name);
  Parsed<CodeList> parsed;
  if (csv.size() > kBytesMax) {
    sink.Add(0, 0, "the code list is larger than 64 MiB");
  } else if (CheckHeader(sink.Line(1), &sink)) {
    parsed.value = CodeListBuilder(ReadRows(sink, &sink), &sink).Build();
  }
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
