// The command line against a server with a desk, logged in.
#ifndef KLUIS_TESTS_CLIENT_DESK_WORKSHOP_H_
#define KLUIS_TESTS_CLIENT_DESK_WORKSHOP_H_

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/client/cli_workshop.h"
#include "tests/client/fake_desk.h"

namespace kluis {

// The words of a command line; a text in double quotes is one.
inline std::vector<std::string> Words(absl::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  for (const absl::string_view piece : absl::StrSplit(line, '"')) {
    if (quoted) words.emplace_back(piece);
    for (const absl::string_view word : absl::StrSplit(quoted ? "" : piece, ' ', absl::SkipEmpty()))
      words.emplace_back(word);
    quoted = !quoted;
  }
  return words;
}

// The first example of a help text: the line that begins with `command`, which begins with "kluis".
inline std::string ExampleIn(const std::string& help, const std::string& command) {
  const size_t at = help.find("  " + command);
  if (at == std::string::npos) return "";
  return help.substr(at + 2, help.find('\n', at) - at - 2);
}

// Before the server that it stands in, and after it.
struct HasDesk {
  FakeDesk desk_;
};

class DeskCliTest : protected HasDesk, public CliTest {
 protected:
  DeskCliTest() : CliTest(desk_.services()) { EXPECT_EQ(Login().exit, 0); }

  // `kluis ` may stand before it.
  Result Ask(const std::string& line) {
    std::vector<std::string> words = Words(line);
    if (!words.empty() && words.front() == "kluis") words.erase(words.begin());
    return Run(words);
  }
  // The last that the desk was asked; empty: nothing.
  std::string Asked() const { return desk_.asked.empty() ? "" : desk_.asked.back(); }
};

// What a call may end with, and what the command makes of it.
struct CallEnd {
  grpc::StatusCode code;
  int exit;
};
inline constexpr CallEnd kCallEnds[] = {
    {grpc::StatusCode::INVALID_ARGUMENT, 2},  {grpc::StatusCode::FAILED_PRECONDITION, 3},
    {grpc::StatusCode::NOT_FOUND, 3},         {grpc::StatusCode::PERMISSION_DENIED, 5},
    {grpc::StatusCode::UNAUTHENTICATED, 5},   {grpc::StatusCode::UNAVAILABLE, 6},
    {grpc::StatusCode::DEADLINE_EXCEEDED, 6}, {grpc::StatusCode::INTERNAL, 1},
};

}  // namespace kluis

#endif  // KLUIS_TESTS_CLIENT_DESK_WORKSHOP_H_
