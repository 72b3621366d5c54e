#include "server/duckdb/appender.h"

#include <algorithm>

#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

absl::Status CannotAppend() { return absl::InternalError("cannot append to the table"); }

}  // namespace

absl::StatusOr<std::unique_ptr<DuckAppender>> DuckAppender::Create(DuckConnection& connection,
                                                                   const std::string& table) {
  duckdb_appender raw = nullptr;
  const duckdb_state state = duckdb_appender_create(connection.get(), nullptr, table.c_str(), &raw);
  std::unique_ptr<DuckAppender> appender(new DuckAppender(raw));
  if (state != DuckDBSuccess) return CannotAppend();
  appender->MakeChunk();
  return appender;
}

void DuckAppender::MakeChunk() {
  std::vector<duckdb_logical_type> types;
  for (idx_t i = 0; i < duckdb_appender_column_count(appender_); ++i) {
    types.push_back(duckdb_appender_column_type(appender_, i));
    is_32_bits_.push_back(duckdb_get_type_id(types.back()) == DUCKDB_TYPE_INTEGER);
  }
  chunk_ = duckdb_create_data_chunk(types.data(), types.size());
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
}

DuckAppender::~DuckAppender() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

absl::Status DuckAppender::Append(const std::vector<Column>& columns, int rows) {
  const int rows_max = static_cast<int>(duckdb_vector_size());
  for (int from = 0; from < rows;) {
    const int count = std::min(rows_max - rows_, rows - from);
    for (size_t i = 0; i < columns.size(); ++i) CopyColumn(columns[i], from, count, i);
    from += count;
    rows_ += count;
    if (rows_ == rows_max) KLUIS_RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

// Behind the rows that the chunk holds.
void DuckAppender::CopyColumn(const Column& column, int from, int rows, size_t place) {
  duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, place);
  void* const data = duckdb_vector_get_data(vector);
  const auto first = column.values.begin() + from;
  if (is_32_bits_[place]) {
    std::transform(first, first + rows, static_cast<int32_t*>(data) + rows_,
                   [](int64_t value) { return static_cast<int32_t>(value); });
  } else {
    std::copy(first, first + rows, static_cast<int64_t*>(data) + rows_);
  }
  auto null = std::lower_bound(column.nulls.begin(), column.nulls.end(), from);
  if (null == column.nulls.end() || *null >= from + rows) return;
  duckdb_vector_ensure_validity_writable(vector);
  uint64_t* const validity = duckdb_vector_get_validity(vector);
  for (; null != column.nulls.end() && *null < from + rows; ++null) {
    duckdb_validity_set_row_invalid(validity, static_cast<idx_t>(rows_ + *null - from));
  }
}

absl::Status DuckAppender::Flush() {
  duckdb_data_chunk_set_size(chunk_, static_cast<idx_t>(rows_));
  if (duckdb_append_data_chunk(appender_, chunk_) != DuckDBSuccess) return CannotAppend();
  duckdb_data_chunk_reset(chunk_);
  rows_ = 0;
  return absl::OkStatus();
}

absl::Status DuckAppender::Finish() {
  if (rows_ > 0) KLUIS_RETURN_IF_ERROR(Flush());
  return duckdb_appender_destroy(&appender_) == DuckDBSuccess ? absl::OkStatus() : CannotAppend();
}

}  // namespace kluis
