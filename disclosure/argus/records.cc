#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "disclosure/argus/columns.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/argus/number.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/base/check.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr size_t kRecordBytesMax = size_t{1} << 20;
constexpr size_t kDiagnosticsMax = 100;
constexpr size_t kCodesMax = 1'000'000;

bool IsMissing(const ArgusVariable& variable, const std::string& text) {
  return std::find(variable.missing.begin(), variable.missing.end(), text) !=
         variable.missing.end();
}

bool HasNumbers(const ArgusVariable& variable) {
  return variable.role == ArgusRole::kResponse || variable.role == ArgusRole::kWeight ||
         variable.role == ArgusRole::kCategoricalResponse;
}

// Whether a code of this length stands at a level.
bool EndsAtLevel(const std::string& code, const std::vector<int>& levels) {
  size_t digits = 0;
  for (const int level : levels) {
    digits += level;
    if (code.size() == digits) return true;
  }
  return false;
}

}  // namespace

RecordConverter::RecordConverter(const ArgusMetadata& metadata, std::string file_name)
    : metadata_(metadata), file_name_(std::move(file_name)), seen_(metadata.variables.size()) {
  KLUIS_CHECK(!metadata.table);
  std::vector<std::string> names;
  for (const CsvColumn& column : CsvColumns(metadata_)) {
    names.push_back(column.name);
    columns_.push_back({column.variable, column.role == VariableRole::kMeasure});
  }
  header_ = absl::StrCat(absl::StrJoin(names, ","), "\n");
}

