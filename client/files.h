// Files of the user: read whole, written whole or not at all.
#ifndef KLUIS_CLIENT_FILES_H_
#define KLUIS_CLIENT_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// INVALID_ARGUMENT names the path and the reason of the system.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);
bool FileExists(const std::string& path);

// A temporary file beside it, synced, then renamed over `path`: a reader sees the old content or
// the new one. `mode`: of a new file, for example 0600. INVALID_ARGUMENT names path and reason.
absl::Status WriteWholeFile(const std::string& path, absl::string_view content, int mode);

// With all parents, mode 0700.
absl::Status MakeDirectories(const std::string& path);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FILES_H_
