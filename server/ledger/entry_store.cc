#include "server/ledger/entry_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "server/ledger/review_entry.h"

namespace kluis {

const char kLedgerSchema[] = R"(
CREATE TABLE IF NOT EXISTS entries (
  idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL,
  release TEXT, caller TEXT, request_id TEXT, status TEXT, project TEXT, query BLOB,
  datasets TEXT, lineages TEXT, cells INTEGER, suppressed INTEGER,
  sealed BLOB, subject TEXT, catalogue TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS entries_release ON entries (release) WHERE release IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS entries_request ON entries (caller, request_id)
  WHERE request_id <> '';
CREATE INDEX IF NOT EXISTS entries_caller ON entries (caller, idx);
CREATE INDEX IF NOT EXISTS entries_project ON entries (project, time);
CREATE INDEX IF NOT EXISTS entries_subject ON entries (type, subject, idx)
  WHERE subject IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_removal ON entries (idx) WHERE type = 'removal';
CREATE TABLE IF NOT EXISTS nodes (
  level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (level, idx)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoints (
  size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cosignatures (size INTEGER PRIMARY KEY, lines TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entries_stay_equal BEFORE UPDATE ON entries
  WHEN NEW.sealed IS NOT NULL OR NEW.idx IS NOT OLD.idx OR NEW.leaf IS NOT OLD.leaf
    OR NEW.type IS NOT OLD.type OR NEW.time IS NOT OLD.time OR NEW.catalogue IS NOT OLD.catalogue
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
)";

const char kEntryColumns[] =
    "idx, leaf, type, time, release, caller, request_id, status, project, query, datasets, "
    "lineages, cells, suppressed, sealed, subject, catalogue";

namespace {

absl::StatusOr<std::string> CatalogueInForce(Connection& connection, uint64_t size) {
  if (size == 0) return EmptyCatalogue();
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT CASE type WHEN 'request' THEN leaf ELSE catalogue END, type "
                         "FROM entries WHERE idx = ?"));
  select.BindInt(1, static_cast<int64_t>(size - 1));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return absl::DataLossError(absl::StrCat("log entry ", size - 1, " is missing"));
  if (select.Text(1) != "request") return select.Text(0);
  // A request's leaf has it too, and stands before a sealed part that may be of many pages.
  KLUIS_ASSIGN_OR_RETURN(const Entry last, ParseEntry(select.Text(0)));
  return last.snapshot;
}

// The policy of the last `policy` entry.
absl::StatusOr<std::string> PolicyInForce(Connection& connection) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT subject FROM entries WHERE idx = (SELECT max(idx) FROM entries "
                         "WHERE type = 'policy' AND subject IS NOT NULL)"));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  return found ? select.Text(0) : std::string(kNoHash);
}

absl::StatusOr<std::optional<StoredCheckpoint>> OneCheckpoint(Connection& connection,
                                                              absl::string_view sql) {
  KLUIS_ASSIGN_OR_RETURN(Statement select, connection.Prepare(sql));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::optional<StoredCheckpoint>();
  StoredCheckpoint one;
  one.checkpoint.size = static_cast<uint64_t>(select.Int(0));
  one.checkpoint.root = select.Text(1);
  one.note = select.Text(2);
  return std::make_optional(std::move(one));
}

bool Unpack(absl::string_view packed, SealedPart* part) {
  if (packed.size() < 2 * kSaltSize + kHashSize) return false;
  part->salt = std::string(packed.substr(0, kSaltSize));
  part->answer_salt = std::string(packed.substr(kSaltSize, kSaltSize));
  part->cells_root = std::string(packed.substr(2 * kSaltSize, kHashSize));
  part->bytes = std::string(packed.substr(2 * kSaltSize + kHashSize));
  return true;
}

struct NewRow {
  const Entry& entry;
  const std::string& leaf;
  const RequestColumns& columns;
  const SealedPart& sealed;
  std::string subject, catalogue;
};

absl::Status InsertRow(Connection& connection, const SealedBox& box, const NewRow& row) {
  const SealedPart& part = row.sealed;
  const std::string sealed = box.Close({part.salt, part.answer_salt, part.cells_root, part.bytes},
                                       BoundTo("sealed", row.leaf));
  KLUIS_ASSIGN_OR_RETURN(Statement insert, connection.Prepare(absl::StrCat(
                                               "INSERT INTO entries (", kEntryColumns,
                                               ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")));
  insert.BindInt(1, static_cast<int64_t>(row.entry.index)).BindBlob(2, row.leaf);
  insert.BindText(3, row.entry.type).BindText(4, row.entry.time);
  if (row.entry.type == "request") {
    const RequestColumns& c = row.columns;
    insert.BindText(5, c.release).BindText(6, c.caller).BindText(7, c.request_id);
    insert.BindText(8, c.status).BindText(9, c.project);
    insert.BindBlob(10, box.Close(c.query, BoundTo("query", row.leaf)));
    insert.BindText(11, c.datasets).BindText(12, c.lineages);
    insert.BindInt(13, c.cells).BindInt(14, c.suppressed);
  }
  insert.BindBorrowedBlob(15, sealed);
  if (!row.subject.empty()) insert.BindText(16, row.subject);
  insert.BindText(17, row.catalogue);
  return insert.Run();
}

}  // namespace

NodeReader StoredNodes(Connection& connection) {
  return [&connection](int level, uint64_t index) -> absl::StatusOr<std::string> {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select, connection.Prepare("SELECT hash FROM nodes WHERE level = ? AND idx = ?"));
    select.BindInt(1, level).BindInt(2, static_cast<int64_t>(index));
    KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (found) return select.Text(0);
    return absl::DataLossError(absl::StrCat("the stored tree lacks node ", level, "/", index));
  };
}

NodeWriter NodeStorage(Connection& connection) {
  return [&connection](int level, uint64_t index, const std::string& hash) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement insert,
        connection.Prepare("INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)"));
    insert.BindInt(1, level).BindInt(2, static_cast<int64_t>(index)).BindBlob(3, hash);
    return insert.Run();
  };
}

