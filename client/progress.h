// How far a query is: one line that is rewritten on a terminal, else a line every ten seconds.
#ifndef KLUIS_CLIENT_PROGRESS_H_
#define KLUIS_CLIENT_PROGRESS_H_

#include <chrono>
#include <functional>

#include "client/console.h"

namespace kluis {

// Not thread safe. Writes no escape sequences.
class ProgressLine {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  explicit ProgressLine(const Console& console, Clock clock = std::chrono::steady_clock::now);
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;  // one line, one owner
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `done` from 0 to 1.
  void Show(const std::string& stage, double done);
  // Blanks the line, so that what comes next starts on an empty one.
  void Clear();

 private:
  const Console& console_;
  Clock clock_;
  std::chrono::steady_clock::time_point last_;
  int width_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_CLIENT_PROGRESS_H_
