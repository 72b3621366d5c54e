#include "server/witness/witness.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/merkle.h"

namespace kluis {
namespace {

constexpr size_t kProofMax = 63;

constexpr char kSchema[] = R"(
CREATE TABLE IF NOT EXISTS seen (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS forks (seen TEXT NOT NULL, shown TEXT NOT NULL, UNIQUE (seen, shown));
)";

struct Seen {
  uint64_t size = 0;
  std::string root = EmptyRoot(), note;
};

HttpResponse Says(int status, absl::string_view why) { return {status, absl::StrCat(why, "\n")}; }

// SPEC tlog-witness: "The response body MUST consist of the tree size of the latest cosigned
// checkpoint in decimal, followed by a newline".
HttpResponse Conflict(uint64_t size) { return {409, absl::StrCat(size, "\n"), "text/x.tlog.size"}; }

absl::StatusOr<Seen> LastSeen(Connection& connection, const std::string& origin) {
  KLUIS_ASSIGN_OR_RETURN(Statement select,
                         connection.Prepare("SELECT size, root, note FROM seen WHERE origin = ?"));
  select.BindText(1, origin);
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return Seen{};
  return Seen{static_cast<uint64_t>(select.Int(0)), select.Text(1), select.Text(2)};
}

absl::Status Keep(Connection& connection, const Checkpoint& shown, const std::string& note) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement insert, connection.Prepare("INSERT OR REPLACE INTO seen (origin, size, root, note) "
                                           "VALUES (?, ?, ?, ?)"));
  insert.BindText(1, shown.origin).BindInt(2, static_cast<int64_t>(shown.size));
  return insert.BindBlob(3, shown.root).BindText(4, note).Run();
}

absl::Status KeepFork(Connection& connection, const ForkEvidence& fork) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement insert,
      connection.Prepare("INSERT OR IGNORE INTO forks (seen, shown) VALUES (?, ?)"));
  return insert.BindText(1, fork.seen).BindText(2, fork.shown).Run();
}

}  // namespace

std::string FormatAddCheckpoint(const AddCheckpoint& request) {
  std::string body = absl::StrCat("old ", request.old_size, "\n");
  for (const std::string& hash : request.proof) absl::StrAppend(&body, Base64(hash), "\n");
  return absl::StrCat(body, "\n", request.note);
}

absl::StatusOr<AddCheckpoint> ParseAddCheckpoint(absl::string_view body) {
  const size_t split = body.find("\n\n");
  if (split == absl::string_view::npos) return absl::InvalidArgumentError("no empty line");
  const std::vector<absl::string_view> lines = absl::StrSplit(body.substr(0, split), '\n');
  AddCheckpoint request;
  absl::string_view old = lines[0];
  if (!absl::ConsumePrefix(&old, "old ") || !absl::SimpleAtoi(old, &request.old_size) ||
      absl::StrCat(request.old_size) != old) {
    return absl::InvalidArgumentError("the first line is not `old` and a plain decimal number");
  }
  // SPEC tlog-witness: "The client MUST NOT send more than 63 consistency proof lines."
  if (lines.size() > 1 + kProofMax) return absl::InvalidArgumentError("more than 63 hashes");
  for (size_t i = 1; i < lines.size(); ++i) {
    auto hash = StrictBase64(lines[i]);
    if (!hash.ok() || hash->size() != kHashSize)
      return absl::InvalidArgumentError("a line of the proof is not base64 of 32 bytes");
    request.proof.push_back(*std::move(hash));
  }
  request.note = std::string(body.substr(split + 2));
  return request;
}

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(Database& database, Options options) {
  KLUIS_RETURN_IF_ERROR(
      database.Write([](Connection& connection) { return connection.Execute(kSchema); }));
  return std::unique_ptr<Witness>(new Witness(database, std::move(options)));
}

HttpResponse Witness::Answer(const HttpRequest& request) {
  if (request.target != "/add-checkpoint") return Says(404, "no such path");
  if (request.method != "POST") return Says(405, "POST a checkpoint");
  const auto parsed = ParseAddCheckpoint(request.body);
  return parsed.ok() ? Judge(*parsed) : Says(400, parsed.status().message());
}

HttpResponse Witness::Judge(const AddCheckpoint& request) {
  const std::string origin = request.note.substr(0, request.note.find('\n'));
  std::optional<NoteVerifier> log;
  for (const TrustPolicy::Log& known : options_.logs.logs())
    if (known.key.name() == origin) log = known.key;
  // SPEC tlog-witness: "If the checkpoint origin is unknown, the witness MUST respond with a
  // "404 Not Found"".
  if (!log) return Says(404, "unknown log");
  // SPEC tlog-witness: "If none of the signatures verify against a trusted public key, the witness
  // MUST respond with a "403 Forbidden"".
  if (!log->Open(request.note).ok()) return Says(403, "no signature of the log that holds");
  const auto shown = OpenCheckpoint(request.note, *log);
  if (!shown.ok()) return Says(400, shown.status().message());
  // SPEC tlog-witness: "The old size MUST be equal to or lower than the checkpoint size."
  if (request.old_size > shown->size)
    return Says(400, "the old size is over that of the checkpoint");
  HttpResponse response;
  absl::Status kept;
  // SPEC tlog-witness: "checking the old size against the latest checkpoint and persisting the new
  // checkpoint must be performed atomically".
  const absl::Status written = database_.Write([&](Connection& connection) {
    response = JudgeAgainstSeen(connection, request, *shown, &kept);
    return kept;
  });
  return written.ok() ? response : Says(500, "the witness cannot keep a checkpoint");
}

HttpResponse Witness::JudgeAgainstSeen(Connection& connection, const AddCheckpoint& request,
                                       const Checkpoint& shown, absl::Status* kept) {
  const auto seen = LastSeen(connection, shown.origin);
  *kept = seen.status();
  if (!seen.ok()) return {};
  // SPEC tlog-witness: "The witness MUST check that the old size matches the size of the latest
  // checkpoint it cosigned".
  if (request.old_size != seen->size) return Conflict(seen->size);
  const bool forked = shown.size == seen->size && shown.root != seen->root;
  const bool proven =
      VerifyConsistency(seen->size, seen->root, shown.size, shown.root, request.proof).ok();
  if (forked || !proven) {
    const ForkEvidence fork = {seen->note, request.note};
    // Without a proof it may be the sender's mistake; with one size and two roots it is none.
    *kept = KeepFork(connection, fork);
    if (forked && options_.on_fork) options_.on_fork(fork);
    return forked ? Conflict(seen->size) : Says(422, "the proof does not hold");
  }
  *kept = Keep(connection, shown, request.note);
  return {200, options_.key.Cosign(FormatCheckpoint(shown), options_.now())};
}

absl::StatusOr<std::vector<ForkEvidence>> Witness::Forks() const {
  std::vector<ForkEvidence> forks;
  KLUIS_RETURN_IF_ERROR(database_.Read([&forks](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement rows,
                           connection.Prepare("SELECT seen, shown FROM forks ORDER BY rowid"));
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
      if (!more) return absl::OkStatus();
      forks.push_back({rows.Text(0), rows.Text(1)});
    }
  }));
  return forks;
}

}  // namespace kluis
