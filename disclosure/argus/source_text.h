// A text file of tau-ARGUS as lines and words, with the limits that make a hostile one cheap.
// Internal to this folder.
#ifndef KLUIS_DISCLOSURE_ARGUS_SOURCE_TEXT_H_
#define KLUIS_DISCLOSURE_ARGUS_SOURCE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic_sink.h"

namespace kluis {

struct TextLimits {
  size_t bytes = size_t{1} << 20;
  size_t line_bytes = 10'000;
};

// UTF-8 stays as it is, without its byte order mark; anything else is Windows-1252, in which most
// of these files are written.
std::string DecodeText(absl::string_view bytes);

class SourceText {
 public:
  // `bytes` must outlive the object. A text over the limit is reported, and has no lines.
  SourceText(absl::string_view bytes, absl::string_view file, const TextLimits& limits);
  SourceText(const SourceText&) = delete;  // the sink points into the object
  SourceText& operator=(const SourceText&) = delete;

  int lines() const { return usable_ ? sink_->lines() : 0; }
  // Without its line break, tabs as blanks. None, after one report, when it is too long or has a
  // character that no such file has.
  std::optional<absl::string_view> Line(int number);
  DiagnosticSink* sink() { return &*sink_; }

 private:
  absl::string_view text_;
  std::string decoded_;
  TextLimits limits_;
  bool usable_ = false;
  std::optional<DiagnosticSink> sink_;
};

struct Word {
  std::string text;
  int column = 1;  // in code points
  bool quoted = false;
};

// Blanks separate words, "..." is one word, and what follows // at the begin of a word is a
// comment. False, with a report, when a quote is not closed.
bool SplitWords(absl::string_view line, int number, DiagnosticSink* sink, std::vector<Word>* out);

// The fields of a line between separators, without blanks and quotes around them; blanks within
// the quotes go too, as in " 1". False, with a report, when a quote is not closed.
bool SplitFields(absl::string_view line, char separator, int number, DiagnosticSink* sink,
                 std::vector<Word>* out);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_SOURCE_TEXT_H_