absl::StatusOr<uint64_t> LogSize(Connection& connection) {
  KLUIS_ASSIGN_OR_RETURN(Statement select, connection.Prepare("SELECT max(idx) FROM entries"));
  KLUIS_RETURN_IF_ERROR(select.Step().status());
  return select.IsNull(0) ? 0 : static_cast<uint64_t>(select.Int(0)) + 1;
}

absl::StatusOr<AppendedEntry> AppendEntry(Connection& connection, const SealedBox& box,
                                          const PendingEntry& pending, const std::string& time) {
  Entry entry = pending.entry;
  KLUIS_ASSIGN_OR_RETURN(entry.index, LogSize(connection));
  KLUIS_ASSIGN_OR_RETURN(std::string catalogue, CatalogueInForce(connection, entry.index));
  entry.time = time;
  if (entry.type == "request") {
    entry.snapshot = catalogue;
    if (entry.policy == kNoHash) {
      KLUIS_ASSIGN_OR_RETURN(entry.policy, PolicyInForce(connection));
    }
  } else if (entry.type == "snapshot") {
    catalogue = NextCatalogue(catalogue, entry.snapshot);
  }
  AppendedEntry appended{.index = entry.index, .leaf = {}};
  KLUIS_ASSIGN_OR_RETURN(appended.leaf, FormatEntry(entry));
  KLUIS_ASSIGN_OR_RETURN(std::string subject, SubjectOf(entry, pending.sealed.bytes));
  if (entry.type == "request") subject = pending.columns.mark;
  KLUIS_RETURN_IF_ERROR(InsertRow(connection, box,
                                  {.entry = entry,
                                   .leaf = appended.leaf,
                                   .columns = pending.columns,
                                   .sealed = pending.sealed,
                                   .subject = std::move(subject),
                                   .catalogue = std::move(catalogue)}));
  KLUIS_RETURN_IF_ERROR(AppendLeaf(entry.index, LeafHash(appended.leaf), StoredNodes(connection),
                                   NodeStorage(connection)));
  return appended;
}

std::string SetColumn(const std::vector<std::string>& names) {
  return names.empty() ? "" : absl::StrCat("|", absl::StrJoin(names, "|"), "|");
}

std::string ReleaseMark(bool after_check, const std::string& precedent) {
  const std::string under = precedent.empty() ? "" : absl::StrCat("precedent ", precedent);
  if (!after_check) return under;
  return under.empty() ? "after-check" : absl::StrCat("after-check ", under);
}

