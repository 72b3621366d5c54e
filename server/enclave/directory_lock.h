// One process at a time changes an enclave directory.
#ifndef KLUIS_SERVER_ENCLAVE_DIRECTORY_LOCK_H_
#define KLUIS_SERVER_ENCLAVE_DIRECTORY_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace kluis {

// An exclusive lock on a file, held until it is destroyed or the process ends, however it ends.
class DirectoryLock {
 public:
  // UNAVAILABLE: another process holds it. NOT_FOUND: there is no such directory.
  static absl::StatusOr<DirectoryLock> Take(const std::string& path);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_DIRECTORY_LOCK_H_
