#include "server/postgres/postgres.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr int kPoll_ms = 20;
constexpr int kOldestVersion = 150000;
constexpr auto kGrace = std::chrono::seconds(2);

bool IsSet(const std::atomic<bool>* flag) { return flag != nullptr && flag->load(); }

// What is waited for on each of the sockets, up to kPoll_ms.
void Wait(std::vector<pollfd> sockets) { poll(sockets.data(), sockets.size(), kPoll_ms); }

// A closed connection is noticed while a statement runs: that is how one is cancelled. A request to
// cancel (PQcancel) would wait for an answer of a server that may be stopped.
std::string SessionSettings(const PgOptions& options) {
  return absl::StrCat("SET client_connection_check_interval = '100ms'; SET statement_timeout = ",
                      options.statement_ms,
                      "; SET search_path = pg_catalog; SET standard_conforming_strings = on; "
                      "SET client_min_messages = error; SET default_transaction_read_only = ",
                      options.read_only ? "on" : "off");
}

}  // namespace

void PgResult::Clear::operator()(PGresult* result) const { PQclear(result); }

int PgResult::rows() const { return PQntuples(result_.get()); }

int PgResult::columns() const { return PQnfields(result_.get()); }

bool PgResult::IsNull(int column, int row) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

absl::string_view PgResult::Text(int column, int row) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

void PgConnection::Finish::operator()(PGconn* connection) const { PQfinish(connection); }

int PgConnection::server_version() const { return PQserverVersion(connection_.get()); }

std::string PgQuoteText(absl::string_view text) {
  return absl::StrCat("E'", absl::StrReplaceAll(text, {{"'", "''"}, {"\\", "\\\\"}}), "'");
}

absl::Status CheckDsn(const std::string& dsn) {
  char* reason = nullptr;
  PQconninfoOption* options = PQconninfoParse(dsn.c_str(), &reason);
  if (options != nullptr) {
    PQconninfoFree(options);
    return absl::OkStatus();
  }
  const std::string text = reason == nullptr ? "it does not parse" : reason;
  PQfreemem(reason);
  return absl::InvalidArgumentError(
      absl::StrCat("not a connection string: ", absl::StripAsciiWhitespace(text)));
}

absl::Status PgConnection::Lost() const {
  return absl::UnavailableError(absl::StrCat(label_, ": no connection"));
}

absl::StatusOr<std::unique_ptr<PgConnection>> PgConnection::Connect(
    const std::string& dsn, const std::string& label, const PgOptions& options,
    const std::atomic<bool>* cancelled, std::string* reason) {
  const char* keywords[] = {"dbname", "fallback_application_name", "client_encoding", nullptr};
  const char* values[] = {dsn.c_str(), "kluisd", "UTF8", nullptr};
  std::unique_ptr<PgConnection> connection(new PgConnection(
      PQconnectStartParams(keywords, values, /*expand_dbname=*/1), label, options));
  if (connection->connection_ == nullptr) return connection->Lost();
  PQsetNoticeProcessor(
      connection->connection_.get(), [](void*, const char*) {}, nullptr);
  KLUIS_RETURN_IF_ERROR(connection->WaitUntilConnected(cancelled, reason));
  if (connection->server_version() < kOldestVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(label, ": PostgreSQL ", connection->server_version() / 10000,
                     " is too old; version 15 or newer is needed"));
  }
  PQsetnonblocking(connection->connection_.get(), 1);
  KLUIS_RETURN_IF_ERROR(connection->Execute(SessionSettings(options)));
  return connection;
}

absl::Status PgConnection::WaitUntilConnected(const std::atomic<bool>* cancelled,
                                              std::string* reason) {
  PGconn* const raw = connection_.get();
  const auto end = Clock::now() + std::chrono::milliseconds(options_.connect_ms);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(raw) != CONNECTION_BAD && state != PGRES_POLLING_OK &&
         state != PGRES_POLLING_FAILED) {
    if (IsSet(cancelled)) return absl::CancelledError("cancelled");
    if (Clock::now() > end) {
      if (reason != nullptr) *reason = "no answer in time";
      return Lost();
    }
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd socket = {.fd = PQsocket(raw), .events = events, .revents = 0};
    if (poll(&socket, 1, kPoll_ms) > 0) state = PQconnectPoll(raw);
  }
  if (PQstatus(raw) == CONNECTION_OK) return absl::OkStatus();
  if (reason != nullptr) *reason = std::string(absl::StripAsciiWhitespace(PQerrorMessage(raw)));
  return Lost();
}

