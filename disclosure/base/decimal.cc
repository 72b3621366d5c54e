#include "disclosure/base/decimal.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/container/fixed_array.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr int kPowers = 39;  // that 128 bits hold

std::array<absl::int128, kPowers> Powers() {
  std::array<absl::int128, kPowers> powers;
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

// Writes the digits so that they stand before `end`; gives their begin.
template <typename Unsigned>
char* DigitsBefore(char* end, Unsigned magnitude, int decimals) {
  char* begin = end;
  const auto put = [&] {
    *--begin = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  };
  for (int i = 0; i < decimals; ++i) put();
  if (decimals > 0) *--begin = '.';
  do put();
  while (magnitude != 0);
  return begin;
}

}  // namespace

absl::int128 PowerOfTen(int exponent) {
  static const std::array<absl::int128, kPowers> powers = Powers();
  KLUIS_CHECK(exponent >= 0 && exponent < kPowers);
  return powers[exponent];
}

absl::int128 DivideHalfEven(absl::int128 numerator, absl::int128 denominator) {
  KLUIS_CHECK(denominator > 0);
  absl::int128 quotient = numerator / denominator;
  absl::int128 remainder = numerator % denominator;
  if (remainder < 0) {
    remainder += denominator;
    quotient -= 1;
  }
  const absl::int128 rest = denominator - remainder;
  if (remainder > rest || (remainder == rest && quotient % 2 != 0)) quotient += 1;
  return quotient;
}

absl::int128 Rescale(absl::int128 scaled, int from, int to) {
  if (to >= from) return scaled * PowerOfTen(to - from);
  return DivideHalfEven(scaled, PowerOfTen(from - to));
}

std::string FormatFixed(absl::int128 scaled, int decimals) {
  std::string text;
  AppendFixed(scaled, decimals, &text);
  return text;
}

void AppendFixed(absl::int128 scaled, int decimals, std::string* out) {
  const bool negative = scaled < 0;
  const absl::uint128 magnitude = negative ? absl::uint128(0) - static_cast<absl::uint128>(scaled)
                                           : static_cast<absl::uint128>(scaled);
  absl::FixedArray<char, 64> text(std::max(kPowers, decimals + 1) + 2);
  char* const end = text.data() + text.size();
  // 64 bits divide many times faster.
  char* begin = magnitude > std::numeric_limits<uint64_t>::max()
                    ? DigitsBefore(end, magnitude, decimals)
                    : DigitsBefore(end, static_cast<uint64_t>(magnitude), decimals);
  if (negative) *--begin = '-';
  out->append(begin, end);
}

bool ParseFixed(absl::string_view text, int decimals, int64_t* scaled) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  absl::int128 value = 0;
  int seen_decimals = -1;
  bool digit_seen = false;
  for (const char c : text) {
    if (c == '.' && seen_decimals < 0 && digit_seen) {
      seen_decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return false;
    digit_seen = true;
    if (seen_decimals >= 0 && ++seen_decimals > decimals) return false;
    value = value * 10 + (c - '0');
    if (value > std::numeric_limits<int64_t>::max()) return false;
  }
  if (!digit_seen || seen_decimals == 0) return false;
  value *= PowerOfTen(decimals - std::max(seen_decimals, 0));
  if (value > std::numeric_limits<int64_t>::max()) return false;
  *scaled = static_cast<int64_t>(negative ? -value : value);
  return true;
}

double ToDouble(absl::int128 value) { return static_cast<double>(value); }

}  // namespace kluis
