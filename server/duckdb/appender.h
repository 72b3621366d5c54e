// Rows into a table of DuckDB, columns at a time.
#ifndef KLUIS_SERVER_DUCKDB_APPENDER_H_
#define KLUIS_SERVER_DUCKDB_APPENDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

// Not thread safe.
class DuckAppender {
 public:
  struct Column {
    absl::Span<const int64_t> values;  // one for each row
    absl::Span<const int> nulls;       // rows that have no value, ascending
  };

  // `connection` must outlive the object. REQUIRES: all columns of the table are INTEGER, BIGINT or
  // UBIGINT; the first takes the low 32 bits of a value, the last all 64 of it.
  static absl::StatusOr<std::unique_ptr<DuckAppender>> Create(DuckConnection& connection,
                                                              const std::string& table);
  ~DuckAppender();
  DuckAppender(const DuckAppender&) = delete;  // owns the C appender
  DuckAppender& operator=(const DuckAppender&) = delete;

  // REQUIRES: as many columns as the table has, each of `rows` values. INTERNAL, without a reason,
  // when the rows cannot be written, as on a full disk.
  absl::Status Append(const std::vector<Column>& columns, int rows);
  // Writes what is left; nothing may be appended after it. INTERNAL as Append().
  absl::Status Finish();

 private:
  explicit DuckAppender(duckdb_appender appender) : appender_(appender) {}
  void MakeChunk();
  void CopyColumn(const Column& column, int from, int rows, size_t place);
  absl::Status Flush();

  duckdb_appender appender_;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<bool> is_32_bits_;  // by column
  int rows_ = 0;                  // in the chunk
};

}  // namespace kluis

#endif  // KLUIS_SERVER_DUCKDB_APPENDER_H_
