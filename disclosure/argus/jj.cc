#include "disclosure/argus/jj.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/argus/number.h"
#include "disclosure/argus/source_text.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr TextLimits kLimits = {.bytes = size_t{2} << 30, .line_bytes = size_t{16} << 20};
constexpr int kCellsMax = 20'000'000;
constexpr int kRelationsMax = 100'000'000;
constexpr int kCoefficientMax = 1'000'000;
constexpr int64_t kIdMax = int64_t{1} << 53;  // solvers read it as an int; some as a double
constexpr char kCellForm[] = "write: id value cost status lb ub lpl upl spl";
constexpr char kRelationForm[] = "write: 0 3 : 0 (-1) 1 (1) 2 (1)";

// A cell before its numbers have common decimals.
struct RawCell {
  ArgusNumber value, cost, lower, upper, lpl, upl, spl;
  int line = 0;
};

// Takes the words of a line from the left, without copies.
class Cursor {
 public:
  explicit Cursor(absl::string_view line) : line_(line) {}

  // Empty at the end. Brackets and colons are words of their own.
  absl::string_view Next() {
    at_ = std::min(line_.find_first_not_of(' ', at_), line_.size());
    size_t end = std::min(line_.find_first_of(" ():", at_), line_.size());
    if (end == at_ && end < line_.size()) ++end;
    begin_ = at_;
    at_ = end;
    return line_.substr(begin_, end - begin_);
  }
  int column() const { return CodePointColumn(line_, static_cast<int>(begin_)); }

 private:
  absl::string_view line_;
  size_t at_ = 0, begin_ = 0;
};

class JjParser {
 public:
  JjParser(const JjReading& reading, SourceText* text)
      : reading_(reading), text_(text), sink_(text->sink()) {}

  JjTable Parse() {
    int cells = 0, relations = 0, kind = 0;
    if (!Count("the first line must be 0", 0, &kind)) return {};
    if (!Count("here stands the number of cells", kCellsMax, &cells)) return {};
    for (int i = 0; i < cells; ++i) {
      if (!NextLine(absl::StrCat("cell ", i + 1, " of ", cells)) || !ReadCell()) return {};
    }
    if (!SetDecimals()) return {};
    if (!Count("here stands the number of relations", kRelationsMax, &relations)) return {};
    for (int i = 0; i < relations && !sink_->full(); ++i) {
      if (!NextLine(absl::StrCat("relation ", i + 1, " of ", relations)) || !ReadRelation()) {
        return {};
      }
    }
    ExpectEnd();
    return std::move(table_);
  }

 private:
  bool Error(const Cursor& at, const std::string& message, const std::string& hint = "") {
    sink_->Add(number_, at.column(), message, hint);
    return false;
  }

  // The next line that is not blank, in line_.
  bool NextLine(const std::string& wanted) {
    while (number_ < text_->lines()) {
      const auto line = text_->Line(++number_);
      if (!line) return false;
      line_ = *line;
      if (!absl::StripAsciiWhitespace(line_).empty()) return true;
    }
    if (sink_->empty()) sink_->Add(0, 0, absl::StrCat("the file ends before ", wanted));
    return false;
  }

  bool Count(const std::string& what, int most, int* out) {
    if (!NextLine(what)) return false;
    Cursor cursor(line_);
    const absl::string_view word = cursor.Next();
    if (word.size() > 9 || !absl::SimpleAtoi(word, out) || *out < 0 || *out > most) {
      return Error(cursor, absl::StrCat(what, most > 0 ? absl::StrCat(", 0 to ", most) : "",
                                        ", not '", word.substr(0, 40), "'"));
    }
    return End(&cursor);
  }

  bool End(Cursor* cursor) {
    const absl::string_view word = cursor->Next();
    if (word.empty()) return true;
    return Error(*cursor, absl::StrCat("'", word.substr(0, 40), "' is more than the line has"));
  }

