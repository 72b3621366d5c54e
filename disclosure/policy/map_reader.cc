#include "disclosure/policy/map_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr size_t kNameBytesMax = 63;

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "empty";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
      break;
  }
  constexpr size_t kShownBytesMax = 60;
  if (node.text.size() > kShownBytesMax) return "a long text";
  // Else what somebody wrote would read as what it is.
  const bool is_kind = node.text == "empty" || node.text == "a list" || node.text == "a map";
  return node.plain && !is_kind ? node.text : absl::StrCat("'", node.text, "'");
}

// What a Dutch keyboard and a word processor leave behind; empty: neither. A comma is a key's where
// it stands between braces: {share: 0,85} has the keys share and 85.
std::string TypingHint(const YamlNode& node, bool is_key) {
  if (absl::StrContains(node.text, "\u00A0") || absl::StrContains(node.text, "\u202F"))
    return "there is a no-break space in it: type a plain space";
  absl::string_view text = absl::StripSuffix(node.text, "%");
  text = absl::StripAsciiWhitespace(text);
  const size_t comma = text.find(',');
  const auto digits = [](absl::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
  };
  const bool decimal = is_key ? digits(text)
                              : comma != absl::string_view::npos && digits(text.substr(0, comma)) &&
                                    digits(text.substr(comma + 1));
  return decimal ? "a decimal has a point, not a comma: 0.85" : "";
}

void WrongType(const YamlNode& node, const std::string& path, absl::string_view wanted,
               DiagnosticSink* sink, const std::string& hint = "") {
  const std::string typing = TypingHint(node, /*is_key=*/false);
  AddError(node, absl::StrCat(path, " must be ", wanted, ", not ", Describe(node)),
           typing.empty() ? hint : typing, sink);
}

bool IsPlainInteger(const YamlNode& node) {
  absl::string_view digits = node.text;
  absl::ConsumePrefix(&digits, "-");
  return node.kind == YamlNode::Kind::kScalar && node.plain && !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) && node.text != "-0";
}

void Record(DiagnosticSink* sink, const std::string& path, KeyFact::Type type, int64_t least = 0,
            int64_t most = 0, const std::vector<std::string>& choices = {}) {
  if (sink->recorder() != nullptr) sink->recorder()->Add({path, type, least, most, choices});
}

int DaysOfMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

bool IsDate(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!absl::ascii_isdigit(text[i])) return false;
  }
  int year = 0, month = 0, day = 0;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year)) return false;
  if (!absl::SimpleAtoi(text.substr(5, 2), &month)) return false;
  if (!absl::SimpleAtoi(text.substr(8, 2), &day)) return false;
  return year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= DaysOfMonth(year, month);
}

void AddError(const YamlNode& at, const std::string& message, const std::string& hint,
              DiagnosticSink* sink) {
  if (!at.faulty) sink->Add(at.line, at.column, message, hint);
}

bool ReadText(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              std::string* out) {
  if (node.kind != YamlNode::Kind::kScalar) {
    WrongType(node, path, "text", sink,
              node.kind == YamlNode::Kind::kNull ? "write \"\" for an empty text" : "");
    return false;
  }
  const std::string lower = absl::AsciiStrToLower(node.text);
  if (node.plain && (lower == "true" || lower == "false")) {
    WrongType(node, path, "text", sink, absl::StrCat("put it in quotes: \"", node.text, "\""));
    return false;
  }
  *out = node.text;
  return true;
}

bool ReadInteger(const YamlNode& node, const std::string& path, int64_t least, int64_t most,
                 DiagnosticSink* sink, int64_t* out) {
  Record(sink, path, KeyFact::Type::kInteger, least, most);
  int64_t value = 0;
  if (!IsPlainInteger(node)) {
    WrongType(node, path, "a whole number", sink,
              node.kind == YamlNode::Kind::kScalar && !node.plain ? "remove the quotes" : "");
    return false;
  }
  const bool fits = absl::SimpleAtoi(node.text, &value);
  if (fits && value >= least && value <= most) {
    *out = value;
    return true;
  }
  const bool low = fits ? value < least : node.text[0] == '-';
  WrongType(node, path, low ? absl::StrCat("at least ", least) : absl::StrCat("at most ", most),
            sink);
  return false;
}

