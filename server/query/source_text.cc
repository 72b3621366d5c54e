#include "server/query/source_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Length of the UTF-8 sequence that starts `text`, 0 when it is invalid (overlong, a surrogate,
// beyond U+10FFFF, cut short). RFC 3629, section 4.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const unsigned char second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return length;
}

// The bytes at the start of `text` are a control character or one of the marks that turn the
// direction of writing (Unicode TR 9: U+202A to U+202E, U+2066 to U+2069) or end a line unseen.
bool StartsUnplain(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x20) return !absl::ascii_isspace(byte(0));
  if (byte(0) == 0x7F) return true;
  if (byte(0) == 0xC2) return byte(1) < 0xA0;
  if (byte(0) != 0xE2) return false;
  const bool general = byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
  return general || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80);
}

}  // namespace

bool IsReadableQueryText(absl::string_view text) {
  for (size_t i = 0; i < text.size(); i += SequenceLength(text.substr(i))) {
    if (StartsUnplain(text.substr(i))) return false;
  }
  return true;
}

std::optional<Refusal> SourceText::Check() const {
  if (text_.size() > kQueryBytesMax) {
    return UsageAt(
        "QUERY_TOO_LONG",
        absl::StrCat("a query may be ", kQueryBytesMax, " bytes, this one is ", text_.size()), {1, 1},
        "use levels or ranges instead of long lists of codes");
  }
  for (size_t i = 0; i < text_.size();) {
    const size_t length = SequenceLength(text_.substr(i));
    if (length == 0 || text_[i] == '\0') {
      return UsageAt("INVALID_TEXT",
                     length == 0 ? "the text is not UTF-8" : "the text has a NUL byte",
                     At(static_cast<int>(i)), "save the query as UTF-8 text");
    }
    if (StartsUnplain(text_.substr(i))) {
      return UsageAt("INVALID_TEXT", "the text has a control character that is not shown",
                     At(static_cast<int>(i)), "leave it out");
    }
    i += length;
  }
  return std::nullopt;
}

SourcePosition SourceText::At(int byte_offset) const {
  SourcePosition position{first_line_, 1};
  const size_t end = std::min(text_.size(), static_cast<size_t>(std::max(byte_offset, 0)));
  for (size_t i = 0; i < end; ++i) {
    if (text_[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if (!IsContinuation(text_[i])) {
      ++position.column;
    }
  }
  return position;
}

SourcePosition SourceText::AtCodePoint(int code_point) const {
  size_t offset = 0;
  for (int seen = 0; offset < text_.size(); ++offset) {
    if (!IsContinuation(text_[offset]) && ++seen > code_point) break;
  }
  return At(static_cast<int>(offset));
}

bool SourceText::WholeNumberAt(int byte_offset, int64_t* value) const {
  size_t i = static_cast<size_t>(std::max(byte_offset, 0));
  if (i >= text_.size()) return false;
  std::string digits;
  if (text_[i] == '-') {
    digits = "-";
    i = static_cast<size_t>(SkipBlanks(static_cast<int>(i) + 1));
  }
  const size_t start = i;
  while (i < text_.size() && absl::ascii_isdigit(static_cast<unsigned char>(text_[i]))) ++i;
  if (i == start || (i < text_.size() && text_[i] == '.')) return false;
  absl::StrAppend(&digits, text_.substr(start, i - start));
  return absl::SimpleAtoi(digits, value);
}

int SourceText::SkipBlanks(int byte_offset) const {
  size_t i = static_cast<size_t>(std::max(byte_offset, 0));
  while (i < text_.size()) {
    if (absl::ascii_isspace(static_cast<unsigned char>(text_[i]))) {
      ++i;
    } else if (text_.substr(i, 2) == "--") {
      while (i < text_.size() && text_[i] != '\n') ++i;
    } else if (text_.substr(i, 2) == "/*") {
      const size_t end = text_.find("*/", i + 2);
      i = end == absl::string_view::npos ? text_.size() : end + 2;
    } else {
      break;
    }
  }
  return static_cast<int>(i);
}

int SourceText::FindKeyword(absl::string_view upper_case_word, int otherwise) const {
  int depth = 0;
  for (size_t i = 0; i < text_.size();) {
    const size_t next = static_cast<size_t>(SkipBlanks(static_cast<int>(i)));
    if (next != i) {
      i = next;
      continue;
    }
    const char c = text_[i];
    size_t end = i + 1;
    if (c == '\'' || c == '"') {
      end = std::min(text_.find(c, i + 1), text_.size() - 1) + 1;
    } else if (IsWordByte(c)) {
      while (end < text_.size() && IsWordByte(text_[end])) ++end;
      if (depth == 0 && absl::AsciiStrToUpper(text_.substr(i, end - i)) == upper_case_word)
        return static_cast<int>(i);
    }
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    i = end;
  }
  return otherwise;
}

}  // namespace kluis
