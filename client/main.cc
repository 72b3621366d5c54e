// kluis: the client of researchers, reviewers and privacy officers.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "client/cli.h"

namespace {

// Columns of the terminal behind standard error; 80 where it is none.
int Width() {
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

bool ReaderGone() {
  pollfd out = {STDOUT_FILENO, 0, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const bool dumb =
      environment("TERM").value_or("dumb") == "dumb" || environment("NO_COLOR").has_value();
  const kluis::Console console = {std::cin,
                                  std::cout,
                                  std::cerr,
                                  isatty(STDIN_FILENO) == 1,
                                  isatty(STDERR_FILENO) == 1 && !dumb,
                                  environment,
                                  Width(),
                                  ReaderGone};
  return kluis::RunCli({arguments + 1, arguments + count}, console);
}
