// Writes the DuckDB file of a snapshot, and finds the facts that the plan needs.
#ifndef KLUIS_SERVER_CATALOGUE_SNAPSHOT_WRITER_H_
#define KLUIS_SERVER_CATALOGUE_SNAPSHOT_WRITER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/catalogue/conversion.h"
#include "server/catalogue/data_key.h"
#include "server/catalogue/unit_rows.h"

namespace kluis {

class DuckAppender;
class DuckConnection;
class DuckDatabase;

struct SnapshotFacts {
  std::map<std::string, bool> unique;
  std::map<std::string, std::vector<std::string>> constant, nested;
};

// Not thread safe.
class SnapshotWriter {
 public:
  // Creates the file with the table `data`, encrypted with the key; what does not fit the memory is
  // spilled, encrypted, into `path`.tmp, which is gone when the writer is.
  static absl::StatusOr<std::unique_ptr<SnapshotWriter>> Create(
      const std::string& path, const std::vector<StoredColumn>& columns, const DataKey& key,
      int64_t memory_limit_mb);
  ~SnapshotWriter();

  // Columns as Create() got them.
  absl::Status Append(const ConvertedRows& rows);
  absl::Status Append(const std::vector<StoredColumn>& row);  // one row
  // Flushes; then as DropBadUnits(). Nothing is appended after it.
  absl::StatusOr<int64_t> DropBadUnits(
      const std::vector<UnitRule>& rules,
      const std::function<void(int64_t row, const std::vector<RowProblem>& problems)>& bad);
  // Flushes, finds the facts, checkpoints and closes the file. `contributor`: of the entry; empty:
  // rows are judged by themselves.
  absl::StatusOr<SnapshotFacts> Finish(const std::vector<std::string>& contributor = {});

 private:
  SnapshotWriter();
  absl::Status Prepare(const std::vector<StoredColumn>& columns);
  absl::StatusOr<SnapshotFacts> FindFacts(const std::vector<std::string>& contributor);

  std::vector<StoredColumn> columns_;
  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<DuckConnection> connection_;
  std::unique_ptr<DuckAppender> appender_;
};

// Writes the table of a snapshot's file into a new file under another key.
absl::Status CopySnapshotFile(const std::string& from_file, const DataKey& from,
                              const std::string& to_file, const DataKey& to);

// Whether the columns together are different in every row where none is empty. What does not fit
// the memory is spilled, encrypted, into a folder that is made and goes again: none of the
// snapshot's.
absl::StatusOr<bool> KeyIsUnique(const std::string& snapshot_file, const DataKey& data_key,
                                 const std::vector<std::string>& columns,
                                 const std::string& spill_folder);

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_SNAPSHOT_WRITER_H_
