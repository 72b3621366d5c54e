#include "disclosure/argus/table_file.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/argus/number.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/argus/table_sums.h"
#include "disclosure/base/check.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr TextLimits kLimits = {.bytes = size_t{1} << 30, .line_bytes = 100'000};
constexpr size_t kAxesMax = 10;
constexpr int64_t kCellsMax = 5'000'000;
constexpr int64_t kNumbersMax = 100'000'000;  // cells x columns
constexpr size_t kCodesMax = 1'000'000;
constexpr size_t kNearestOf = 5000;

struct Row {
  int line = 0;
  std::vector<Word> fields;
};

// The codes of one axis, as the file writes them.
struct AxisCodes {
  int variable = -1;
  absl::flat_hash_set<std::string> seen;
  absl::flat_hash_map<std::string, int> index;  // -> category
};

void AddCategory(const std::string& written, const std::string& code, int parent, int level,
                 AxisCodes* codes, Axis* axis) {
  const int index = static_cast<int>(axis->categories.size());
  if (codes->index.emplace(written, index).second) {
    axis->categories.push_back({.code = code, .parent = parent, .level = level});
  }
}

// Total, tree, and the missing codes that are seen.
Axis MakeAxis(const ArgusVariable& variable, const CodeList& tree, AxisCodes* codes) {
  Axis axis;
  axis.name = variable.name;
  AddCategory(variable.total_code, kTotalCode, -1, 0, codes, &axis);
  for (const Code& code : tree.codes) {
    AddCategory(code.code, code.code, code.parent + 1, code.level, codes, &axis);
  }
  for (size_t i = 0; i < variable.missing.size(); ++i) {
    const std::string& code = variable.missing[i];
    if (!codes->seen.contains(code)) continue;
    AddCategory(code, i == 0 ? kMissingCode : code, 0, 1, codes, &axis);
  }
  return axis;
}

class TableReader {
 public:
  TableReader(const ArgusMetadata& metadata, const std::vector<ArgusCodes>& codes,
              const ArgusTableReading& reading, SourceText* text)
      : metadata_(metadata), codes_(codes), reading_(reading), text_(text), sink_(text->sink()) {
    for (size_t i = 0; i < metadata.variables.size(); ++i) {
      if (metadata.variables[i].categorical()) axes_.push_back({static_cast<int>(i), {}, {}});
    }
  }

  ArgusTable Read() {
    if (axes_.size() > kAxesMax) {
      sink_->Add(0, 0, absl::StrCat("a table has at most ", kAxesMax, " dimensions"));
      return {};
    }
    // Twice over the lines: for the codes, and for the cells; the fields of all lines together
    // would take many times their text.
    ForEachRow([this](const Row& row) { SeeCodes(row); });
    if (axes_.empty() || axes_[0].seen.empty()) {
      if (sink_->empty()) sink_->Add(0, 0, "the table has no cells");
    }
    if (!sink_->empty()) return {};
    for (AxisCodes& axis : axes_) BuildAxis(&axis);
    if (!sink_->empty() || !MakeCells()) return {};
    ForEachRow([this](const Row& row) { FillCell(row); });
    if (sink_->empty()) CheckTableSums(table_, reading_.must_add_up, sink_);
    return std::move(table_);
  }

 private:
  const ArgusVariable& VariableOf(const AxisCodes& axis) const {
    return metadata_.variables[axis.variable];
  }

  void Error(int line, int column, const std::string& message, const std::string& hint = "") {
    sink_->Add(line, column, message, hint);
  }

  template <typename Visit>
  void ForEachRow(const Visit& visit) {
    for (int number = 1; number <= text_->lines() && !sink_->full(); ++number) {
      const auto line = text_->Line(number);
      if (!line || absl::StripAsciiWhitespace(*line).empty()) continue;
      Row row{number, {}};
      if (!SplitFields(*line, metadata_.separator, number, sink_, &row.fields)) continue;
      if (row.fields.size() == metadata_.variables.size()) {
        visit(row);
        continue;
      }
      Error(number, 1,
            absl::StrCat("the line has ", row.fields.size(), " fields, not ",
                         metadata_.variables.size()),
            absl::StrCat("the .rda names ", metadata_.variables.size(), " variables, with '",
                         std::string(1, metadata_.separator), "' between them"));
    }
  }

  void SeeCodes(const Row& row) {
    for (AxisCodes& axis : axes_) {
      axis.seen.insert(row.fields[axis.variable].text);
      if (axis.seen.size() <= kCodesMax) continue;
      Error(row.line, 1,
            absl::StrCat(VariableOf(axis).name, " has more than ", kCodesMax, " codes"));
    }
  }

