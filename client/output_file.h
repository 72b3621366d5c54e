// Where `-o FILE` goes. It is opened before a query is sent: a release that cannot be stored would
// be lost to the user, and stay in the log.
#ifndef KLUIS_CLIENT_OUTPUT_FILE_H_
#define KLUIS_CLIENT_OUTPUT_FILE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// One name. A regular file, or one that is not there yet, is replaced as a whole; a link stays and
// its target is replaced; what is no file (a device, a pipe, /dev/stdout) is written through.
class OutputFile {
 public:
  // INVALID_ARGUMENT names path and reason: a folder, no right to write, a folder that is not
  // there. Waits for a reader when it is a named pipe.
  static absl::StatusOr<OutputFile> Open(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;  // a descriptor has one owner

  // Whether it can be read again under its name.
  bool is_file() const { return descriptor_ < 0; }

  absl::Status Write(absl::string_view content) const;

 private:
  OutputFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;     // as given; of a file: behind its links
  int descriptor_ = -1;  // of what is written through
};

// FILE, and FILE.receipt beside it where FILE can be read again.
struct AnswerFiles {
  OutputFile answer;
  std::optional<OutputFile> receipt;
  // Errors as OutputFile::Open().
  static absl::StatusOr<AnswerFiles> Open(const std::string& path);
};

}  // namespace kluis

#endif  // KLUIS_CLIENT_OUTPUT_FILE_H_
