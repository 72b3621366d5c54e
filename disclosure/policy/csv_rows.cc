#include "disclosure/policy/csv_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/utf8.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

// Splits one line by RFC 4180. False, with a diagnostic, when its quotes are wrong.
bool SplitLine(absl::string_view line, int number, DiagnosticSink* sink,
               std::vector<CsvField>* out) {
  size_t i = 0;
  while (true) {
    CsvField field{"", CodePointColumn(line, static_cast<int>(i))};
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

}  // namespace

std::vector<CsvRow> ReadCsvRows(int fields_min, int fields, const std::string& header,
                                DiagnosticSink* sink) {
  std::vector<CsvRow> rows;
  for (int number = 2; number <= sink->lines(); ++number) {
    const absl::string_view line = sink->Line(number);
    CsvRow row{number, {}};
    if (line.empty() || !CheckUtf8(line, number, sink)) continue;
    if (!SplitLine(line, number, sink, &row.fields)) continue;
    const int found = static_cast<int>(row.fields.size());
    if (found < fields_min || found > fields) {
      sink->Add(number, 1, absl::StrCat("a line has ", fields, " fields, not ", found), header);
      continue;
    }
    row.fields.resize(static_cast<size_t>(fields));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace kluis
