// Policy mistakes as a compiler shows them.
#ifndef KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_H_
#define KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

struct Diagnostic {
  std::string file;
  int line = 0;    // from 1; 0: the file as a whole
  int column = 0;  // from 1, counted in code points
  std::string message;
  std::string hint;     // may be empty
  std::string excerpt;  // the line as it stands in `file`; empty: none, or too long to show
  bool operator==(const Diagnostic&) const = default;
};

// "file:14:25: message", the line, a caret, and "hint: ..."; ends in a line break.
std::string FormatDiagnostic(const Diagnostic& diagnostic);

// The same, with the line taken from `text` where the diagnostic has no excerpt.
std::string FormatDiagnostic(const Diagnostic& diagnostic, absl::string_view text);

// All of them, one after the other.
std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics);

// A parsed value, or all that is wrong with the text. The value is only there without diagnostics.
template <typename T>
struct Parsed {
  T value;
  std::vector<Diagnostic> diagnostics;
  bool ok() const { return diagnostics.empty(); }
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_H_
