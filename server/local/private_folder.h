// A folder for the snapshot of somebody's microdata that does not outlive the program.
#ifndef KLUIS_SERVER_LOCAL_PRIVATE_FOLDER_H_
#define KLUIS_SERVER_LOCAL_PRIVATE_FOLDER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"

namespace kluis {

// Mode 0700, in TMPDIR or /tmp. Removed with the object; and by a process of its own that waits for
// ours to end, so that a signal, even SIGKILL, or an abort leaves nothing behind either.
// To be made before other threads start.
class PrivateFolder {
 public:
  static absl::StatusOr<PrivateFolder> Make();
  ~PrivateFolder();
  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&&) = delete;  // a folder has one owner

  const std::string& path() const { return path_; }

 private:
  PrivateFolder(std::string path, int alive, pid_t guard)
      : path_(std::move(path)), alive_(alive), guard_(guard) {}
  std::string path_;
  int alive_ = -1;  // closed with our process; then the guard acts
  pid_t guard_ = -1;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_PRIVATE_FOLDER_H_
