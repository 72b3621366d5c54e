#include "server/store/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

// After these the pages in memory and those on disk may differ: nothing may be written on top.
bool Breaks(int code) {
  switch (code & 0xFF) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
      return true;
    default:
      return false;
  }
}

absl::StatusCode CodeOf(int code) {
  if (Breaks(code)) return absl::StatusCode::kUnavailable;
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return absl::StatusCode::kAlreadyExists;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kAborted;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

SqliteHandle::~SqliteHandle() {
  for (auto& [sql, statements] : idle) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  // What an I/O error left half done must not be moved into the main file.
  if (broken) sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close_v2(handle);
}

absl::Status SqliteHandle::Error(int code, absl::string_view doing) {
  broken |= Breaks(code);
  return absl::Status(CodeOf(code), absl::StrCat("database: ", doing, ": ", sqlite3_errstr(code),
                                                 " (", sqlite3_extended_errcode(handle), ")"));
}

std::string StoreVersion() { return absl::StrCat("SQLite ", sqlite3_libversion()); }

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

absl::StatusOr<Statement> Connection::Prepare(absl::string_view sql) {
  auto statement = std::make_unique<Statement::Impl>();
  statement->sql = std::string(sql);
  auto& idle = impl_->idle[statement->sql];
  if (!idle.empty()) {
    statement->handle = idle.back();
    idle.pop_back();
  } else if (const int code =
                 sqlite3_prepare_v3(impl_->handle, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &statement->handle, nullptr);
             code != SQLITE_OK) {
    return impl_->Error(code, "prepare");
  }
  statement->connection = impl_.get();
  return Statement(std::move(statement));
}

absl::Status Connection::Execute(absl::string_view sql) {
  const int code = sqlite3_exec(impl_->handle, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : impl_->Error(code, sql.substr(0, sql.find(' ')));
}

Statement::Impl::~Impl() {
  if (handle == nullptr) return;
  sqlite3_reset(handle);
  sqlite3_clear_bindings(handle);
  connection->idle[sql].push_back(handle);
}

Statement::Statement(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::BindInt(int index, int64_t value) {
  KLUIS_CHECK(sqlite3_bind_int64(impl_->handle, index, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::BindText(int index, absl::string_view value) {
  KLUIS_CHECK(sqlite3_bind_text64(impl_->handle, index, value.data() ? value.data() : "",
                                  value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Statement& Statement::BindBlob(int index, absl::string_view value) {
  KLUIS_CHECK(sqlite3_bind_blob64(impl_->handle, index, value.data() ? value.data() : "",
                                  value.size(), SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}

Statement& Statement::BindBorrowedBlob(int index, absl::string_view value) {
  KLUIS_CHECK(sqlite3_bind_blob64(impl_->handle, index, value.data() ? value.data() : "",
                                  value.size(), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

Statement& Statement::BindNull(int index) {
  KLUIS_CHECK(sqlite3_bind_null(impl_->handle, index) == SQLITE_OK);
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(impl_->handle);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const absl::Status status = impl_->connection->Error(code, "step");
  sqlite3_reset(impl_->handle);
  return status;
}

absl::Status Statement::Run() {
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) break;
  }
  Reset();
  return absl::OkStatus();
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(impl_->handle, column); }

std::string Statement::Text(int column) const {
  const void* bytes = sqlite3_column_blob(impl_->handle, column);
  const int size = sqlite3_column_bytes(impl_->handle, column);
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(impl_->handle, column) == SQLITE_NULL;
}

void Statement::Reset() { sqlite3_reset(impl_->handle); }

}  // namespace kluis
