#include "server/catalogue/snapshot_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/catalogue_store.h"

namespace kluis {
namespace {

constexpr char kAttached[] = "snapshot";
constexpr int64_t kReadMemory_mb = 1024;

// A database in memory of which nothing but the attached file is kept.
absl::StatusOr<std::unique_ptr<DuckDatabase>> OpenScratch(const std::string& file,
                                                          int64_t memory_limit_mb) {
  return DuckDatabase::Open("", {{"memory_limit", absl::StrCat(memory_limit_mb, "MB")},
                                 {"temp_directory", file + ".tmp"},
                                 {"autoload_known_extensions", "false"},
                                 {"autoinstall_known_extensions", "false"}});
}

absl::Status AttachAndUse(DuckConnection& connection, const std::string& file, const DataKey& key,
                          DuckConnection::Access access) {
  KLUIS_RETURN_IF_ERROR(connection.Attach(file, kAttached, key.bytes(), access));
  return connection.Execute(absl::StrCat("USE ", kAttached));
}

duckdb_type TypeOf(const StoredColumn& column) {
  switch (column.role) {
    case VariableRole::kIdentifier:
      return DUCKDB_TYPE_UBIGINT;
    case VariableRole::kDimension:
      return DUCKDB_TYPE_INTEGER;
    case VariableRole::kMeasure:
      return DUCKDB_TYPE_BIGINT;
  }
  return DUCKDB_TYPE_INVALID;
}

const char* TypeName(const StoredColumn& column) {
  switch (column.role) {
    case VariableRole::kIdentifier:
      return "UBIGINT";
    case VariableRole::kDimension:
      return "INTEGER";
    case VariableRole::kMeasure:
      return "BIGINT";
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotWriter>> SnapshotWriter::Create(
    const std::string& path, const std::vector<StoredColumn>& columns, const DataKey& key,
    int64_t memory_limit_mb) {
  std::unique_ptr<SnapshotWriter> writer(new SnapshotWriter());
  KLUIS_ASSIGN_OR_RETURN(writer->database_, OpenScratch(path, memory_limit_mb));
  KLUIS_ASSIGN_OR_RETURN(writer->connection_, writer->database_->Connect());
  KLUIS_RETURN_IF_ERROR(
      AttachAndUse(*writer->connection_, path, key, DuckConnection::Access::kWrite));
  KLUIS_RETURN_IF_ERROR(writer->Prepare(columns));
  return writer;
}

absl::Status SnapshotWriter::Prepare(const std::vector<StoredColumn>& columns) {
  columns_ = columns;
  std::vector<std::string> declarations;
  std::vector<duckdb_logical_type> types;
  for (const StoredColumn& column : columns_) {
    declarations.push_back(absl::StrCat(QuoteIdentifier(column.name), " ", TypeName(column)));
    types.push_back(duckdb_create_logical_type(TypeOf(column)));
  }
  chunk_ = duckdb_create_data_chunk(types.data(), types.size());
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  KLUIS_RETURN_IF_ERROR(connection_->Execute(
      absl::StrCat("CREATE TABLE data (", absl::StrJoin(declarations, ", "), ")")));
  if (duckdb_appender_create(connection_->get(), nullptr, "data", &appender_) != DuckDBSuccess) {
    return absl::InternalError("cannot append to the snapshot");
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, i);
    data_.push_back(duckdb_vector_get_data(vector));
  }
  return absl::OkStatus();
}

SnapshotWriter::~SnapshotWriter() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

absl::Status SnapshotWriter::Append(const std::vector<StoredColumn>& row) {
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i].is_null) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, i);
      duckdb_vector_ensure_validity_writable(vector);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), rows_);
    } else if (row[i].role == VariableRole::kDimension) {
      static_cast<int32_t*>(data_[i])[rows_] = static_cast<int32_t>(row[i].value);
    } else {
      static_cast<int64_t*>(data_[i])[rows_] = row[i].value;
    }
  }
  return ++rows_ == duckdb_vector_size() ? FlushChunk() : absl::OkStatus();
}

absl::Status SnapshotWriter::Append(const ConvertedRows& rows) {
  for (int from = 0; from < rows.rows;) {
    const int room = static_cast<int>(duckdb_vector_size() - rows_);
    const int count = std::min(room, rows.rows - from);
    for (size_t i = 0; i < rows.columns.size(); ++i) CopyColumn(rows.columns[i], from, count, i);
    from += count;
    rows_ += count;
    if (rows_ == duckdb_vector_size()) KLUIS_RETURN_IF_ERROR(FlushChunk());
  }
  return absl::OkStatus();
}