bool ReadTextList(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
                  std::vector<std::string>* out) {
  Record(sink, path, KeyFact::Type::kTextList);
  if (node.kind != YamlNode::Kind::kSequence) {
    WrongType(node, path, "a list", sink,
              node.kind == YamlNode::Kind::kScalar
                  ? absl::StrCat("write [",
                                 node.plain ? node.text : absl::StrCat("\"", node.text, "\""), "]")
                  : "");
    return false;
  }
  std::vector<std::string> list;
  std::set<std::string> seen;
  bool ok = true;
  for (size_t i = 0; i < node.items.size(); ++i) {
    std::string text;
    if (!ReadText(node.items[i], absl::StrCat(path, "[", i, "]"), sink, &text)) {
      ok = false;
    } else if (!seen.insert(text).second) {
      AddError(node.items[i], absl::StrCat("'", text, "' is in ", path, " twice"), "remove one",
               sink);
      ok = false;
    }
    list.push_back(std::move(text));
  }
  if (ok) *out = std::move(list);
  return ok;
}

bool ReadDate(const YamlNode& node, const std::string& path, DiagnosticSink* sink,
              std::string* out) {
  if (node.kind != YamlNode::Kind::kScalar || !IsDate(node.text)) {
    WrongType(node, path, "a date", sink, "write it as YYYY-MM-DD, a day that exists");
    return false;
  }
  *out = node.text;
  return true;
}

bool IsName(absl::string_view text, absl::string_view more) {
  if (text.empty() || text.size() > kNameBytesMax) return false;
  if (absl::ascii_isdigit(text[0]) && more.empty()) return false;
  if (absl::StrContains(more, text.substr(0, 1))) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(c) || c == '_' || absl::StrContains(more, absl::string_view(&c, 1));
  });
}

MapReader::MapReader(const YamlNode& node, std::string path, DiagnosticSink* sink)
    : node_(node), path_(std::move(path)), sink_(sink), is_map_(node.kind == YamlNode::Kind::kMap) {
  Record(sink_, path_, KeyFact::Type::kMap);
  if (!is_map_) WrongType(node, path_.empty() ? "the file" : path_, "a map of keys", sink_);
}

std::string MapReader::Path(const std::string& key) const {
  return path_.empty() ? key : absl::StrCat(path_, ".", key);
}

const YamlNode* MapReader::Find(const std::string& key) {
  Record(sink_, Path(key), KeyFact::Type::kAsked);
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  return is_map_ ? node_.Find(key) : nullptr;
}

const YamlNode* MapReader::Require(const std::string& key) {
  Record(sink_, Path(key), KeyFact::Type::kRequired);
  const YamlNode* value = Find(key);
  if (value == nullptr && is_map_) {
    AddError(node_, absl::StrCat(Path(key), " is missing"), absl::StrCat("add ", key, ": ..."),
             sink_);
  }
  return value;
}

void MapReader::Error(const std::string& key, const std::string& message, const std::string& hint) {
  const YamlNode* value = is_map_ ? node_.Find(key) : nullptr;
  AddError(value == nullptr ? node_ : *value, message, hint, sink_);
}

bool MapReader::AnyText(const std::string& key, std::string* out) {
  Record(sink_, Path(key), KeyFact::Type::kText);
  const YamlNode* value = Find(key);
  return value != nullptr && ReadText(*value, Path(key), sink_, out);
}

bool MapReader::Text(const std::string& key, std::string* out) {
  Record(sink_, Path(key), KeyFact::Type::kFullText);
  std::string text;
  if (!AnyText(key, &text)) return false;
  if (text.empty()) {
    Error(key, absl::StrCat(Path(key), " must not be empty"));
    return false;
  }
  *out = std::move(text);
  return true;
}

bool MapReader::Name(const std::string& key, absl::string_view more, std::string* out) {
  Record(sink_, Path(key), KeyFact::Type::kName, 0, 0, {std::string(more)});
  std::string text;
  if (!AnyText(key, &text)) return false;
  if (!IsName(text, more)) {
    Error(key, absl::StrCat(Path(key), " must be a name, not '", text, "'"),
          absl::StrCat("at most 63 letters, digits, '_'",
                       more.empty() ? ", not a digit first" : " and '-'"));
    return false;
  }
  *out = std::move(text);
  return true;
}

bool MapReader::Integer(const std::string& key, int64_t least, int64_t most, int64_t* out) {
  Record(sink_, Path(key), KeyFact::Type::kInteger, least, most);
  const YamlNode* value = Find(key);
  return value != nullptr && ReadInteger(*value, Path(key), least, most, sink_, out);
}

bool MapReader::Integer(const std::string& key, int64_t least, int64_t most, int* out) {
  int64_t wide = 0;
  if (!Integer(key, least, most, &wide)) return false;
  *out = static_cast<int>(wide);
  return true;
}

bool MapReader::Boolean(const std::string& key, bool* out) {
  Record(sink_, Path(key), KeyFact::Type::kBoolean);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  if (!value->plain || (value->text != "true" && value->text != "false")) {
    WrongType(*value, Path(key), "true or false", sink_);
    return false;
  }
  *out = value->text == "true";
  return true;
}

