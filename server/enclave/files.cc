#include "server/enclave/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

absl::Status SystemError(absl::string_view what, const std::string& path) {
  const std::string text = absl::StrCat(what, " ", path, ": ", std::strerror(errno));
  return errno == ENOENT ? absl::NotFoundError(text) : absl::UnavailableError(text);
}

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("cannot open", folder);
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced ? absl::OkStatus() : SystemError("cannot sync", folder);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return SystemError("cannot read", path);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (in.bad()) return SystemError("cannot read", path);
  return bytes.str();
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path, size_t size) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return SystemError("cannot read", path);
  struct stat facts = {};
  std::string bytes(size, '\0');
  const bool known = ::fstat(fd, &facts) == 0;
  const bool regular = known && S_ISREG(facts.st_mode) && facts.st_size == static_cast<off_t>(size);
  const bool read = regular && ::read(fd, bytes.data(), size) == static_cast<ssize_t>(size);
  ::close(fd);
  if (known && (facts.st_mode & 077) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is open to others than its owner\nhint: chmod 600 ", path,
                     ", and think about who may have read it"));
  }
  if (!read) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no file of ", size, " bytes\nhint: put the whole key back"));
  }
  return bytes;
}

absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes) {
  const std::string draft = path + ".new";
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("cannot write", path);
  const bool written = ::fchmod(fd, 0600) == 0 && WriteAll(fd, bytes) && ::fsync(fd) == 0;
  const int reason = errno;
  ::close(fd);
  if (!written || std::rename(draft.c_str(), path.c_str()) != 0) {
    errno = written ? errno : reason;
    absl::Status status = SystemError("cannot write", path);
    ::unlink(draft.c_str());
    return status;
  }
  return SyncFolderOf(path);
}

absl::Status WritePrivateFiles(const std::string& folder,
                               const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    const fs::path place = fs::path(folder) / path;
    KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(place.parent_path().string()));
    KLUIS_RETURN_IF_ERROR(WritePrivateFile(place.string(), text));
  }
  return absl::OkStatus();
}

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return SystemError("cannot rename", from);
  return SyncFolderOf(to);
}

absl::Status RemoveDurably(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError("cannot remove", path);
  return SyncFolderOf(path);
}

absl::Status MakePrivateDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot make ", path, ": ", error.message()));
  if (::chmod(path.c_str(), 0700) != 0) return SystemError("cannot protect", path);
  return absl::OkStatus();
}

absl::Status CopyTree(const std::string& from, const std::string& to) {
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(to));
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(from, error)) {
    const std::string target = to + "/" + entry.path().filename().string();
    if (entry.is_directory()) {
      KLUIS_RETURN_IF_ERROR(CopyTree(entry.path().string(), target));
    } else if (entry.is_regular_file()) {
      KLUIS_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(entry.path().string()));
      KLUIS_RETURN_IF_ERROR(WritePrivateFile(target, bytes));
    }
  }
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot read ", from, ": ", error.message()));
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> ReadYamlFiles(const std::string& dir,
                                                                 const std::string& folder) {
  std::map<std::string, std::string> files;
  const std::string path = dir + "/" + folder;
  if (!fs::is_directory(path)) return files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() != ".yaml") continue;
    KLUIS_ASSIGN_OR_RETURN(std::string text, ReadFile(entry.path().string()));
    files[folder + "/" + entry.path().filename().string()] = std::move(text);
  }
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot read ", path, ": ", error.message()));
  return files;
}

}  // namespace kluis
