// The text of a query: its limits, and byte offsets as positions that an editor shows.
#ifndef KLUIS_SERVER_QUERY_SOURCE_TEXT_H_
#define KLUIS_SERVER_QUERY_SOURCE_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"
#include "server/query/parsed_query.h"

namespace kluis {

inline constexpr size_t kQueryBytesMax = 64 * 1024;

// No control characters apart from white space, none that turns the direction of writing: what
// people read in a log or an answer is what is there. REQUIRES: valid UTF-8.
bool IsReadableQueryText(absl::string_view text);

// Borrows the text, which must outlive it.
class SourceText {
 public:
  // `first_line`: what its first line is called in positions.
  explicit SourceText(absl::string_view text, int first_line = 1)
      : text_(text), first_line_(first_line) {}

  // Why the text may not even be parsed: too long, a NUL byte, invalid UTF-8, not plain.
  std::optional<Refusal> Check() const;

  // Offsets outside the text are its first or its last place. O(length).
  SourcePosition At(int byte_offset) const;
  SourcePosition AtCodePoint(int code_point) const;

  // The whole number that stands at an offset ("-12", "- 12"); false when it is none or does not
  // fit. The parser's tree loses the sign of a number, so the text decides.
  bool WholeNumberAt(int byte_offset, int64_t* value) const;

  // First byte at or after `byte_offset` that is neither white space nor part of a comment.
  int SkipBlanks(int byte_offset) const;

  // Where a keyword stands outside of brackets, quotes and comments; `otherwise` when it does not.
  int FindKeyword(absl::string_view upper_case_word, int otherwise) const;

  absl::string_view text() const { return text_; }

 private:
  absl::string_view text_;
  int first_line_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_SOURCE_TEXT_H_
