#include "client/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

std::string TemporaryBeside(const std::string& path) {
  return absl::StrCat(path, ".", getpid(), ".tmp");
}

int OpenTemporary(const std::string& temporary, int mode) {
  return open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
}

}  // namespace

absl::Status FileError(const std::string& path, const char* what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what, ": ", std::strerror(errno)));
}

absl::Status WriteAll(int descriptor, absl::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError(path, "cannot write");
    content.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return FileError(path, "cannot read");
  if (S_ISDIR(facts.st_mode))
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a folder"));
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileError(path, "cannot read");
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

absl::Status WriteWholeFile(const std::string& path, absl::string_view content, int mode) {
  const std::string temporary = TemporaryBeside(path);
  const int descriptor = OpenTemporary(temporary, mode);
  if (descriptor < 0) return FileError(path, "cannot write");
  absl::Status status = WriteAll(descriptor, content, path);
  if (status.ok() && fsync(descriptor) != 0) status = FileError(path, "cannot sync");
  close(descriptor);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0)
    status = FileError(path, "cannot write");
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

absl::Status TryBeside(const std::string& path) {
  const std::string temporary = TemporaryBeside(path);
  const int descriptor = OpenTemporary(temporary, 0600);
  if (descriptor < 0) return FileError(path, "cannot write");
  close(descriptor);
  unlink(temporary.c_str());
  return absl::OkStatus();
}

absl::Status MakeDirectories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return FileError(part, "cannot make");
    if (end == std::string::npos) return absl::OkStatus();
  }
}

}  // namespace kluis
