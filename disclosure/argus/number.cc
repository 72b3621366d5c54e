#include "disclosure/argus/number.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr int kExponentMax = 40;

bool WithinLimits(absl::int128 scaled) {
  const absl::int128 limit = PowerOfTen(kArgusDigitsMax);
  return -limit < scaled && scaled < limit;
}

// Cuts "e+05" off. False when there is an exponent that is none.
bool TakeExponent(absl::string_view* text, int* exponent) {
  const size_t at = text->find_first_of("eE");
  if (at == absl::string_view::npos) return true;
  absl::string_view digits = text->substr(at + 1);
  *text = text->substr(0, at);
  const bool negative = absl::ConsumePrefix(&digits, "-");
  if (!negative) absl::ConsumePrefix(&digits, "+");
  if (digits.empty() || digits.size() > 3 || !absl::ascii_isdigit(digits[0])) return false;
  if (!absl::SimpleAtoi(digits, exponent) || *exponent > kExponentMax) return false;
  if (negative) *exponent = -*exponent;
  return true;
}

// Digits with at most one decimal mark among them.
bool TakeDigits(absl::string_view text, bool comma, ArgusNumber* number) {
  bool digit_seen = false, mark_seen = false;
  for (const char c : text) {
    if (!mark_seen && (c == '.' || (comma && c == ','))) {
      mark_seen = true;
      continue;
    }
    if (!absl::ascii_isdigit(c)) return false;
    digit_seen = true;
    number->scaled = number->scaled * 10 + (c - '0');
    number->decimals += mark_seen ? 1 : 0;
    if (!WithinLimits(number->scaled) || number->decimals > kExponentMax) return false;
  }
  return digit_seen;
}

}  // namespace

bool ParseArgusNumber(absl::string_view text, bool comma, ArgusNumber* number) {
  ArgusNumber read;
  int exponent = 0;
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  if (!TakeExponent(&text, &exponent) || !TakeDigits(text, comma, &read)) return false;
  read.decimals -= exponent;
  for (; read.decimals < 0; ++read.decimals) {
    read.scaled *= 10;
    if (!WithinLimits(read.scaled)) return false;
  }
  if (read.decimals > kArgusDecimalsMax) return false;
  if (negative) read.scaled = -read.scaled;
  *number = read;
  return true;
}

bool ScaleArgusNumber(const ArgusNumber& number, int decimals, absl::int128* scaled) {
  absl::int128 value = number.scaled;
  for (int i = number.decimals; i < decimals; ++i) {
    value *= 10;
    if (!WithinLimits(value)) return false;
  }
  for (int i = number.decimals; i > decimals; --i) {
    if (value % 10 != 0) return false;
    value /= 10;
  }
  *scaled = value;
  return true;
}

std::string FormatArgusNumber(const ArgusNumber& number) {
  return FormatFixed(number.scaled, number.decimals);
}

}  // namespace kluis
