// DuckDB through its C API, as little as the catalogue and the engine need. Nobody else includes this.
#ifndef KLUIS_SERVER_DUCKDB_DUCKDB_H_
#define KLUIS_SERVER_DUCKDB_DUCKDB_H_

#include <duckdb.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// "the ""name""" and 'it''s': for the SQL that we write.
std::string QuoteIdentifier(absl::string_view name);
std::string QuoteText(absl::string_view text);

// A materialised result. Cells are read by chunk, column and row; no bounds are checked.
class DuckResult {
 public:
  explicit DuckResult(duckdb_result result) : result_(result) {}
  ~DuckResult();
  DuckResult(const DuckResult&) = delete;  // owns the C result
  DuckResult& operator=(const DuckResult&) = delete;

  // Moves on to the next chunk; false at the end.
  bool Next();
  int rows() const { return rows_; }
  bool IsNull(int column, int row) const;
  int32_t Int32(int column, int row) const { return Data<int32_t>(column)[row]; }
  int64_t Int64(int column, int row) const { return Data<int64_t>(column)[row]; }
  absl::int128 Int128(int column, int row) const;
  // Appends a LIST of BIGINT or HUGEINT; nothing when the list is NULL.
  void AppendList(int column, int row, std::vector<absl::int128>* values) const;
  bool Bool(int column, int row) const { return Data<bool>(column)[row]; }

  int columns() { return static_cast<int>(duckdb_column_count(&result_)); }
  std::string NameOf(int column) { return duckdb_column_name(&result_, column); }
  duckdb_type TypeOf(int column) { return duckdb_column_type(&result_, column); }

 private:
  template <typename T>
  const T* Data(int column) const {
    return static_cast<const T*>(data_[column]);
  }

  // The elements of a column of lists, in the chunk.
  struct Elements {
    const void* data = nullptr;
    bool huge = false;
  };
  Elements ElementsOf(duckdb_vector vector) const;

  duckdb_result result_;
  duckdb_data_chunk chunk_ = nullptr;
  int rows_ = 0;
  std::vector<duckdb_vector> vectors_;
  std::vector<void*> data_;
  std::vector<Elements> elements_;
};

// One connection. Not thread safe, but for Interrupt().
class DuckConnection {
 public:
  explicit DuckConnection(duckdb_connection connection) : connection_(connection) {}
  ~DuckConnection();
  DuckConnection(const DuckConnection&) = delete;  // owns the C connection
  DuckConnection& operator=(const DuckConnection&) = delete;

  // The status of an error carries DuckDB's error type as a number, never its text, which can quote
  // a row: INTERNAL "database error type 29"; OUT_OF_RANGE when a number does not fit its type;
  // CANCELLED after Interrupt().
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<std::unique_ptr<DuckResult>> Query(const std::string& sql);
  // Attaches a database file as `name`. `key` is its 32 bytes, or empty for a file that is not
  // encrypted. Fails as Execute() when the file is not there, of another key, damaged or not
  // encrypted though a key is given. The key is in no message, and wiped from what was made of it.
  enum class Access { kRead, kWrite };
  absl::Status Attach(const std::string& file, const std::string& name, absl::string_view key,
                      Access access);
  // Stops a running statement. From any thread.
  void Interrupt() { duckdb_interrupt(connection_); }
  duckdb_connection get() const { return connection_; }

 private:
  duckdb_connection connection_;
};

using DuckConfig = std::vector<std::pair<std::string, std::string>>;

// One instance. Thread safe.
class DuckDatabase {
 public:
  // An empty path is a database in memory. Nothing is spilled unless `config` names a
  // temp_directory, and what is spilled is encrypted with a key that is nowhere else. No extension
  // is fetched or loaded. Fails with FAILED_PRECONDITION when the library at hand is not version
  // 1.4.4: the header would not fit.
  static absl::StatusOr<std::unique_ptr<DuckDatabase>> Open(const std::string& path,
                                                            const DuckConfig& config);
  ~DuckDatabase();
  DuckDatabase(const DuckDatabase&) = delete;  // owns the C database
  DuckDatabase& operator=(const DuckDatabase&) = delete;

  absl::StatusOr<std::unique_ptr<DuckConnection>> Connect();

 private:
  explicit DuckDatabase(duckdb_database database) : database_(database) {}
  duckdb_database database_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_DUCKDB_DUCKDB_H_
