#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/csv_rows.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr size_t kBytesMax = size_t{64} << 20;
constexpr int kLevelsMax = 16;
constexpr char kHeader[] = "code,parent,level,label_nl,label_en";
constexpr char kValidity[] = ",valid_from,valid_until";

// How many columns the first line names; 0, with a diagnostic, when it is none that is known.
int ColumnsOf(absl::string_view line, DiagnosticSink* sink) {
  if (line == kHeader || line == absl::StripSuffix(kHeader, ",label_en")) return 5;
  if (line == absl::StrCat(kHeader, kValidity)) return 7;
  sink->Add(
      1, 1, "the first line must name the columns",
      absl::StrCat("write ", kHeader, ", and ", kValidity + 1, " after them if codes come and go"));
  return 0;
}

// The rows whose codes are valid on the date. Bounds are dates or empty.
std::vector<CsvRow> ValidRows(std::vector<CsvRow> rows, absl::string_view date,
                              DiagnosticSink* sink) {
  if (date.empty() && !rows.empty()) {
    sink->Add(1, 1, "the codes of this list come and go, and it is not said which day is meant",
              "give the dataset a reference_date");
    return {};
  }
  std::vector<CsvRow> valid;
  for (CsvRow& row : rows) {
    bool right = true;
    for (int f : {5, 6}) {
      const CsvField& field = row.fields[static_cast<size_t>(f)];
      if (field.text.empty() || IsDate(field.text)) continue;
      right = false;
      sink->Add(row.line, field.column, absl::StrCat("'", field.text, "' is no date"),
                "write it as YYYY-MM-DD, a day that exists, or leave it empty");
    }
    const std::string &from = row.fields[5].text, &until = row.fields[6].text;
    if (right && !until.empty() && until < from) {
      right = false;
      sink->Add(row.line, row.fields[6].column,
                absl::StrCat("the code is valid until ", until, ", before it begins"), "");
    }
    if (right && from <= date && (until.empty() || date <= until)) valid.push_back(std::move(row));
  }
  return valid;
}

// Codes in file order, with parents resolved; `rows` are the rows of the codes.
class CodeListBuilder {
 public:
  CodeListBuilder(std::vector<CsvRow> rows, DiagnosticSink* sink)
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
  void Error(const CsvRow& row, int field, const std::string& message,
             const std::string& hint = "") {
    sink_->Add(row.line, row.fields[field].column, message, hint);
  }

  void Index(int i) {
    const CsvRow& row = rows_[i];
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

  Code ReadCode(const CsvRow& row) {
    Code code{row.fields[0].text, -1, 1, row.fields[3].text, row.fields[4].text};
    if (row.fields.size() > 5) {
      code.valid_from = row.fields[5].text;
      code.valid_until = row.fields[6].text;
    }
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

  static bool ReadLevel(const CsvRow& row, int* level) {
    const std::string& text = row.fields[2].text;
    return text.size() <= 2 && text.find_first_not_of("0123456789") == std::string::npos &&
           absl::SimpleAtoi(text, level) && *level >= 1 && *level <= kLevelsMax;
  }

  std::string NearParent(const std::string& parent) const {
    constexpr size_t kSearchedMax = 5000;
    std::vector<std::string> codes;
    for (const CsvRow& row : rows_) {
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

  std::vector<CsvRow> rows_;
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

Parsed<CodeList> ParseCodeList(absl::string_view csv, absl::string_view file_name,
                               absl::string_view reference_date) {
  absl::ConsumePrefix(&csv, "\xEF\xBB\xBF");
  DiagnosticSink sink(csv.substr(0, kBytesMax), file_name);
  Parsed<CodeList> parsed;
  if (csv.size() > kBytesMax) {
    sink.Add(0, 0, "the code list is larger than 64 MiB");
  } else if (const int columns = ColumnsOf(sink.Line(1), &sink)) {
    const bool validity = columns > 5;
    std::vector<CsvRow> rows = ReadCsvRows(validity ? columns : 4, columns,
                                           absl::StrCat(kHeader, validity ? kValidity : ""), &sink);
    if (validity) rows = ValidRows(std::move(rows), reference_date, &sink);
    parsed.value = CodeListBuilder(std::move(rows), &sink).Build();
  }
  parsed.diagnostics = sink.Sorted();
  return parsed;
}

}  // namespace kluis