std::string BoundTo(absl::string_view column, absl::string_view leaf) {
  return absl::StrCat(column, "\n", leaf);
}

absl::StatusOr<StoredEntry> RowToEntry(const Statement& row, const SealedBox& box) {
  StoredEntry entry;
  entry.index = static_cast<uint64_t>(row.Int(0));
  entry.leaf = row.Text(1);
  entry.type = row.Text(2);
  entry.time = row.Text(3);
  entry.columns = {row.Text(4),
                   row.Text(5),
                   row.Text(6),
                   row.Text(7),
                   row.Text(8),
                   "",
                   row.Text(10),
                   row.Text(11),
                   row.Int(12),
                   row.Int(13),
                   entry.type == "request" ? row.Text(15) : ""};
  entry.removed = row.IsNull(14);
  entry.subject = row.Text(15);
  entry.catalogue = row.Text(16);
  const auto lost = [&entry](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("log entry ", entry.index, ": ", what, " was changed"));
  };
  if (!row.IsNull(9)) {
    auto query = box.Open(row.Text(9), BoundTo("query", entry.leaf));
    if (!query.ok()) return lost("a search column");
    entry.columns.query = *std::move(query);
  }
  if (entry.removed) return entry;
  const auto sealed = box.Open(row.Text(14), BoundTo("sealed", entry.leaf));
  if (!sealed.ok() || !Unpack(*sealed, &entry.sealed)) return lost("its sealed part");
  return entry;
}

absl::StatusOr<std::optional<StoredEntry>> FindEntry(Connection& connection, const SealedBox& box,
                                                     uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare(absl::StrCat("SELECT ", kEntryColumns, " FROM entries WHERE idx = ?")));
  select.BindInt(1, static_cast<int64_t>(index));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::optional<StoredEntry>();
  KLUIS_ASSIGN_OR_RETURN(StoredEntry entry, RowToEntry(select, box));
  return std::make_optional(std::move(entry));
}

absl::StatusOr<std::optional<uint64_t>> FindRequestIndex(Connection& connection,
                                                         const std::string& caller,
                                                         const std::string& request_id) {
  if (request_id.empty()) return std::optional<uint64_t>();
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT idx FROM entries WHERE caller = ? AND request_id = ? AND "
                         "request_id <> ''"));
  select.BindText(1, caller).BindText(2, request_id);
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::optional<uint64_t>();
  return std::make_optional(static_cast<uint64_t>(select.Int(0)));
}

absl::StatusOr<uint64_t> FindSubject(Connection& connection, const std::string& type,
                                     const std::string& sha256) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT max(idx) FROM entries WHERE type = ? AND subject = ?"));
  select.BindText(1, type).BindText(2, sha256);
  KLUIS_RETURN_IF_ERROR(select.Step().status());
  return static_cast<uint64_t>(select.Int(0));
}

absl::StatusOr<int64_t> CountOfProject(Connection& connection, const std::string& project,
                                       const std::string& since_utc) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT count(*) FROM entries WHERE project = ? AND time >= ?"));
  select.BindText(1, project).BindText(2, since_utc);
  KLUIS_RETURN_IF_ERROR(select.Step().status());
  return select.Int(0);
}

absl::Status SaveCheckpoint(Connection& connection, const StoredCheckpoint& checkpoint) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement insert,
      connection.Prepare("INSERT INTO checkpoints (size, root, note) VALUES (?, ?, ?)"));
  insert.BindInt(1, static_cast<int64_t>(checkpoint.checkpoint.size));
  insert.BindBlob(2, checkpoint.checkpoint.root).BindText(3, checkpoint.note);
  return insert.Run();
}

absl::StatusOr<std::optional<StoredCheckpoint>> LastCosigned(Connection& connection) {
  // CROSS JOIN: from the few that are cosigned; SQLite would begin with all that were signed.
  return OneCheckpoint(connection,
                       "SELECT c.size, root, note || lines FROM cosignatures AS c CROSS JOIN "
                       "checkpoints AS k ON k.size = c.size ORDER BY c.size DESC LIMIT 1");
}

absl::StatusOr<std::optional<StoredCheckpoint>> LastCheckpoint(Connection& connection) {
  return OneCheckpoint(connection,
                       "SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1");
}

}  // namespace kluis