  void BuildAxis(AxisCodes* axis) {
    const ArgusVariable& variable = VariableOf(*axis);
    std::vector<std::string> plain;
    for (const std::string& code : axis->seen) {
      const bool missing = std::find(variable.missing.begin(), variable.missing.end(), code) !=
                           variable.missing.end();
      if (!code.empty() && code != variable.total_code && !missing) plain.push_back(code);
    }
    const CodeList tree = !variable.hierarchy.empty() ? codes_[axis->variable].tree
                          : variable.levels.empty()   ? FlatList(plain)
                                                      : TreeOfDigits(plain, variable.levels);
    table_.axes.push_back(MakeAxis(variable, tree, axis));
    axis->index.emplace("", 0);
  }

  // Every combination, empty.
  bool MakeCells() {
    int64_t cells = 1;
    for (const Axis& axis : table_.axes) {
      cells *= static_cast<int64_t>(axis.categories.size());
      if (cells > kCellsMax) {
        Error(0, 0, absl::StrCat("the table has more than ", kCellsMax, " cells"));
        return false;
      }
    }
    if (cells * static_cast<int64_t>(metadata_.variables.size()) > kNumbersMax) {
      Error(0, 0, absl::StrCat("the table has more than ", kNumbersMax, " numbers"));
      return false;
    }
    table_.keys.reserve(cells);
    CellKey key(table_.axes.size(), 0);
    for (int64_t i = 0; i < cells; ++i) {
      table_.keys.push_back(key);
      for (size_t a = key.size(); a-- > 0;) {
        if (++key[a] < static_cast<int>(table_.axes[a].categories.size())) break;
        key[a] = 0;
      }
    }
    table_.statuses.assign(cells, ArgusStatus::kEmpty);
    table_.lines.assign(cells, 0);
    MakeColumns(cells);
    return true;
  }

  void MakeColumns(int64_t cells) {
    for (const ArgusVariable& variable : metadata_.variables) {
      ArgusColumn column{variable.name, variable.decimals, std::vector<absl::int128>(cells)};
      switch (variable.role) {
        case ArgusRole::kResponse:
          table_.responses.push_back(std::move(column));
          break;
        case ArgusRole::kMaxScore:
          table_.largest.push_back(std::move(column));
          break;
        case ArgusRole::kFrequency:
          table_.frequency = std::move(column);
          break;
        case ArgusRole::kShadow:
          table_.shadow = std::move(column);
          break;
        case ArgusRole::kCost:
          table_.cost = std::move(column);
          break;
        case ArgusRole::kLowerLevel:
          table_.lower_level = std::move(column);
          break;
        case ArgusRole::kUpperLevel:
          table_.upper_level = std::move(column);
          break;
        default:
          break;
      }
    }
    InheritDecimals();
  }

  // tau-ARGUS writes what belongs to the response with its decimals, and does not say so again.
  void InheritDecimals() {
    if (table_.responses.empty()) return;
    const int decimals = table_.responses[0].decimals;
    for (std::optional<ArgusColumn>* column :
         {&table_.shadow, &table_.cost, &table_.lower_level, &table_.upper_level}) {
      if (column->has_value()) (*column)->decimals = std::max((*column)->decimals, decimals);
    }
    for (ArgusColumn& column : table_.largest)
      column.decimals = std::max(column.decimals, decimals);
  }

  // -1, after a report, when a code is unknown or the cell has been read before.
  int CellOf(const Row& row) {
    int64_t cell = 0;
    for (size_t a = 0; a < axes_.size(); ++a) {
      const Word& word = row.fields[axes_[a].variable];
      const auto found = axes_[a].index.find(word.text);
      if (found == axes_[a].index.end()) {
        const ArgusVariable& variable = VariableOf(axes_[a]);
        Error(row.line, word.column,
              absl::StrCat("unknown code '", word.text.substr(0, 40), "' of ", variable.name),
              CodeHint(table_.axes[a], word.text, variable));
        return -1;
      }
      cell = cell * static_cast<int64_t>(table_.axes[a].categories.size()) + found->second;
    }
    if (table_.lines[cell] != 0) {
      Error(row.line, 1,
            absl::StrCat("this cell is given twice, first at line ", table_.lines[cell]));
      return -1;
    }
    table_.lines[cell] = row.line;
    return static_cast<int>(cell);
  }

  static std::string CodeHint(const Axis& axis, const std::string& code,
                              const ArgusVariable& variable) {
    std::vector<std::string> known = {variable.total_code};
    for (size_t i = 1; i < std::min(axis.categories.size(), kNearestOf); ++i) {
      known.push_back(axis.categories[i].code);
    }
    return NearestHint(code, known);
  }

