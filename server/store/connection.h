// The parts of Statement and Connection that only this folder sees.
#ifndef KLUIS_SERVER_STORE_CONNECTION_H_
#define KLUIS_SERVER_STORE_CONNECTION_H_

#include <sqlite3.h>

#include <map>
#include <string>
#include <vector>

#include "server/store/database.h"

namespace kluis {

// A connection and its prepared statements, kept for the next Prepare() of the same text.
struct SqliteHandle {
  ~SqliteHandle();
  // Keeps `code` when it says that the file can no longer be trusted, and makes it a Status: with
  // its number, without text of the statement, because errors go to the operator's journal.
  absl::Status Error(int code, absl::string_view doing);

  sqlite3* handle = nullptr;
  std::map<std::string, std::vector<sqlite3_stmt*>> idle;
  bool broken = false;  // an I/O error, a full disk or corruption was seen
};

struct Connection::Impl : SqliteHandle {};

struct Statement::Impl {
  ~Impl();

  SqliteHandle* connection = nullptr;
  sqlite3_stmt* handle = nullptr;
  std::string sql;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_STORE_CONNECTION_H_