bool MapReader::Choice(const std::string& key, const std::vector<std::string>& choices,
                       std::string* out) {
  Record(sink_, Path(key), KeyFact::Type::kChoice, 0, 0, choices);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  const bool scalar = value->kind == YamlNode::Kind::kScalar;
  if (!scalar || std::find(choices.begin(), choices.end(), value->text) == choices.end()) {
    WrongType(*value, Path(key), absl::StrJoin(choices, " or "), sink_,
              scalar ? NearestHint(value->text, choices) : "");
    return false;
  }
  *out = value->text;
  return true;
}

bool MapReader::TextList(const std::string& key, std::vector<std::string>* out) {
  Record(sink_, Path(key), KeyFact::Type::kTextList);
  const YamlNode* value = Find(key);
  return value != nullptr && ReadTextList(*value, Path(key), sink_, out);
}

bool MapReader::Date(const std::string& key, std::string* out) {
  Record(sink_, Path(key), KeyFact::Type::kDate);
  const YamlNode* value = Find(key);
  return value != nullptr && ReadDate(*value, Path(key), sink_, out);
}

bool MapReader::Fraction(const std::string& key, int64_t* ppm) {
  Record(sink_, Path(key), KeyFact::Type::kFraction);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  int64_t parsed = 0;
  const bool number = value->plain && ParseFixed(value->text, 6, &parsed);
  if (number && parsed > 0 && parsed < kMillion) {
    *ppm = parsed;
    return true;
  }
  WrongType(*value, Path(key), "a fraction between 0 and 1 with at most 6 decimals", sink_,
            number && parsed > kMillion && parsed < 100 * kMillion
                ? absl::StrCat(value->text, " per cent is written ", FormatFixed(parsed / 100, 6))
                : "");
  return false;
}

bool MapReader::Percent(const std::string& key, int64_t* ppm) {
  Record(sink_, Path(key), KeyFact::Type::kPercent);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  int64_t parsed = 0;
  const bool number = value->plain && ParseFixed(value->text, 4, &parsed);
  if (number && parsed > 0 && parsed <= kMillion) {
    *ppm = parsed;
    return true;
  }
  WrongType(*value, Path(key), "a percentage above 0 and at most 100 with at most 4 decimals",
            sink_);
  return false;
}

bool MapReader::Duration(const std::string& key, int64_t* milliseconds) {
  Record(sink_, Path(key), KeyFact::Type::kDuration);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  absl::string_view digits = value->text;
  const int64_t unit = absl::ConsumeSuffix(&digits, "ms")  ? 1
                       : absl::ConsumeSuffix(&digits, "s") ? 1000
                       : absl::ConsumeSuffix(&digits, "m") ? 60'000
                                                           : 0;
  constexpr int64_t kHourMilliseconds = 3'600'000;
  int64_t count = 0;
  const bool number = unit != 0 && !digits.empty() && digits.size() <= 9 &&
                      std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
                      absl::SimpleAtoi(digits, &count);
  if (number && count > 0 && count * unit <= kHourMilliseconds) {
    *milliseconds = count * unit;
    return true;
  }
  WrongType(*value, Path(key), "a duration of at most an hour", sink_,
            "write for example 500ms, 10s or 2m");
  return false;
}

bool MapReader::Title(const std::string& key, std::string* nl, std::string* en) {
  Record(sink_, Path(key), KeyFact::Type::kTitle);
  const YamlNode* value = Find(key);
  if (value == nullptr) return false;
  if (value->kind != YamlNode::Kind::kMap) {
    if (!ReadText(*value, Path(key), sink_, nl)) return false;
    *en = *nl;
    return true;
  }
  MapReader languages(*value, Path(key), sink_);
  const bool has_nl = languages.Text("nl", nl);
  const bool has_en = languages.Text("en", en);
  if (!has_nl && !has_en && value->keys.empty()) {
    Error(key, absl::StrCat(Path(key), " has no text"), "write {nl: ..., en: ...}");
  }
  languages.Finish();
  if (!has_en) *en = *nl;
  if (!has_nl) *nl = *en;
  return has_nl || has_en;
}

void MapReader::Finish() {
  if (!is_map_) return;
  for (const YamlNode& key : node_.keys) {
    if (sink_->full()) return;
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    const std::string typing = TypingHint(key, /*is_key=*/true);
    AddError(key, absl::StrCat("unknown key '", Path(key.text), "'"),
             typing.empty() ? NearestOrListHint(key.text, known_) : typing, sink_);
  }
}

}  // namespace kluis
