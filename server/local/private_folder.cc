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

absl::Status Failed(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("cannot make a folder like ", what, ": ",
                                                 std::strerror(errno),
                                                 "; set TMPDIR to a folder with room"));
}

// Makes the folder, tells its name, and waits until nobody holds the other end of `alive`. The
// signals of a terminal go to the whole group of processes, and must not stop it before it has
// cleaned up.
[[noreturn]] void Guard(int tell, int alive, std::string name) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP})
    std::signal(signal, SIG_IGN);
  for (int descriptor = 0; descriptor < kDescriptorsMax; ++descriptor) {
    if (descriptor != alive && descriptor != tell) close(descriptor);
  }
  if (mkdtemp(name.data()) == nullptr) _exit(1);
  const ssize_t told = write(tell, name.data(), name.size());
  close(tell);
  char byte;
  while (told > 0 && read(alive, &byte, 1) < 0 && errno == EINTR) {
  }
  Remove(name);
  _exit(0);
}

// What the guard tells; empty when it could not make the folder.
std::string ReadAll(int descriptor) {
  std::string text;
  char buffer[512];
  for (;;) {
    const ssize_t size = read(descriptor, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer, size);
  }
}

}  // namespace

absl::StatusOr<PrivateFolder> PrivateFolder::Make() {
  const char* place = std::getenv("TMPDIR");
  const std::string name =
      absl::StrCat(place != nullptr && *place != '\0' ? place : "/tmp", "/kluis-sdc-XXXXXX");
  if (access(name.substr(0, name.rfind('/')).c_str(), W_OK | X_OK) != 0) return Failed(name);
  int alive[2] = {-1, -1}, told[2] = {-1, -1};
  const bool piped = pipe2(alive, O_CLOEXEC) == 0 && pipe2(told, O_CLOEXEC) == 0;
  const pid_t guard = piped ? fork() : -1;
  if (guard == 0) Guard(told[1], alive[0], name);
  const int error = errno;
  close(alive[0]);
  close(told[1]);
  const std::string path = guard > 0 ? ReadAll(told[0]) : "";
  close(told[0]);
  if (!path.empty()) return PrivateFolder(path, alive[1], guard);
  close(alive[1]);
  errno = error;
  if (guard > 0) waitpid(guard, nullptr, 0);
  return Failed(name);
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : path_(std::move(other.path_)),
      alive_(std::exchange(other.alive_, -1)),
      guard_(std::exchange(other.guard_, -1)) {}

PrivateFolder::~PrivateFolder() {
  if (guard_ < 0) return;
  Remove(path_);
  close(alive_);
  while (waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace kluis
