// One text for one JSON value: keys sorted by code point, no white space, UTF-8, numbers as the
// shortest text that reads back equal, laid out as Python's json module lays them out. Whoever
// parses a canonical text and writes it again gets the same bytes (docs/answer.md).
#ifndef KLUIS_DISCLOSURE_BASE_CANONICAL_JSON_H_
#define KLUIS_DISCLOSURE_BASE_CANONICAL_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace kluis {

// Bytes that are not UTF-8 become U+FFFD. REQUIRES: no number is infinite or not a number.
std::string CanonicalJson(const nlohmann::json& value);

// The quoted, escaped text of a string.
std::string CanonicalString(absl::string_view text);
void AppendCanonicalString(absl::string_view text, std::string* out);

// The nearest double of scaled / 10^decimals: (1201325, 2) -> "12013.25", (1200, 2) -> "12.0".
// Without decimals an integer, when it fits 64 bits: (12, 0) -> "12".
std::string CanonicalNumber(absl::int128 scaled, int decimals);
void AppendCanonicalNumber(absl::int128 scaled, int decimals, std::string* out);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_CANONICAL_JSON_H_