  bool Number(Cursor* cursor, const char* what, ArgusNumber* out) {
    const absl::string_view word = cursor->Next();
    if (word.empty()) return Error(*cursor, absl::StrCat("the ", what, " is missing"), kCellForm);
    if (ParseArgusNumber(word, false, out)) return true;
    return Error(*cursor,
                 absl::StrCat("the ", what, " must be a number of at most ", kArgusDigitsMax,
                              " digits, not '", word.substr(0, 40), "'"),
                 word.find(',') == absl::string_view::npos ? "" : "write a decimal point");
  }

  bool Level(Cursor* cursor, const char* what, ArgusNumber* out) {
    if (!Number(cursor, what, out)) return false;
    return out->scaled >= 0 || Error(*cursor, absl::StrCat("the ", what, " is negative"));
  }

  bool Id(Cursor* cursor, int64_t* id) {
    const absl::string_view word = cursor->Next();
    if (word.size() <= 16 && absl::SimpleAtoi(word, id) && *id >= 0 && *id <= kIdMax &&
        absl::ascii_isdigit(word[0])) {
      return true;
    }
    return Error(*cursor, absl::StrCat("a cell's number is a whole number from 0, not '",
                                       word.substr(0, 40), "'"));
  }

  bool ReadStatus(Cursor* cursor, JjStatus* status) {
    const absl::string_view word = cursor->Next();
    if (word.size() == 1 && absl::string_view("sumz").find(word[0]) != absl::string_view::npos) {
      *status = static_cast<JjStatus>(word[0]);
      return true;
    }
    return Error(*cursor, absl::StrCat("unknown status '", word.substr(0, 40), "'"),
                 "known are s (safe), u (unsafe), m (secondary), z (must be published)");
  }

  bool ReadCell() {
    Cursor cursor(line_);
    JjCell cell;
    RawCell raw;
    raw.line = number_;
    if (!Id(&cursor, &cell.id)) return false;
    if (!index_.emplace(cell.id, static_cast<int>(table_.cells.size())).second) {
      return Error(cursor, absl::StrCat("cell ", cell.id, " is given twice, first at line ",
                                        raw_[index_[cell.id]].line));
    }
    if (!Number(&cursor, "value", &raw.value) || !Level(&cursor, "cost", &raw.cost) ||
        !ReadStatus(&cursor, &cell.status) || !Number(&cursor, "lower bound", &raw.lower) ||
        !Number(&cursor, "upper bound", &raw.upper) ||
        !Level(&cursor, "lower protection level", &raw.lpl) ||
        !Level(&cursor, "upper protection level", &raw.upl) ||
        !Level(&cursor, "sliding protection level", &raw.spl)) {
      return false;
    }
    Widen(raw);
    table_.cells.push_back(cell);
    raw_.push_back(raw);
    return End(&cursor);
  }

  void Widen(const RawCell& raw) {
    const auto widen = [](const ArgusNumber& number, int* decimals) {
      *decimals = std::max(*decimals, number.decimals);
    };
    for (const auto* number : {&raw.value, &raw.lower, &raw.upper, &raw.spl}) {
      widen(*number, &table_.decimals);
    }
    widen(raw.cost, &table_.cost_decimals);
    widen(raw.lpl, &table_.level_decimals);
    widen(raw.upl, &table_.level_decimals);
  }

