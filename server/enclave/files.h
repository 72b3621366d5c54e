// Small file helpers: everything in an enclave directory is readable by its owner only.
#ifndef KLUIS_SERVER_ENCLAVE_FILES_H_
#define KLUIS_SERVER_ENCLAVE_FILES_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// The bytes of a file. NOT_FOUND or UNAVAILABLE with the path and the system's reason.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// The bytes of a file with a secret. INVALID_ARGUMENT with what to do when others than its owner
// may read or change it, or when it is no file of `size` bytes; NOT_FOUND when it is not there.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path, size_t size);

// Writes a file of mode 0600 beside `path`, syncs it and renames it over `path`: after a crash
// the old or the new bytes are there, never a part.
absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes);

// Path below `folder` -> text, each as WritePrivateFile(); folders are made.
absl::Status WritePrivateFiles(const std::string& folder,
                               const std::map<std::string, std::string>& files);

// Renames a file or folder within one folder, and syncs that.
absl::Status RenameDurably(const std::string& from, const std::string& to);

// Removes a file, if it is there, and syncs its folder.
absl::Status RemoveDurably(const std::string& path);

// mkdir with mode 0700, parents too. OK when it is there already.
absl::Status MakePrivateDirectory(const std::string& path);

// Copies a folder with all below it, files with mode 0600. Existing files are replaced.
absl::Status CopyTree(const std::string& from, const std::string& to);

// name -> text of the files `dir`/`folder`/*.yaml, keys as "folder/name.yaml".
absl::StatusOr<std::map<std::string, std::string>> ReadYamlFiles(const std::string& dir,
                                                                 const std::string& folder);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_FILES_H_
