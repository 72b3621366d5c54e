// Internal to this folder and disclosure/argus: strict UTF-8.
#ifndef KLUIS_DISCLOSURE_POLICY_UTF8_H_
#define KLUIS_DISCLOSURE_POLICY_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace kluis {

struct DecodedCharacter {
  char32_t value = 0;
  int bytes = 0;  // 0: no character starts here
};

// The character at `offset`; overlong forms, surrogates and values over U+10FFFF are none.
// Source: RFC 3629. REQUIRES: offset < text.size().
inline DecodedCharacter DecodeUtf8(absl::string_view text, size_t offset) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - offset < static_cast<size_t>(length)) return {};
  char32_t value = first & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_UTF8_H_
