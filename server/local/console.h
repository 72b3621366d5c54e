// Where a command writes, so that a test can hold both ends; and its exit codes.
#ifndef KLUIS_SERVER_LOCAL_CONSOLE_H_
#define KLUIS_SERVER_LOCAL_CONSOLE_H_

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct LocalConsole {
  std::ostream& out;          // data
  std::ostream& err;          // everything else
  bool err_terminal = false;  // and TERM is not dumb: progress may rewrite its line
  std::function<bool()> reader_gone = nullptr;  // whether the pipe behind `out` has no reader left
};

// Of every program (docs/sdc.md).
enum LocalExit {
  kLocalDone = 0,
  kLocalFault = 1,
  kLocalUsage = 2,
  kLocalPolicy = 3,
  kLocalTime = 6
};

// Prints `error: message` and gives the exit code.
LocalExit LocalFail(const LocalConsole& console, const absl::Status& status);

// How far long work is: one line that is rewritten, on a terminal only.
class LocalProgress {
 public:
  explicit LocalProgress(const LocalConsole& console) : console_(console) {}
  ~LocalProgress() { Clear(); }
  LocalProgress(const LocalProgress&) = delete;  // one line, one owner
  LocalProgress& operator=(const LocalProgress&) = delete;

  void Show(absl::string_view stage, double done);
  void Clear();

 private:
  const LocalConsole& console_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  size_t width_ = 0;
};

// Seconds of the stages of one command.
class StageClock {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// The whole text to a file, or to standard output when `path` is empty or "-". What is `secret`
// only its owner can read. INVALID_ARGUMENT: it cannot be written; then a file that was there is as
// it was. A reader that left a pipe, as head does, has what it wanted: OK.
absl::Status WriteOutput(const LocalConsole& console, const std::string& path,
                         absl::string_view text, bool secret = false);

// Why WriteOutput() could not write there, before hours of work are lost over it.
absl::Status CheckOutput(const std::string& path);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_CONSOLE_H_
