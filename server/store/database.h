// SQLite: WAL, synchronous=FULL. The only user of sqlite3.h.
#ifndef KLUIS_SERVER_STORE_DATABASE_H_
#define KLUIS_SERVER_STORE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// "SQLite 3.40.1".
std::string StoreVersion();

// A prepared statement of one connection; not thread safe.
class Statement {
 public:
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  Statement& BindInt(int index, int64_t value);  // from 1
  Statement& BindText(int index, absl::string_view value);
  Statement& BindBlob(int index, absl::string_view value);
  // Not copied: `value` must stay as it is while the statement runs.
  Statement& BindBorrowedBlob(int index, absl::string_view value);
  Statement& BindNull(int index);
  // True: a row is there. False: done. Resets on an error.
  absl::StatusOr<bool> Step();
  absl::Status Run();  // steps to the end and resets
  int64_t Int(int column) const;
  std::string Text(int column) const;  // also blobs
  bool IsNull(int column) const;
  void Reset();

 private:
  friend class Connection;
  struct Impl;
  explicit Statement(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One connection; use from one thread at a time.
class Connection {
 public:
  ~Connection();
  absl::StatusOr<Statement> Prepare(absl::string_view sql);
  absl::Status Execute(absl::string_view sql);  // one or more statements without parameters

 private:
  friend class Database;
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Thread safe. All writes go through one writer thread that gathers waiting writes into one
// transaction and one sync; a write that fails is rolled back alone (savepoint), an I/O error or a
// failed commit fails the whole group and closes the writer: every later Write is UNAVAILABLE.
class Database {
 public:
  // Creates the file (mode 0600) when it is not there. `schema` is run once in a transaction:
  // CREATE TABLE IF NOT EXISTS ... FAILED_PRECONDITION when another process, or another Database
  // of this one, has the file open: the lock is on `path`.lock.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        absl::string_view schema);
  ~Database();

  // Blocks until `work` and its group are durable. `work` runs on the writer thread; it must not
  // call Write. An error of `work` is returned as it is, and nothing of it is kept.
  absl::Status Write(const std::function<absl::Status(Connection&)>& work);
  // Called on the writer thread once per group, after the group's works and before the commit.
  // Its error fails the group and closes the writer.
  void SetBeforeCommit(std::function<absl::Status(Connection&)> hook);
  // Called on the writer thread when a group is durable, before its writers are told.
  void SetAfterCommit(std::function<void()> hook);
  // A read on a connection of its own (a small pool), in one snapshot.
  absl::Status Read(const std::function<absl::Status(Connection&)>& work) const;
  bool healthy() const;  // false after an I/O error

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_STORE_DATABASE_H_