  void FillCell(const Row& row) {
    const int cell = CellOf(row);
    if (cell < 0) return;
    table_.statuses[cell] = ArgusStatus::kNone;
    size_t response = 0, largest = 0;
    for (size_t i = 0; i < metadata_.variables.size(); ++i) {
      const ArgusVariable& variable = metadata_.variables[i];
      if (variable.role == ArgusRole::kStatus) {
        FillStatus(row, row.fields[i], cell);
      } else if (variable.role == ArgusRole::kResponse) {
        FillNumber(row, i, cell, &table_.responses[response++]);
      } else if (variable.role == ArgusRole::kMaxScore) {
        FillNumber(row, i, cell, &table_.largest[largest++]);
      } else if (ArgusColumn* column = ColumnOf(variable.role)) {
        FillNumber(row, i, cell, column);
      }
    }
    CheckCell(row, cell);
  }

  ArgusColumn* ColumnOf(ArgusRole role) {
    switch (role) {
      case ArgusRole::kFrequency:
        return &*table_.frequency;
      case ArgusRole::kShadow:
        return &*table_.shadow;
      case ArgusRole::kCost:
        return &*table_.cost;
      case ArgusRole::kLowerLevel:
        return &*table_.lower_level;
      case ArgusRole::kUpperLevel:
        return &*table_.upper_level;
      default:
        return nullptr;
    }
  }

  void FillNumber(const Row& row, size_t field, int cell, ArgusColumn* column) {
    const Word& word = row.fields[field];
    ArgusNumber number;
    if (word.text.empty()) return;
    if (!ParseArgusNumber(word.text, metadata_.separator != ',', &number)) {
      Error(row.line, word.column, absl::StrCat("the value of ", column->name, " is no number"));
    } else if (!ScaleArgusNumber(number, column->decimals, &column->cells[cell])) {
      Error(row.line, word.column,
            absl::StrCat("the value of ", column->name, " has ", number.decimals, " decimals, not ",
                         column->decimals),
            absl::StrCat("write <DECIMALS> ", number.decimals));
    }
  }

  void FillStatus(const Row& row, const Word& word, int cell) {
    const std::string& text = word.text;
    ArgusStatus& status = table_.statuses[cell];
    if (text == metadata_.safe) {
      status = ArgusStatus::kSafe;
    } else if (text == metadata_.unsafe) {
      status = ArgusStatus::kUnsafe;
    } else if (text == metadata_.protect) {
      status = ArgusStatus::kProtect;
    } else if (text == "E") {
      status = ArgusStatus::kEmpty;
    } else if (text == "M") {
      status = ArgusStatus::kSecondary;
    } else {
      Error(row.line, word.column, absl::StrCat("unknown status '", text.substr(0, 40), "'"),
            absl::StrCat("known are ", metadata_.safe, " (safe), ", metadata_.unsafe, " (unsafe), ",
                         metadata_.protect, " (must be published), M (secondary), E (empty)"));
    }
  }

  void CheckCell(const Row& row, int cell) {
    const auto negative = [&](const std::optional<ArgusColumn>& column) {
      if (!column.has_value() || column->cells[cell] >= 0) return;
      Error(row.line, 1, absl::StrCat("the value of ", column->name, " is negative"));
    };
    negative(table_.frequency);
    negative(table_.cost);
    negative(table_.lower_level);
    negative(table_.upper_level);
    for (size_t i = 1; i < table_.largest.size(); ++i) {
      if (table_.largest[i].cells[cell] <= table_.largest[i - 1].cells[cell]) continue;
      Error(row.line, 1,
            absl::StrCat(table_.largest[i].name, " is larger than ", table_.largest[i - 1].name),
            "the largest contribution comes first");
    }
  }

  const ArgusMetadata& metadata_;
  const std::vector<ArgusCodes>& codes_;
  const ArgusTableReading reading_;
  SourceText* text_;
  DiagnosticSink* sink_;
  std::vector<AxisCodes> axes_;
  ArgusTable table_;
};

}  // namespace

Parsed<ArgusTable> ReadArgusTable(const ArgusMetadata& metadata,
                                  const std::vector<ArgusCodes>& codes, absl::string_view text,
                                  absl::string_view file_name, const ArgusTableReading& reading) {
  KLUIS_CHECK(metadata.table && !metadata.fixed());
  KLUIS_CHECK(codes.size() == metadata.variables.size());
  SourceText source(text, file_name, kLimits);
  Parsed<ArgusTable> parsed;
  if (source.sink()->empty()) {
    parsed.value = TableReader(metadata, codes, reading, &source).Read();
  }
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

}  // namespace kluis
