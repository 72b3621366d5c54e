#include "disclosure/base/decimal.h"

#include <algorithm>
#include <limits>

#include "disclosure/base/check.h"

namespace kluis {

absl::int128 PowerOfTen(int exponent) {
  KLUIS_CHECK(exponent >= 0 && exponent <= 38);
  absl::int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
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
  const bool negative = scaled < 0;
  absl::uint128 magnitude = negative ? absl::uint128(0) - static_cast<absl::uint128>(scaled)
                                     : static_cast<absl::uint128>(scaled);
  std::string digits;
  while (magnitude > std::numeric_limits<uint64_t>::max()) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  }
  auto small = static_cast<uint64_t>(magnitude);  // which divides many times faster
  do {
    digits.push_back(static_cast<char>('0' + small % 10));
    small /= 10;
  } while (small != 0);
  while (static_cast<int>(digits.size()) <= decimals) digits.push_back('0');
  if (decimals > 0) digits.insert(decimals, 1, '.');
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
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
