#include "server/catalogue/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

absl::Status Failed(const std::string& path) {
  return absl::InternalError(absl::StrCat(path, ": ", std::strerror(errno)));
}

}  // namespace

absl::Status SyncPath(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Failed(path);
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced ? absl::OkStatus() : Failed(path);
}

absl::Status SyncTree(const std::string& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    KLUIS_RETURN_IF_ERROR(SyncPath(it->path().string()));
  }
  if (error) return absl::InternalError(absl::StrCat(folder, ": ", error.message()));
  return SyncPath(folder);
}

absl::Status WriteFileDurably(const std::string& path, absl::string_view text) {
  const std::string temporary = path + ".new";
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out.flush()) return Failed(temporary);
  }
  KLUIS_RETURN_IF_ERROR(SyncPath(temporary));
  if (rename(temporary.c_str(), path.c_str()) != 0) return Failed(path);
  return SyncPath(fs::path(path).parent_path().string());
}

absl::Status PutInPlace(const std::string& folder, const std::string& target) {
  const unsigned how = ::access(target.c_str(), F_OK) == 0 ? RENAME_EXCHANGE : 0;
  if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, target.c_str(), how) == 0)
    return absl::OkStatus();
  return absl::InternalError(absl::StrCat(target, ": ", std::strerror(errno)));
}

absl::StatusOr<FileLock> FileLock::Take(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failed(path);
  FileLock lock(descriptor);
  while (flock(descriptor, LOCK_EX) != 0) {
    if (errno != EINTR) return Failed(path);
  }
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace kluis
