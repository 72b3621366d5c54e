// Parquet in: the importer reads CSV, so a Parquet file is read as one, through a pipe and not a
// file.
#ifndef KLUIS_SERVER_DUCKDB_PARQUET_H_
#define KLUIS_SERVER_DUCKDB_PARQUET_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kluis {

class DuckConnection;
class DuckDatabase;

// Whether a file begins as Parquet does. False when it cannot be opened.
bool IsParquet(const std::string& path);

// The CSV text of a Parquet file: row n of the file is line n + 1; NULL is an empty field. A thread
// of its own writes it, no faster than it is read.
class ParquetAsCsv {
 public:
  // Starts writing. Takes the memory of some row groups, whatever the size of the file. NOT_FOUND
  // when it cannot be opened; INTERNAL when there is no pipe to be had.
  static absl::StatusOr<std::unique_ptr<ParquetAsCsv>> Open(const std::string& parquet);
  // Stops the writer where it is.
  ~ParquetAsCsv();
  ParquetAsCsv(const ParquetAsCsv&) = delete;  // owns a pipe and a thread
  ParquetAsCsv& operator=(const ParquetAsCsv&) = delete;

  // Where the text can be read, once.
  std::string path() const;

  // To be called when the text has been read to its end. INVALID_ARGUMENT when it is cut short,
  // because the file is no Parquet that the database reads.
  absl::Status Finish();

 private:
  explicit ParquetAsCsv(std::string parquet);
  void Write();

  const std::string parquet_;
  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<DuckConnection> connection_;  // the writer's, but for Interrupt()
  int file_ = -1, read_end_ = -1, write_end_ = -1;
  std::thread writer_;
  absl::Status written_;  // of the writer; read after it was joined
};

}  // namespace kluis

#endif  // KLUIS_SERVER_DUCKDB_PARQUET_H_
