// A log as files: what `log export` writes and `log verify --from` reads. Each form holds every
// public entry to the byte, and `checkpoint` beside it; `cosigned` where witnesses cosigned an
// earlier one.
#ifndef KLUIS_CLIENT_LOG_FILES_H_
#define KLUIS_CLIENT_LOG_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "disclosure/evidence/log_check.h"

namespace kluis {

// Writes under names that are not read until Finish(): an export that breaks off leaves no log.
class LogFileWriter {
 public:
  // `form`: plain (`entries`, one after the other), tiles (c2sp.org/tlog-tiles), csv
  // (`entries.csv`) or json (`entries.json`). Makes the folder. INVALID_ARGUMENT: another form, or
  // a folder that holds a log already in another form.
  static absl::StatusOr<std::unique_ptr<LogFileWriter>> Open(const std::string& folder,
                                                             const std::string& form);
  virtual ~LogFileWriter() = default;
  virtual absl::Status Add(const std::string& leaf) = 0;
  virtual absl::Status Finish() = 0;
};

// The entries of such a folder, whatever its form; of tiles the hashes are compared too, when the
// last entry is read. INVALID_ARGUMENT when it holds none; DATA_LOSS for a file that is damaged.
absl::StatusOr<LeafReader> ReadLogFolder(const std::string& folder);

// The signed notes of such a folder, one or two.
absl::StatusOr<std::vector<std::string>> ReadLogNotes(const std::string& folder);

}  // namespace kluis

#endif  // KLUIS_CLIENT_LOG_FILES_H_