  // Gives all numbers of a kind the same decimals, and checks what needs that.
  bool SetDecimals() {
    for (size_t i = 0; i < raw_.size(); ++i) {
      const RawCell& raw = raw_[i];
      JjCell& cell = table_.cells[i];
      const auto scale = [](const ArgusNumber& number, int decimals, absl::int128* out) {
        return ScaleArgusNumber(number, decimals, out);
      };
      if (!scale(raw.value, table_.decimals, &cell.value) ||
          !scale(raw.lower, table_.decimals, &cell.lower) ||
          !scale(raw.upper, table_.decimals, &cell.upper) ||
          !scale(raw.spl, table_.decimals, &cell.spl) ||
          !scale(raw.cost, table_.cost_decimals, &cell.cost) ||
          !scale(raw.lpl, table_.level_decimals, &cell.lpl) ||
          !scale(raw.upl, table_.level_decimals, &cell.upl)) {
        sink_->Add(raw.line, 1, "a number is too large beside the decimals of the others");
        return false;
      }
      if (cell.lower > cell.value || cell.upper < cell.value) {
        sink_->Add(raw.line, 1,
                   absl::StrCat("the value of cell ", cell.id, " is outside its own bounds"));
        if (sink_->full()) return false;
      }
    }
    raw_.clear();
    raw_.shrink_to_fit();
    last_line_.assign(table_.cells.size(), 0);
    return true;
  }

  bool ReadRelation() {
    Cursor cursor(line_);
    JjRelation relation;
    ArgusNumber right;
    if (!Number(&cursor, "right side", &right)) return false;
    if (!ScaleArgusNumber(right, table_.decimals, &relation.right)) {
      return Error(cursor, "the right side has more decimals than the values");
    }
    int terms = 0;
    const absl::string_view count = cursor.Next();
    if (count.size() > 9 || !absl::SimpleAtoi(count, &terms) || terms < 1) {
      return Error(cursor,
                   absl::StrCat("the number of terms must be a whole number, not '",
                                count.substr(0, 40), "'"),
                   kRelationForm);
    }
    if (!Sign(&cursor, ":")) return false;
    for (int i = 0; i < terms; ++i) {
      if (!ReadTerm(&cursor, &relation)) return false;
    }
    if (!End(&cursor)) return false;
    if (reading_.must_add_up) CheckSum(relation);
    table_.relations.push_back(std::move(relation));
    return true;
  }

  bool Sign(Cursor* cursor, const char* sign) {
    const absl::string_view word = cursor->Next();
    if (word == sign) return true;
    return Error(*cursor,
                 word.empty()
                     ? absl::StrCat("the line ends where '", sign, "' must stand")
                     : absl::StrCat("here must stand '", sign, "', not '", word.substr(0, 40), "'"),
                 kRelationForm);
  }

  bool ReadTerm(Cursor* cursor, JjRelation* relation) {
    int64_t id = 0;
    if (!Id(cursor, &id)) return false;
    const auto found = index_.find(id);
    if (found == index_.end()) return Error(*cursor, absl::StrCat("there is no cell ", id));
    if (last_line_[found->second] == number_) {
      return Error(*cursor, absl::StrCat("cell ", id, " stands twice in this relation"));
    }
    last_line_[found->second] = number_;
    if (!Sign(cursor, "(")) return false;
    int coefficient = 0;
    const absl::string_view word = cursor->Next();
    if (word.size() > 8 || !absl::SimpleAtoi(word, &coefficient) || coefficient == 0 ||
        std::abs(coefficient) > kCoefficientMax) {
      return Error(*cursor, absl::StrCat("a coefficient must be a whole number other than 0, at "
                                         "most ",
                                         kCoefficientMax, ", not '", word.substr(0, 40), "'"));
    }
    relation->terms.emplace_back(found->second, coefficient);
    return Sign(cursor, ")");
  }

  void CheckSum(const JjRelation& relation) {
    absl::int128 sum = 0;
    for (const auto& [cell, coefficient] : relation.terms) {
      const absl::int128 next = table_.cells[cell].value * coefficient;
      if (!AddWithin(next, &sum)) return SumFault("is too large");
    }
    if (sum == relation.right) return;
    SumFault(absl::StrCat("is off by ", FormatFixed(sum - relation.right, table_.decimals)));
  }

  static bool AddWithin(absl::int128 next, absl::int128* sum) {
    const absl::int128 limit = PowerOfTen(37);
    *sum += next;
    return -limit < *sum && *sum < limit;
  }

