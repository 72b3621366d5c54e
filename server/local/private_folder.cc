#include "server/local/private_folder.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr int kDescriptorsMax = 1024;

void Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

// Waits until nobody holds the other end of `alive`; the signals of a terminal go to the whole group
// of processes, and must not stop it before it has cleaned up.
[[noreturn]] void Guard(int alive, const std::string& path) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP})
    std::signal(signal, SIG_IGN);
  for (int descriptor = 0; descriptor < kDescriptorsMax; ++descriptor) {
    if (descriptor != alive) close(descriptor);
  }
  char byte;
  while (read(alive, &byte, 1) < 0 && errno == EINTR) {
  }
  Remove(path);
  _exit(0);
}

}  // namespace

absl::StatusOr<PrivateFolder> PrivateFolder::Make() {
  const char* place = std::getenv("TMPDIR");
  std::string name = absl::StrCat(place != nullptr && *place != '\0' ? place : "/tmp",
                                  "/kluis-sdc-XXXXXX");
  if (mkdtemp(name.data()) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("cannot make a folder like ", name, ": ",
                                                   std::strerror(errno),
                                                   "; set TMPDIR to a folder with room"));
  }
  int ends[2] = {-1, -1};
  const pid_t guard = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
  if (guard < 0) {
    const std::string why = std::strerror(errno);
    for (const int end : ends) close(end);
    Remove(name);
    return absl::InternalError(absl::StrCat("cannot guard ", name, ": ", why));
  }
  if (guard == 0) Guard(ends[0], name);
  close(ends[0]);
  return PrivateFolder(std::move(name), ends[1], guard);
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : path_(std::move(other.path_)), alive_(std::exchange(other.alive_, -1)),
      guard_(std::exchange(other.guard_, -1)) {}

PrivateFolder::~PrivateFolder() {
  if (guard_ < 0) return;
  Remove(path_);
  close(alive_);
  while (waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace kluis
