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

Refusal BadText(std::string code, std::string message, std::string hint, SourcePosition at) {
  return {.kind = RefusalKind::kUsage,
          .code = std::move(code),
          .message = std::move(message),
          .line = at.line,
          .column = at.column,
          .hint = std::move(hint)};
}

}  // namespace

std::optional<Refusal> SourceText::Check() const {
  if (text_.size() > kQueryBytesMax) {
    return BadText(
        "QUERY_TOO_LONG",
        absl::StrCat("a query may be ", kQueryBytesMax, " bytes, this one is ", text_.size()),
        "use levels or ranges instead of long lists of codes", {1, 1});
  }
  for (size_t i = 0; i < text_.size();) {
    const size_t length = SequenceLength(text_.substr(i));
    if (length == 0 || text_[i] == '\0') {
      return BadText("INVALID_TEXT",
                     length == 0 ? "the text is not UTF-8" : "the text has a NUL byte",
                     "save the query as UTF-8 text", At(static_cast<int>(i)));
    }
    i += length;
  }
  return std::nullopt;
}

SourcePosition SourceText::At(int byte_offset) const {
  SourcePosition position{1, 1};
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

}  // namespace kluis
