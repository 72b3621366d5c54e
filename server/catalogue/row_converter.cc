#include "server/catalogue/row_converter.h"

#include <algorithm>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

constexpr char kRowNumber[] = "#row";

// A unit of which only the parent is known would be in the parent's total and in none of its parts;
// so would one whose code is below the levels and counts as such a parent.
std::vector<bool> DividedCodes(const Variable& variable) {
  const std::vector<Code>& codes = variable.codes.codes;
  const int levels =
      variable.levels.empty() ? variable.codes.levels : static_cast<int>(variable.levels.size());
  std::vector<bool> divided(codes.size(), false);
  for (const Code& code : codes) {
    if (code.parent >= 0 && code.level <= levels) divided[code.parent] = true;
  }
  for (size_t i = 0; i < codes.size(); ++i) {
    size_t counted = i;
    while (codes[counted].level > levels && codes[counted].parent >= 0)
      counted = static_cast<size_t>(codes[counted].parent);
    if (counted != i) divided[i] = divided[counted];
  }
  return divided;
}

}  // namespace

std::string SourceColumn(const Variable& variable) {
  return variable.column.empty() ? variable.name : variable.column;
}

bool ParseDay(absl::string_view text, int* day) {
  const bool dashes = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (!dashes && text.size() != 8) return false;
  const std::string digits =
      dashes ? absl::StrCat(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2))
             : std::string(text);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  if (!absl::SimpleAtoi(digits, day)) return false;
  const absl::CivilDay civil(*day / 10000, *day / 100 % 100, *day % 100);
  return *day > 10000000 && civil.month() == *day / 100 % 100 && civil.day() == *day % 100;
}

bool ParseRounded(absl::string_view text, int decimals, int64_t* scaled) {
  if (ParseFixed(text, decimals, scaled)) return true;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  int exponent = decimals;
  const size_t e = text.find_first_of("eE");
  if (e != absl::string_view::npos) {
    int written = 0;
    if (!absl::SimpleAtoi(text.substr(e + 1), &written) || written < -400 || written > 400)
      return false;
    exponent += written;
    text = text.substr(0, e);
  }
  std::string digits;
  int point = -1;
  for (const char c : text) {
    if (c == '.' && point < 0 && !digits.empty()) {
      point = static_cast<int>(digits.size());
    } else if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else {
      return false;
    }
  }
  const int size = static_cast<int>(digits.size());
  if (size == 0 || point == size || size > 1000) return false;
  // The value is digits x 10^(point - size + exponent): `keep` digits stand before the rounding.
  const int keep = (point < 0 ? size : point) + exponent;
  absl::int128 whole = 0;
  for (int i = 0; i < keep; ++i) {
    whole = whole * 10 + (i < size ? digits[i] - '0' : 0);
    if (whole > kMax) return false;
  }
  const auto digit = [&](int i) { return i >= 0 && i < size ? digits[i] : '0'; };
  if (keep >= 0 && keep < size) {
    const bool above = digits.find_first_not_of('0', keep + 1) != std::string::npos;
    const bool up = digit(keep) > '5' || (digit(keep) == '5' && (above || whole % 2 != 0));
    if (up) whole += 1;
  }
  if (whole > kMax) return false;
  *scaled = static_cast<int64_t>(negative ? -whole : whole);
  return true;
}

RowConverter::RowConverter(const DatasetEntry& entry, const std::string& key)
    : entry_(entry), pseudonymizer_(key) {
  const std::string smallest = entry.contributor.empty() ? "" : entry.contributor.front();
  for (const Variable& variable : entry.variables) {
    if (!variable.of.empty()) continue;
    Plan plan;
    plan.variable = &variable;
    plan.is_weight = variable.name == entry.weight;
    plan.may_be_empty = variable.role == VariableRole::kIdentifier
                            ? variable.name != smallest || variable.missing_declared
                            : !plan.is_weight;
    plan.divided = DividedCodes(variable);
    plan.missing.insert(variable.missing.begin(), variable.missing.end());
    for (size_t i = 0; i < variable.codes.codes.size(); ++i) {
      plan.codes.emplace(variable.codes.codes[i].code, static_cast<int>(i));
    }
    plans_.push_back(std::move(plan));
    columns_.push_back({.name = variable.name, .role = variable.role});
  }
  const auto place = [&](const std::string& name) {
    return static_cast<size_t>(std::find_if(columns_.begin(), columns_.end(),
                                            [&](const StoredColumn& c) { return c.name == name; }) -
                               columns_.begin());
  };
  for (size_t i = 0; i < plans_.size(); ++i) {
    const Variable& variable = *plans_[i].variable;
    if (variable.role == VariableRole::kMeasure && !variable.grain.empty())
      grains_.emplace_back(i, place(variable.grain[0]));
  }
  if (entry.episodes.has_value()) KLUIS_CHECK(ParseDay(entry.reference_date, &reference_day_));
}

