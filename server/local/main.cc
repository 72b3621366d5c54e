// kluis-sdc: the tool of methodologists. Wiring only.
#include <malloc.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "server/local/cli.h"

namespace {

bool ReaderGone() {
  pollfd out = {STDOUT_FILENO, 0, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

}  // namespace

int main(int count, char** arguments) {
  // Linear programs ask for large blocks again and again; giving them back each time costs most of
  // the time.
  for (const int limit : {M_TRIM_THRESHOLD, M_MMAP_THRESHOLD}) ::mallopt(limit, 1 << 30);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write
  const char* terminal = std::getenv("TERM");
  const bool dumb =
      terminal == nullptr || std::string(terminal) == "dumb" || std::getenv("NO_COLOR") != nullptr;
  return kluis::RunLocal({arguments + 1, arguments + count},
                         {std::cout, std::cerr, isatty(STDERR_FILENO) == 1 && !dumb, ReaderGone});
}