void RecordConverter::Add(absl::string_view bytes, std::string* csv) {
  while (!stopped_) {
    const size_t end = bytes.find('\n');
    if (end == absl::string_view::npos) break;
    if (pending_.empty()) {
      Convert(bytes.substr(0, end), csv);
    } else {
      absl::StrAppend(&pending_, bytes.substr(0, end));
      Convert(pending_, csv);
      pending_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  if (stopped_) return;
  absl::StrAppend(&pending_, bytes);
  if (pending_.size() <= kRecordBytesMax) return;
  ++records_;
  line_ = "";
  Error(1, absl::StrCat("the record has more than ", kRecordBytesMax, " bytes"));
  stopped_ = true;
}

void RecordConverter::Finish(std::string* csv) {
  if (!stopped_ && !pending_.empty()) Convert(pending_, csv);
  pending_.clear();
}

bool RecordConverter::Error(int column, const std::string& message, const std::string& hint) {
  if (diagnostics_.size() >= kDiagnosticsMax) return false;
  const std::string decoded = DecodeText(line_);
  DiagnosticSink sink(decoded, file_name_);
  sink.Add(1, column, message, hint);
  diagnostics_.push_back(sink.Sorted()[0]);
  diagnostics_.back().line = static_cast<int>(records_);
  return false;
}

void RecordConverter::Convert(absl::string_view line, std::string* csv) {
  ++records_;
  line_ = absl::StripSuffix(line, "\r");
  if (records_ == 1) absl::ConsumePrefix(&line_, "\xEF\xBB\xBF");
  if (absl::StripAsciiWhitespace(line_).empty()) return;
  std::vector<std::string> fields;
  std::vector<int> places;
  if (!Cut(line_, &fields, &places)) return;
  std::vector<std::string> out;
  bool good = true;
  for (const Column& column : columns_) {
    std::string field = fields[column.variable];
    const int place = places[column.variable];
    good &= column.number ? ConvertNumber(column.variable, place, &field)
                          : ConvertCode(column.variable, place, &field);
    out.push_back(CsvField(field));
  }
  if (good) absl::StrAppend(csv, absl::StrJoin(out, ","), "\n");
}

// The fields of a record, decoded; only the blanks behind them are gone.
bool RecordConverter::Cut(absl::string_view line, std::vector<std::string>* fields,
                          std::vector<int>* columns) {
  if (!metadata_.fixed()) {
    const std::string decoded = DecodeText(line);
    DiagnosticSink sink(decoded, file_name_);
    std::vector<Word> words;
    if (!SplitFields(decoded, metadata_.separator, 1, &sink, &words)) {
      return Error(sink.Sorted()[0].column, sink.Sorted()[0].message, sink.Sorted()[0].hint);
    }
    if (words.size() != metadata_.variables.size()) {
      return Error(1, absl::StrCat("the record has ", words.size(), " fields, not ",
                                   metadata_.variables.size()));
    }
    for (Word& word : words) {
      fields->push_back(std::move(word.text));
      columns->push_back(word.column);
    }
    return true;
  }
  for (const ArgusVariable& variable : metadata_.variables) {
    const size_t begin = std::min<size_t>(variable.start - 1, line.size());
    const absl::string_view field = line.substr(begin, variable.width);
    if (HasNumbers(variable) && !field.empty() &&
        field.size() < static_cast<size_t>(variable.width)) {
      return Error(variable.start, absl::StrCat("the record ends within ", variable.name),
                   absl::StrCat("it needs ", variable.start + variable.width - 1, " columns"));
    }
    fields->emplace_back(absl::StripTrailingAsciiWhitespace(DecodeText(field)));
    columns->push_back(variable.start);
  }
  return true;
}

bool RecordConverter::ConvertCode(size_t index, int column, std::string* field) {
  const ArgusVariable& variable = metadata_.variables[index];
  int fault_column = 1;
  const std::string fault = LineFault(*field, &fault_column);
  if (!fault.empty()) return Error(column + fault_column - 1, fault + " is not allowed");
  if (!variable.levels.empty() && absl::StartsWith(*field, " ")) {
    return Error(column, absl::StrCat("a code of ", variable.name, " begins with a blank"),
                 "its levels are counted in digits from the left");
  }
  absl::StripAsciiWhitespace(field);
  SeenVariable& seen = seen_[index];
  seen.empty |= field->empty();
  if (variable.width > 0 && field->size() > static_cast<size_t>(variable.width) &&
      !metadata_.fixed()) {
    return Error(column, absl::StrCat("the code is longer than ", variable.width, ", the width of ",
                                      variable.name));
  }
  if (field->empty() || IsMissing(variable, *field)) return true;
  if (!variable.levels.empty() && !EndsAtLevel(*field, variable.levels)) {
    return Error(column, absl::StrCat("a code of ", variable.name, " ends between two levels"));
  }
  if (variable.role == ArgusRole::kHolding || seen.codes.contains(*field)) return true;
  if (seen.codes.size() >= kCodesMax) {
    return Error(column, absl::StrCat(variable.name, " has more than ", kCodesMax, " codes"));
  }
  seen.codes.emplace(*field, records_);
  return true;
}

bool RecordConverter::ConvertNumber(size_t index, int column, std::string* field) {
  const ArgusVariable& variable = metadata_.variables[index];
  absl::StripAsciiWhitespace(field);
  if (field->empty() || IsMissing(variable, *field)) {
    seen_[index].empty = true;
    field->clear();
    return true;
  }
  ArgusNumber number;
  absl::int128 scaled = 0;
  const bool comma = metadata_.separator != ',';
  if (!ParseArgusNumber(*field, comma, &number) || absl::StrContains(*field, 'e') ||
      absl::StrContains(*field, 'E')) {
    return Error(column, absl::StrCat("the value of ", variable.name, " is no number"),
                 variable.missing.empty() ? "name its missing value behind the width" : "");
  }
  if (!ScaleArgusNumber(number, variable.decimals, &scaled)) {
    return Error(column,
                 absl::StrCat("the value of ", variable.name, " has ", number.decimals,
                              " decimals, not ", variable.decimals),
                 absl::StrCat("write <DECIMALS> ", number.decimals));
  }
  seen_[index].negative |= scaled < 0;
  *field = FormatArgusNumber({scaled, variable.decimals});
  return true;
}

}  // namespace kluis
