// Files of the user: read whole, written whole or not at all.
#ifndef KLUIS_CLIENT_FILES_H_
#define KLUIS_CLIENT_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// INVALID_ARGUMENT `path: what: reason of the system`, from errno.
absl::Status FileError(const std::string& path, const char* what);

// INVALID_ARGUMENT names the path and the reason of the system.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);
bool FileExists(const std::string& path);

// A temporary file beside it, synced, then renamed over `path`: a reader sees the old content or
// the new one. `mode`: of the file, for example 0600. INVALID_ARGUMENT names path and reason.
absl::Status WriteWholeFile(const std::string& path, absl::string_view content, int mode);

// Whether WriteWholeFile() could make its temporary file now. Leaves nothing behind.
absl::Status TryBeside(const std::string& path);

// To an open descriptor; `path` is for the message.
absl::Status WriteAll(int descriptor, absl::string_view content, const std::string& path);

// With all parents, mode 0700.
absl::Status MakeDirectories(const std::string& path);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FILES_H_
