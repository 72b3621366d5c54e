#include "disclosure/base/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

using nlohmann::json;

// The layout of Python's repr: positional for exponents -4 to 15, always with a point or an e.
std::string ShortestDouble(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string scientific(buffer, end);
  const size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  if (exponent < -4 || exponent >= 16) return scientific;

  const bool negative = scientific[0] == '-';
  std::string digits = scientific.substr(negative, 1);
  if (e > size_t{1} + negative) digits += scientific.substr(negative + 2, e - negative - 2);
  if (exponent < 0) {
    digits.insert(0, -exponent, '0');
    digits.insert(1, ".");
  } else {
    const size_t whole = exponent + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    digits.insert(whole, whole == digits.size() ? ".0" : ".");
  }
  return (negative ? "-" : "") + digits;
}

// Whether JSON writes these bytes as they are.
bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

constexpr int64_t kFifteenDigits = 999'999'999'999'999;

// REQUIRES: decimals > 0 and 10^-4 <= |scaled| / 10^decimals, or scaled = 0; |scaled| has at most
// 15 digits. No two numbers of 15 digits are one double, so the digits without idle zeros are the
// shortest text.
void AppendShortestOfFifteenDigits(absl::int128 scaled, int decimals, std::string* out) {
  AppendFixed(scaled, decimals, out);
  const size_t point = out->size() - static_cast<size_t>(decimals) - 1;
  const size_t last = out->find_last_not_of('0');
  out->resize(std::max(last, point + 1) + 1);
}

bool HasFifteenDigits(absl::int128 scaled, int decimals) {
  if (decimals <= 0 || scaled > kFifteenDigits || scaled < -kFifteenDigits) return false;
  if (scaled == 0 || decimals <= 4) return true;
  const absl::int128 size = scaled < 0 ? -scaled : scaled;
  return decimals <= 18 && size >= PowerOfTen(decimals - 4);
}

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void Append(const json& value, std::string* out) {
  if (value.is_number_float()) {
    out->append(ShortestDouble(value.get<double>()));
  } else if (value.is_object()) {
    char separator = '{';
    for (const auto& [key, member] : value.items()) {
      out->push_back(separator);
      AppendCanonicalString(key, out);
      out->push_back(':');
      Append(member, out);
      separator = ',';
    }
    out->append(value.empty() ? "{}" : "}");
  } else if (value.is_array()) {
    char separator = '[';
    for (const json& element : value) {
      out->push_back(separator);
      Append(element, out);
      separator = ',';
    }
    out->append(value.empty() ? "[]" : "]");
  } else {
    out->append(Dump(value));
  }
}

}  // namespace

std::string CanonicalJson(const json& value) {
  std::string out;
  Append(value, &out);
  return out;
}

std::string CanonicalString(absl::string_view text) {
  std::string out;
  AppendCanonicalString(text, &out);
  return out;
}

void AppendCanonicalString(absl::string_view text, std::string* out) {
  if (!IsPlain(text)) {
    out->append(Dump(json(std::string(text))));
    return;
  }
  out->push_back('"');
  out->append(text.data(), text.size()).push_back('"');
}

std::string CanonicalNumber(absl::int128 scaled, int decimals) {
  std::string out;
  AppendCanonicalNumber(scaled, decimals, &out);
  return out;
}

void AppendCanonicalNumber(absl::int128 scaled, int decimals, std::string* out) {
  if (HasFifteenDigits(scaled, decimals))
    return AppendShortestOfFifteenDigits(scaled, decimals, out);
  const bool fits = scaled >= std::numeric_limits<int64_t>::min() &&
                    scaled <= std::numeric_limits<int64_t>::max();
  if (decimals == 0 && fits) return AppendFixed(scaled, 0, out);
  out->append(ShortestDouble(std::strtod(FormatFixed(scaled, decimals).c_str(), nullptr)));
}

}  // namespace kluis
