#include "disclosure/policy/diagnostic.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/policy/diagnostic_sink.h"
#include "disclosure/policy/utf8.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {
namespace {

constexpr size_t kExcerptBytesMax = 200;

// What a terminal might obey, or cannot show, becomes '?', one for each.
std::string Printable(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const int bytes = std::max(1, DecodeUtf8(text, i).bytes);
    const absl::string_view character = text.substr(i, bytes);
    int column = 0;
    absl::StrAppend(&out, LineFault(character, &column).empty() ? character : "?");
    i += bytes;
  }
  return out;
}

std::string Excerpt(absl::string_view line) {
  return line.size() <= kExcerptBytesMax ? Printable(line) : "";
}

}  // namespace

std::string FormatDiagnostic(const Diagnostic& d) {
  std::string out = d.file;
  if (d.line > 0) absl::StrAppend(&out, ":", d.line, ":", d.column);
  absl::StrAppend(&out, ": ", d.message, "\n");
  if (d.line > 0 && !d.excerpt.empty()) {
    absl::StrAppend(&out, absl::StrFormat("%4d | ", d.line), d.excerpt, "\n");
    absl::StrAppend(&out, "     | ", std::string(std::max(0, d.column - 1), ' '), "^\n");
  }
  if (!d.hint.empty()) absl::StrAppend(&out, "hint: ", d.hint, "\n");
  return out;
}

std::string FormatDiagnostic(const Diagnostic& diagnostic, absl::string_view text) {
  Diagnostic d = diagnostic;
  if (d.excerpt.empty()) d.excerpt = Excerpt(DiagnosticSink(text, d.file).Line(d.line));
  return FormatDiagnostic(d);
}

std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += FormatDiagnostic(d);
  return out;
}

DiagnosticSink::DiagnosticSink(absl::string_view text, absl::string_view file)
    : file_(file), lines_(absl::StrSplit(text, '\n')) {
  for (absl::string_view& line : lines_) line = absl::StripSuffix(line, "\r");
}

void DiagnosticSink::Add(int line, int column, const std::string& message,
                         const std::string& hint) {
  if (full()) return;
  diagnostics_.push_back(
      {file_, line, column, Printable(message), Printable(hint), Excerpt(Line(line))});
}

void DiagnosticSink::Append(const std::vector<Diagnostic>& others) {
  diagnostics_.insert(diagnostics_.end(), others.begin(), others.end());
}

absl::string_view DiagnosticSink::Line(int line) const {
  return line >= 1 && line <= lines() ? lines_[line - 1] : absl::string_view();
}

std::vector<Diagnostic> DiagnosticSink::Sorted() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [this](const Diagnostic& a, const Diagnostic& b) {
    const bool a_other = a.file != file_, b_other = b.file != file_;
    if (a_other != b_other) return b_other;
    if (a_other) return false;
    return a.line != b.line ? a.line < b.line : a.column < b.column;
  });
  return sorted;
}

}  // namespace kluis
