// Where a command reads and writes, so that a test can hold both ends.
#ifndef KLUIS_CLIENT_CONSOLE_H_
#define KLUIS_CLIENT_CONSOLE_H_

#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct Console {
  std::istream& in;
  std::ostream& out;  // data
  std::ostream& err;  // everything else
  bool in_terminal = false;
  bool err_terminal = false;  // and TERM is not dumb: progress may rewrite its line
  std::function<std::optional<std::string>(const std::string& name)> environment;
  int err_width = 80;                           // columns of the terminal behind `err`
  std::function<bool()> reader_gone = nullptr;  // whether the pipe behind `out` has no reader left
};

// "nl" or "en": `chosen` where it says one, else that of LC_ALL, LC_MESSAGES or LANG.
std::string LanguageOf(const Console& console, const std::string& chosen);

// Exit codes of every program (docs/cli.md).
enum ExitCode {
  kExitDone = 0,
  kExitFault = 1,
  kExitUsage = 2,
  kExitPolicy = 3,
  kExitHeld = 4,
  kExitIdentity = 5,
  kExitUnreachable = 6,
};

// DATA_LOSS, which only our own verification gives, is kExitUsage: "what does not verify".
ExitCode ExitCodeOf(const absl::Status& status);

// INVALID_ARGUMENT when something of the data was not written. A reader that left a pipe, as head
// does, has what it wanted: OK.
absl::Status FlushData(const Console& console);

// Prints `error: message`, control characters replaced, and gives the exit code.
ExitCode Fail(const Console& console, const absl::Status& status);

}  // namespace kluis

#endif  // KLUIS_CLIENT_CONSOLE_H_