absl::Status RowConverter::BindHeader(const std::vector<absl::string_view>& header) {
  absl::flat_hash_map<absl::string_view, int> places;
  for (size_t i = 0; i < header.size(); ++i) {
    if (!places.emplace(header[i], static_cast<int>(i)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", header[i], "' stands twice in the header"));
    }
  }
  const std::vector<std::string> names(header.begin(), header.end());
  std::vector<std::string> missing;
  const auto find = [&](const std::string& column, int* field) {
    const auto place = places.find(column);
    if (place == places.end()) {
      missing.push_back(absl::StrCat("'", column, "' ", NearestHint(column, names)));
    } else {
      *field = place->second;
    }
  };
  for (Plan& plan : plans_) {
    const std::string column = SourceColumn(*plan.variable);
    if (column != kRowNumber) find(column, &plan.field);
  }
  if (entry_.episodes.has_value()) {
    find(entry_.episodes->from, &from_);
    find(entry_.episodes->until, &until_);
  }
  field_count_ = header.size();
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "columns of the entry that the header does not have: ", absl::StrJoin(missing, ", ")));
}

bool RowConverter::Convert(const std::vector<absl::string_view>& fields, int64_t number,
                           std::vector<RowProblem>* problems) {
  if (fields.size() != field_count_) {
    problems->push_back(
        {"", absl::StrCat(fields.size(), " fields where the header has ", field_count_)});
    return true;
  }
  if (from_ >= 0) {
    std::string column;
    bool of_the_day = false;
    const char* rule = ReadEpisode(fields, &column, &of_the_day);
    if (rule != nullptr) problems->push_back({column, rule});
    if (!of_the_day) return rule != nullptr;
  }
  for (size_t i = 0; i < plans_.size(); ++i) {
    const Plan& plan = plans_[i];
    if (plan.field < 0) {
      columns_[i].value = static_cast<int64_t>(
          pseudonymizer_.Of(absl::StrCat("row ", number, " of ", entry_.name)));
      continue;
    }
    absl::string_view text = fields[plan.field];
    if (text == entry_.source_empty) text = "";
    StoredColumn* out = &columns_[i];
    out->is_null = false;
    const char* rule = nullptr;
    switch (plan.variable->role) {
      case VariableRole::kIdentifier:
        rule = ConvertIdentifier(plan, text, out);
        break;
      case VariableRole::kDimension:
        rule = ConvertDimension(plan, text, out);
        break;
      case VariableRole::kMeasure:
        rule = ConvertMeasure(plan, text, out);
        break;
    }
    if (rule != nullptr) problems->push_back({SourceColumn(*plan.variable), rule});
  }
  CheckGrains(problems);
  return true;
}

const char* RowConverter::ReadEpisode(const std::vector<absl::string_view>& fields,
                                      std::string* column, bool* of_the_day) const {
  const Episodes& episodes = *entry_.episodes;
  const auto text = [&](int field) {
    const absl::string_view written = fields[static_cast<size_t>(field)];
    return written == entry_.source_empty ? absl::string_view() : written;
  };
  int from = 0, until = 0;
  *column = episodes.from;
  if (!ParseDay(text(from_), &from)) return "not a day (YYYY-MM-DD or YYYYMMDD)";
  *column = episodes.until;
  const bool open =
      std::find(episodes.open.begin(), episodes.open.end(), text(until_)) != episodes.open.end();
  if (!open && !ParseDay(text(until_), &until))
    return "not a day (YYYY-MM-DD or YYYYMMDD), nor one of episodes.open";
  if (!open && until < from) return "ends before it begins";
  *of_the_day = from <= reference_day_ && (open || reference_day_ <= until);
  return nullptr;
}

void RowConverter::CheckGrains(std::vector<RowProblem>* problems) const {
  for (const auto& [measure, grain] : grains_) {
    if (columns_[measure].is_null || !columns_[grain].is_null) continue;
    problems->push_back(
        {SourceColumn(*plans_[grain].variable), "is empty beside a value of its units"});
  }
}

const char* RowConverter::ConvertIdentifier(const Plan& plan, absl::string_view text,
                                            StoredColumn* out) {
  out->is_null = text.empty() || plan.missing.contains(text);
  if (out->is_null) return plan.may_be_empty ? nullptr : "identifier is empty";
  out->value = static_cast<int64_t>(pseudonymizer_.Of(text));
  return nullptr;
}

const char* RowConverter::ConvertDimension(const Plan& plan, absl::string_view text,
                                           StoredColumn* out) const {
  const Variable& variable = *plan.variable;
  out->value = -1;
  if (plan.missing.contains(text)) return nullptr;
  if (text.empty() && variable.missing_declared) return nullptr;
  if (variable.range.has_value()) {
    int number = 0;
    if (text.empty()) return "is empty, and the entry declares no missing value";
    if (!absl::SimpleAtoi(text, &number)) return "not a whole number";
    if (number < variable.range->first || number > variable.range->second)
      return "outside the range";
    out->value = number;
    return nullptr;
  }
  const auto code = plan.codes.find(text);
  if (code == plan.codes.end()) {
    return text.empty() ? "is empty, and the entry declares no missing value"
                        : "not in the code list";
  }
  if (plan.divided[code->second])
    return "above the deepest level: the code list divides it further";
  out->value = code->second;
  return nullptr;
}

const char* RowConverter::ConvertMeasure(const Plan& plan, absl::string_view text,
                                         StoredColumn* out) const {
  const Variable& variable = *plan.variable;
  out->is_null = text.empty() || plan.missing.contains(text);
  if (out->is_null) return plan.may_be_empty ? nullptr : "weight is empty";
  if (!ParseRounded(text, variable.decimals, &out->value)) return "not a number";
  if (out->value < 0 && (plan.is_weight || !variable.any_sign)) return "negative";
  return nullptr;
}

}  // namespace kluis
