// Collects what is wrong with one text. Internal to this folder and
// disclosure/argus.
#ifndef KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_SINK_H_
#define KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_SINK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/policy/key_recorder.h"

namespace kluis {

class DiagnosticSink {
 public:
  // `text` must outlive the sink.
  DiagnosticSink(absl::string_view text, absl::string_view file);

  // Line and column from 1; line 0: the file as a whole. What a terminal might obey is replaced.
  void Add(int line, int column, const std::string& message, const std::string& hint = "");
  // Enough for one reading; Add() keeps no more.
  bool full() const { return diagnostics_.size() >= 100; }
  // Of another file, as they are.
  void Append(const std::vector<Diagnostic>& others);

  bool empty() const { return diagnostics_.empty(); }
  const std::string& file() const { return file_; }
  absl::string_view Line(int line) const;  // without its line break; empty when there is none
  int lines() const { return static_cast<int>(lines_.size()); }
  std::vector<Diagnostic> Sorted() const;  // in file order

  // What readers ask for is written down there, too; `recorder` must outlive the reading.
  void Record(KeyRecorder* recorder) { recorder_ = recorder; }
  KeyRecorder* recorder() const { return recorder_; }  // null: nobody asks

 private:
  std::string file_;
  std::vector<absl::string_view> lines_;
  std::vector<Diagnostic> diagnostics_;
  KeyRecorder* recorder_ = nullptr;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_DIAGNOSTIC_SINK_H_