// Behind the rows that the chunk holds.
void SnapshotWriter::CopyColumn(const ConvertedRows::Column& column, int from, int rows,
                                size_t to_column) {
  const auto first = column.values.begin() + from;
  if (columns_[to_column].role == VariableRole::kDimension) {
    std::transform(first, first + rows, static_cast<int32_t*>(data_[to_column]) + rows_,
                   [](int64_t value) { return static_cast<int32_t>(value); });
  } else {
    std::copy(first, first + rows, static_cast<int64_t*>(data_[to_column]) + rows_);
  }
  auto null = std::lower_bound(column.nulls.begin(), column.nulls.end(), from);
  if (null == column.nulls.end() || *null >= from + rows) return;
  duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, to_column);
  duckdb_vector_ensure_validity_writable(vector);
  uint64_t* const validity = duckdb_vector_get_validity(vector);
  for (; null != column.nulls.end() && *null < from + rows; ++null) {
    duckdb_validity_set_row_invalid(validity, rows_ + static_cast<idx_t>(*null - from));
  }
}

absl::Status SnapshotWriter::FlushChunk() {
  duckdb_data_chunk_set_size(chunk_, rows_);
  if (duckdb_append_data_chunk(appender_, chunk_) != DuckDBSuccess) {
    return absl::InternalError("cannot append to the snapshot");
  }
  duckdb_data_chunk_reset(chunk_);
  for (size_t i = 0; i < columns_.size(); ++i) {
    data_[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk_, i));
  }
  rows_ = 0;
  return absl::OkStatus();
}

absl::StatusOr<SnapshotFacts> SnapshotWriter::Finish() {
  if (rows_ > 0) KLUIS_RETURN_IF_ERROR(FlushChunk());
  if (duckdb_appender_destroy(&appender_) != DuckDBSuccess) {
    return absl::InternalError("cannot append to the snapshot");
  }
  KLUIS_ASSIGN_OR_RETURN(SnapshotFacts facts, FindFacts());
  KLUIS_RETURN_IF_ERROR(connection_->Execute(absl::StrCat("CHECKPOINT ", kAttached)));
  connection_.reset();
  database_.reset();
  return facts;
}

absl::StatusOr<SnapshotFacts> SnapshotWriter::FindFacts() {
  std::vector<std::string> dimensions, bounds, verdicts;
  for (const StoredColumn& column : columns_) {
    if (column.role != VariableRole::kDimension) continue;
    const std::string name = QuoteIdentifier(column.name);
    const std::string low = absl::StrCat("l", dimensions.size()),
                      high = absl::StrCat("h", dimensions.size());
    bounds.push_back(absl::StrCat(", min(", name, ") AS ", low, ", max(", name, ") AS ", high));
    verdicts.push_back(
        absl::StrCat(", coalesce(bool_and(", low, " = ", high, ") FILTER (k IS NOT NULL), true)"));
    dimensions.push_back(column.name);
  }
  SnapshotFacts facts;
  for (const StoredColumn& column : columns_) {
    if (column.role != VariableRole::kIdentifier) continue;
    const std::string name = QuoteIdentifier(column.name);
    KLUIS_ASSIGN_OR_RETURN(
        auto result,
        connection_->Query(absl::StrCat("SELECT coalesce(bool_and(n = 1 AND k IS NOT NULL), true)",
                                        absl::StrJoin(verdicts, ""), " FROM (SELECT ", name,
                                        " AS k, count(*) AS n", absl::StrJoin(bounds, ""),
                                        " FROM data GROUP BY k)")));
    result->Next();
    facts.unique[column.name] = result->Bool(0, 0);
    std::vector<std::string>& constant = facts.constant[column.name];
    for (size_t i = 0; i < dimensions.size(); ++i) {
      if (result->Bool(static_cast<int>(i) + 1, 0)) constant.push_back(dimensions[i]);
    }
  }
  return facts;
}

absl::StatusOr<bool> KeyIsUnique(const std::string& snapshot_file, const DataKey& data_key,
                                 const std::vector<std::string>& columns) {
  KLUIS_ASSIGN_OR_RETURN(auto database, OpenScratch(snapshot_file, kReadMemory_mb));
  KLUIS_ASSIGN_OR_RETURN(auto connection, database->Connect());
  KLUIS_RETURN_IF_ERROR(
      AttachAndUse(*connection, snapshot_file, data_key, DuckConnection::Access::kRead));
  std::vector<std::string> names, present;
  for (const std::string& column : columns) {
    names.push_back(QuoteIdentifier(column));
    present.push_back(absl::StrCat(names.back(), " IS NOT NULL"));
  }
  KLUIS_ASSIGN_OR_RETURN(
      auto result,
      connection->Query(absl::StrCat(
          "SELECT coalesce(bool_and(n = 1), true) FROM (SELECT count(*) AS n FROM data WHERE ",
          absl::StrJoin(present, " AND "), " GROUP BY ", absl::StrJoin(names, ", "), ")")));
  result->Next();
  return result->Bool(0, 0);
}

bool OpensWith(const std::string& snapshot_file, const DataKey& data_key) {
  const auto database = OpenScratch(snapshot_file, kReadMemory_mb);
  if (!database.ok()) return false;
  const auto connection = (*database)->Connect();
  return connection.ok() &&
         AttachAndUse(**connection, snapshot_file, data_key, DuckConnection::Access::kRead).ok();
}

}  // namespace kluis