absl::Status PgConnection::Send(const std::string& sql) {
  answer_.reset();
  if (connection_ == nullptr || PQsendQuery(connection_.get(), sql.c_str()) == 0) return Lost();
  return absl::OkStatus();
}

absl::Status PgConnection::Take(PGresult* result) {
  auto taken = std::make_unique<PgResult>(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_COPY_IN) {
    if (answer_ == nullptr || status == PGRES_TUPLES_OK) answer_ = std::move(taken);
    return absl::OkStatus();
  }
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) return Lost();
  const std::string message = absl::StrCat(label_, ": database error ", state);
  return absl::string_view(state) == "22003" ? absl::OutOfRangeError(message)
                                             : absl::InternalError(message);
}

absl::StatusOr<bool> PgConnection::Receive() {
  PGconn* const raw = connection_.get();
  if (PQflush(raw) < 0 || PQconsumeInput(raw) == 0) return Lost();
  while (PQisBusy(raw) == 0) {
    PGresult* const result = PQgetResult(raw);
    if (result == nullptr) return true;
    const bool copies = PQresultStatus(result) == PGRES_COPY_IN;
    KLUIS_RETURN_IF_ERROR(Take(result));
    if (copies) return true;
  }
  return false;
}

absl::StatusOr<std::vector<PgResult>> PgConnection::QueryAll(
    const std::vector<PgConnection*>& connections, const std::string& sql,
    const std::atomic<bool>* cancelled) {
  const auto run = [&]() -> absl::Status {
    auto end = Clock::time_point::max();
    for (PgConnection* const connection : connections) {
      KLUIS_RETURN_IF_ERROR(connection->Send(sql));
      const auto limit = std::chrono::milliseconds(connection->options_.statement_ms);
      if (limit.count() > 0) end = std::min(end, Clock::now() + limit + kGrace);
    }
    std::vector<bool> whole(connections.size());
    for (;;) {
      std::vector<pollfd> sockets;
      for (size_t i = 0; i < connections.size(); ++i) {
        if (whole[i]) continue;
        KLUIS_ASSIGN_OR_RETURN(const bool got, connections[i]->Receive());
        whole[i] = got;
        PGconn* const raw = connections[i]->connection_.get();
        const short events = PQflush(raw) > 0 ? POLLIN | POLLOUT : POLLIN;
        if (!got) sockets.push_back({.fd = PQsocket(raw), .events = events, .revents = 0});
      }
      if (sockets.empty()) return absl::OkStatus();
      if (IsSet(cancelled)) return absl::CancelledError("cancelled");
      if (Clock::now() > end) return absl::UnavailableError("a cluster does not answer in time");
      Wait(std::move(sockets));
    }
  };
  const absl::Status status = run();
  std::vector<PgResult> answers;
  for (PgConnection* const connection : connections) {
    if (!status.ok()) {
      connection->connection_.reset();
    } else {
      answers.push_back(std::move(*connection->answer_));
    }
    connection->answer_.reset();
  }
  if (!status.ok()) return status;
  return answers;
}

absl::StatusOr<PgResult> PgConnection::Query(const std::string& sql) {
  KLUIS_ASSIGN_OR_RETURN(auto answers, QueryAll({this}, sql, nullptr));
  return std::move(answers.front());
}

absl::Status PgConnection::StartCopy(const std::string& sql) {
  KLUIS_RETURN_IF_ERROR(Execute(sql));
  PQsetnonblocking(connection_.get(), 0);
  return absl::OkStatus();
}

absl::Status PgConnection::PutCopy(absl::string_view lines) {
  if (connection_ == nullptr ||
      PQputCopyData(connection_.get(), lines.data(), static_cast<int>(lines.size())) != 1) {
    connection_.reset();
    return Lost();
  }
  return absl::OkStatus();
}

absl::Status PgConnection::EndCopy() {
  if (connection_ == nullptr || PQputCopyEnd(connection_.get(), nullptr) != 1) return Lost();
  absl::Status status;
  while (PGresult* const result = PQgetResult(connection_.get())) status.Update(Take(result));
  PQsetnonblocking(connection_.get(), 1);
  answer_.reset();
  if (!status.ok()) connection_.reset();
  return status;
}

}  // namespace kluis