  void SumFault(const std::string& how) {
    sink_->Add(number_, 1, absl::StrCat("the sum of this relation ", how),
               "parent and children must add up exactly");
  }

  void ExpectEnd() {
    while (sink_->empty() && number_ < text_->lines()) {
      const auto line = text_->Line(++number_);
      if (!line || absl::StripAsciiWhitespace(*line).empty()) continue;
      sink_->Add(number_, 1, "the file goes on after its last relation");
    }
  }

  const JjReading reading_;
  SourceText* text_;
  DiagnosticSink* sink_;
  int number_ = 0;
  absl::string_view line_;
  JjTable table_;
  std::vector<RawCell> raw_;
  absl::flat_hash_map<int64_t, int> index_;
  std::vector<int> last_line_;  // per cell, of the last relation that names it
};

}  // namespace

Parsed<JjTable> ParseJj(absl::string_view text, absl::string_view file_name,
                        const JjReading& reading) {
  SourceText source(text, file_name, kLimits);
  Parsed<JjTable> parsed;
  if (source.sink()->empty()) parsed.value = JjParser(reading, &source).Parse();
  parsed.diagnostics = source.sink()->Sorted();
  return parsed;
}

std::string WriteJj(const JjTable& table) {
  std::string out = absl::StrCat("0\n", table.cells.size(), "\n");
  for (const JjCell& cell : table.cells) {
    const auto value = [&](absl::int128 v) { return FormatFixed(v, table.decimals); };
    const auto level = [&](absl::int128 v) { return FormatFixed(v, table.level_decimals); };
    absl::StrAppend(&out, cell.id, " ", value(cell.value), " ");
    absl::StrAppend(&out, FormatFixed(cell.cost, table.cost_decimals), " ");
    out.push_back(static_cast<char>(cell.status));
    absl::StrAppend(&out, " ", value(cell.lower), " ", value(cell.upper), " ");
    absl::StrAppend(&out, level(cell.lpl), " ", level(cell.upl), " ", value(cell.spl), "\n");
  }
  absl::StrAppend(&out, table.relations.size(), "\n");
  for (const JjRelation& relation : table.relations) {
    absl::StrAppend(&out, FormatFixed(relation.right, relation.right == 0 ? 0 : table.decimals),
                    " ", relation.terms.size(), " :");
    for (const auto& [cell, coefficient] : relation.terms) {
      absl::StrAppend(&out, " ", table.cells[cell].id, " (", coefficient, ")");
    }
    out.push_back('\n');
  }
  return out;
}

std::vector<JjRelation> JjRelationsOf(const std::vector<Relation>& relations) {
  std::vector<JjRelation> out;
  out.reserve(relations.size());
  for (const Relation& relation : relations) {
    JjRelation jj;
    jj.terms.emplace_back(relation.parent, -1);
    for (const int child : relation.children) jj.terms.emplace_back(child, 1);
    out.push_back(std::move(jj));
  }
  return out;
}

void SetDefaultBounds(JjTable* table) {
  absl::int128 least = 0, most = 0;
  for (const JjCell& cell : table->cells) {
    least = std::min(least, cell.value);
    most = std::max(most, cell.value);
  }
  const int finer = std::max(0, table->level_decimals - table->decimals);
  const int coarser = std::max(0, table->decimals - table->level_decimals);
  const auto rounded = [&](absl::int128 level) {
    const absl::int128 unit = PowerOfTen(finer);
    return (level * PowerOfTen(coarser) + unit - 1) / unit;
  };
  for (JjCell& cell : table->cells) {
    cell.lower = std::min((least * 3 - 1) / 2, cell.value - rounded(cell.lpl));
    cell.upper = std::max((most * 3 + 1) / 2, cell.value + rounded(cell.upl));
  }
}

}  // namespace kluis
