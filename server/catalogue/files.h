// Files that survive a crash. Internal to this folder.
#ifndef KLUIS_SERVER_CATALOGUE_FILES_H_
#define KLUIS_SERVER_CATALOGUE_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// fsync of a file or folder.
absl::Status SyncPath(const std::string& path);
// fsync of every file and folder below and including `folder`.
absl::Status SyncTree(const std::string& folder);
// Puts a folder at `target`, which it changes places with, in one step, when it is there.
absl::Status PutInPlace(const std::string& folder, const std::string& target);
// Writes to a temporary name, syncs, renames, syncs the folder.
absl::Status WriteFileDurably(const std::string& path, absl::string_view text);

// An exclusive lock on a file, made when it is not there; waits for it. Released with the object or
// by the end of the process.
class FileLock {
 public:
  static absl::StatusOr<FileLock> Take(const std::string& path);
  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_FILES_H_
