#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/utf8.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr size_t kBytesMax = size_t{1} << 20;

bool IsDirectionControl(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

// What is wrong with a character; empty: nothing.
std::string CharacterFault(char32_t c) {
  if (c == '\t') return "a tab";
  if (c == 0xFEFF) return "a byte order mark";
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return "a control character";
  if (c == 0x2028 || c == 0x2029) return "a Unicode line separator";
  if (IsDirectionControl(c)) return "a character that changes the direction of the text";
  return "";
}

bool CheckDirective(const DiagnosticSink& lines, DiagnosticSink* sink) {
  for (int i = 1; i <= lines.lines(); ++i) {
    const absl::string_view line = absl::StripLeadingAsciiWhitespace(lines.Line(i));
    if (line.empty() || line[0] == '#') continue;
    if (lines.Line(i)[0] != '%') return true;
    sink->Add(i, 1, "YAML directives are not allowed", "remove the line");
    return false;
  }
  return true;
}

bool IsDigitOrUnderscore(char c) { return absl::ascii_isdigit(c) || c == '_'; }

bool IsBasedNumber(absl::string_view digits) {
  return digits.size() > 2 && digits[0] == '0' &&
         absl::StrContains("xXoObB", absl::string_view(&digits[1], 1)) &&
         std::all_of(digits.begin() + 2, digits.end(),
                     [](char c) { return absl::ascii_isxdigit(c) || c == '_'; });
}

}  // namespace

bool CheckYamlText(absl::string_view text, DiagnosticSink* sink) {
  if (text.size() > kBytesMax) {
    sink->Add(0, 0, "the file is larger than 1 MiB", "split it");
    return false;
  }
  for (int number = 1; number <= sink->lines(); ++number) {
    int column = 0;
    const std::string fault = LineFault(sink->Line(number), &column);
    if (fault.empty()) continue;
    sink->Add(number, column, absl::StrCat(fault, " is not allowed"),
              fault == "a tab" ? "indent with spaces" : "");
    return false;
  }
  return CheckDirective(*sink, sink);
}

Ambiguity AmbiguousPlainScalar(absl::string_view text) {
  static constexpr std::array<absl::string_view, 6> kBooleans = {"yes", "no", "on",
                                                                 "off", "y",  "n"};
  static constexpr char kNumberHint[] = "write a plain decimal number, or put the text in quotes";
  const std::string lower = absl::AsciiStrToLower(text);
  if (std::find(kBooleans.begin(), kBooleans.end(), lower) != kBooleans.end()) {
    return {"is a boolean to some readers of YAML",
            "write true or false, or put the text in quotes"};
  }
  absl::string_view digits = lower;
  if (!absl::ConsumePrefix(&digits, "-")) absl::ConsumePrefix(&digits, "+");
  if (digits == ".inf" || digits == ".nan") return {"is not a finite number", kNumberHint};
  if (IsBasedNumber(digits)) return {"is a number in another base", kNumberHint};
  const absl::string_view whole = digits.substr(0, digits.find('.'));
  if (whole.empty() || !absl::ascii_isdigit(whole[0])) return {};
  if (!std::all_of(digits.begin(), digits.end(),
                   [](char c) { return IsDigitOrUnderscore(c) || c == '.'; })) {
    return {};
  }
  if (absl::StrContains(digits, "_")) {
    return {"is a number with underscores to some readers of YAML", kNumberHint};
  }
  if (whole.size() == 1 || whole[0] != '0') return {};
  return {"is an octal number to some readers of YAML", kNumberHint};
}

std::string LineFault(absl::string_view line, int* column) {
  *column = 1;
  for (size_t i = 0; i < line.size(); ++*column) {
    const DecodedCharacter character = DecodeUtf8(line, i);
    if (character.bytes == 0) return "text that is not UTF-8";
    i += character.bytes;
    const std::string fault = CharacterFault(character.value);
    if (!fault.empty()) return fault;
  }
  return "";
}

int CodePointColumn(absl::string_view line, int offset) {
  const absl::string_view before = line.substr(0, std::min<size_t>(offset, line.size()));
  const auto continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return 1 + offset - static_cast<int>(std::count_if(before.begin(), before.end(), continuation));
}

}  // namespace kluis
