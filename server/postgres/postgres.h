// PostgreSQL through libpq, as little as the clusters need. Nobody else includes libpq.
#ifndef KLUIS_SERVER_POSTGRES_POSTGRES_H_
#define KLUIS_SERVER_POSTGRES_POSTGRES_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct pg_conn;  // libpq's PGconn and PGresult
struct pg_result;

namespace kluis {

// An answer: cells as PostgreSQL writes them. No bounds are checked.
class PgResult {
 public:
  explicit PgResult(pg_result* result) : result_(result) {}
  int rows() const;
  int columns() const;
  bool IsNull(int column, int row) const;
  // Of NULL the empty text. Valid as long as the object.
  absl::string_view Text(int column, int row) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

struct PgOptions {
  bool read_only = true;
  int connect_ms = 10'000;
  // Of one statement; the server stops it, and the caller gives it up two seconds later. 0: none.
  int statement_ms = 300'000;
};

// One connection. Not thread safe. Its name in an error is `label`: no error has the connection
// string, which can hold a password, or the text of the database, which can quote a row.
class PgConnection {
 public:
  // UNAVAILABLE: no answer in time, or not such a host, database or role; FAILED_PRECONDITION: a
  // server older than version 15; CANCELLED within 50 ms after `cancelled`, which may be null, is
  // set. `reason`, where it is not null, gets what libpq says when there is no connection: for
  // somebody who knows the connection string.
  static absl::StatusOr<std::unique_ptr<PgConnection>> Connect(const std::string& dsn,
                                                               const std::string& label,
                                                               const PgOptions& options,
                                                               const std::atomic<bool>* cancelled,
                                                               std::string* reason);

  // Runs one statement on all connections at the same time; answers in their order. One error is
  // an error of all, and closes all of them: the servers notice and stop. INTERNAL "LABEL: database
  // error 42P01" with the SQLSTATE; OUT_OF_RANGE when a number does not fit its type; UNAVAILABLE
  // when a connection is lost or silent for too long; CANCELLED within 50 ms after `cancelled`.
  static absl::StatusOr<std::vector<PgResult>> QueryAll(
      const std::vector<PgConnection*>& connections, const std::string& sql,
      const std::atomic<bool>* cancelled);

  // On this one; an error closes it.
  absl::StatusOr<PgResult> Query(const std::string& sql);
  absl::Status Execute(const std::string& sql) { return Query(sql).status(); }

  // COPY ... FROM STDIN: lines of text as Put() gets them. An error closes the connection.
  absl::Status StartCopy(const std::string& sql);
  absl::Status PutCopy(absl::string_view lines);
  absl::Status EndCopy();

  // 150018 is version 15.18.
  int server_version() const;
  const std::string& label() const { return label_; }

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Clock = std::chrono::steady_clock;

  PgConnection(pg_conn* connection, const std::string& label, const PgOptions& options)
      : connection_(connection), label_(label), options_(options) {}
  absl::Status WaitUntilConnected(const std::atomic<bool>* cancelled, std::string* reason);
  absl::Status Send(const std::string& sql);
  // Takes what has arrived. True when the answer is whole.
  absl::StatusOr<bool> Receive();
  absl::Status Take(pg_result* result);
  absl::Status Lost() const;

  std::unique_ptr<pg_conn, Finish> connection_;
  std::string label_;
  PgOptions options_;
  std::unique_ptr<PgResult> answer_;  // the last one with rows
};

// "E'it''s'": a text constant for the SQL that we write. Names are quoted as everywhere else.
std::string PgQuoteText(absl::string_view text);

// Whether libpq reads the connection string: INVALID_ARGUMENT with its reason otherwise.
absl::Status CheckDsn(const std::string& dsn);

}  // namespace kluis

#endif  // KLUIS_SERVER_POSTGRES_POSTGRES_H_
