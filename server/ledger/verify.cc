#include "server/ledger/verify.h"

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/log_check.h"
#include "disclosure/evidence/merkle.h"
#include "server/ledger/removal.h"
#include "server/ledger/review_entry.h"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

// The stored subtrees of each level, read in order beside the recomputed ones.
class NodeCursor {
 public:
  explicit NodeCursor(Connection& connection) : connection_(connection) {}

  // DATA_LOSS when the next stored node of `level` is not this one.
  absl::Status Expect(int level, uint64_t index, const std::string& hash) {
    if (level == static_cast<int>(levels_.size())) {
      KLUIS_ASSIGN_OR_RETURN(
          Statement select,
          connection_.Prepare("SELECT idx, hash FROM nodes WHERE level = ? ORDER BY idx"));
      select.BindInt(1, level);
      levels_.push_back(std::move(select));
    }
    Statement& row = levels_[level];
    KLUIS_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (found && row.Int(0) == static_cast<int64_t>(index) && row.Text(1) == hash) {
      return absl::OkStatus();
    }
    if (level == 0) {
      return absl::DataLossError(
          absl::StrCat("log entry ", index, " is not the one that the stored tree was built on"));
    }
    return absl::DataLossError(absl::StrCat("log entry ", (index << level), ": the stored hash of ",
                                            (uint64_t{1} << level),
                                            " entries from it was changed"));
  }

 private:
  Connection& connection_;
  std::vector<Statement> levels_;
};

absl::Status CheckNoNodeAfter(Connection& connection, uint64_t size) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare(
          "SELECT 1 FROM nodes WHERE ((idx + 1) << level) > ? OR level > 62 LIMIT 1"));
  select.BindInt(1, static_cast<int64_t>(size));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("log entry ", size, " is missing: the stored tree goes on after it"));
}

// What SQLite keeps of a statement of the schema: kind, name, table, text.
std::string KeptOf(absl::string_view statement) {
  const std::string text = absl::StrReplaceAll(statement, {{"IF NOT EXISTS ", ""}});
  std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  if (words[1] == "UNIQUE") words.erase(words.begin() + 1);
  const auto on = std::find(words.begin(), words.end(), "ON");
  const std::string& table = words[1] == "TABLE" ? words[2] : *(on + 1);
  return absl::StrCat(absl::AsciiStrToLower(words[1]), "|", words[2], "|", table, "|", text);
}

// One letter of it decides how values are compared and what an index holds.
absl::Status CheckSchema(Connection& connection) {
  std::set<std::string> expected, kept;
  for (absl::string_view statement : absl::StrSplit(kLedgerSchema, ";\n")) {
    statement = absl::StripAsciiWhitespace(statement);
    if (!statement.empty()) expected.insert(KeptOf(statement));
  }
  KLUIS_ASSIGN_OR_RETURN(Statement rows,
                         connection.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_master "
                                            "WHERE sql IS NOT NULL"));
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) break;
    kept.insert(
        absl::StrCat(rows.Text(0), "|", rows.Text(1), "|", rows.Text(2), "|", rows.Text(3)));
  }
  if (kept == expected) return absl::OkStatus();
  return absl::DataLossError("the log's tables are not declared as they were");
}

// What is looked up by an index would be missed where the index lacks it: a review, a request id.
absl::Status CheckIndexes(Connection& connection) {
  // Every row is looked up in every index, so their pages must stay: 64 MiB, for this check only.
  KLUIS_RETURN_IF_ERROR(connection.Execute("PRAGMA cache_size=-65536"));
  KLUIS_ASSIGN_OR_RETURN(Statement check, connection.Prepare("PRAGMA integrity_check('entries')"));
  KLUIS_ASSIGN_OR_RETURN(const bool row, check.Step());
  const bool agree = row && check.Text(0) == "ok";
  KLUIS_RETURN_IF_ERROR(connection.Execute("PRAGMA cache_size=-2000; PRAGMA shrink_memory"));
  if (agree) return absl::OkStatus();
  return absl::DataLossError("the log's indexes do not agree with its entries");
}

// The roots signed on the way, to say where the log leaves what was signed.
absl::Status Locate(Connection& connection, uint64_t size) {
  KLUIS_ASSIGN_OR_RETURN(Statement leaves,
                         connection.Prepare("SELECT leaf FROM entries ORDER BY idx"));
  KLUIS_ASSIGN_OR_RETURN(Statement roots,
                         connection.Prepare("SELECT size, root FROM checkpoints ORDER BY size"));
  TreeHasher tree;
  uint64_t good = 0;
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, roots.Step());
    if (!more) return RangeLost(good, size);
    const auto signed_size = static_cast<uint64_t>(roots.Int(0));
    while (tree.size() < signed_size) {
      KLUIS_ASSIGN_OR_RETURN(const bool found, leaves.Step());
      if (!found) return RangeLost(good, size);
      KLUIS_RETURN_IF_ERROR(tree.Add(leaves.Text(0)));
    }
    if (tree.Root() != roots.Text(1)) return RangeLost(good, signed_size);
    good = signed_size;
  }
}

// `removed_below`: sealed parts from there on may not be missing.
absl::Status CheckRow(const StoredEntry& row, uint64_t removed_below, EntrySequence* sequence) {
  if (row.index != sequence->size()) {
    return absl::DataLossError(absl::StrCat("log entry ", sequence->size(), " is missing"));
  }
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, sequence->Next(row.leaf));
  if (row.removed && (row.index >= removed_below || !IsRemovable(entry.type))) {
    return absl::DataLossError(
        absl::StrCat("log entry ", row.index, ": its sealed part is gone, and no removal says so"));
  }
  KLUIS_RETURN_IF_ERROR(CheckSealed(row, entry));
  absl::StatusOr<std::string> subject = std::string();
  if (!row.removed) subject = SubjectOf(entry, row.sealed.bytes);
  if (entry.type == "request") subject = row.columns.mark;  // compared with the others
  if (row.catalogue != sequence->catalogue() || !subject.ok() || row.subject != *subject) {
    return absl::DataLossError(
        absl::StrCat("log entry ", row.index, ": its catalogue or subject column was changed"));
  }
  return absl::OkStatus();
}

absl::Status CheckRoot(Connection& connection, const TreeHasher& tree,
                       const std::optional<StoredCheckpoint>& last, const NoteVerifier& verifier) {
  if (!last.has_value()) {
    if (tree.size() == 0) return absl::OkStatus();
    return absl::DataLossError("log entry 0 is not signed: there is no checkpoint");
  }
  auto opened = OpenCheckpoint(last->note, verifier);
  if (!opened.ok()) {
    return absl::DataLossError(absl::StrCat("the last checkpoint: ", opened.status().message()));
  }
  if (opened->size != last->checkpoint.size || opened->root != last->checkpoint.root) {
    return absl::DataLossError("the last checkpoint is not the one in its signed note");
  }
  if (opened->size != tree.size()) {
    return absl::DataLossError(
        absl::StrCat("log entry ", std::min(opened->size, tree.size()),
                     opened->size > tree.size() ? " is missing" : " is not signed", ": ",
                     tree.size(), " entries, and a signed checkpoint of ", opened->size));
  }
  return opened->root == tree.Root() ? absl::OkStatus() : Locate(connection, tree.size());
}

absl::StatusOr<StoredLog> VerifyRows(Connection& connection, const SealedBox& box,
                                     const NoteVerifier& verifier) {
  StoredLog log;
  KLUIS_ASSIGN_OR_RETURN(const uint64_t removed_below, RemovedBelow(connection, box));
  NodeCursor stored(connection);
  TreeHasher tree([&stored](int level, uint64_t index, const std::string& hash) {
    return stored.Expect(level, index, hash);
  });
  EntrySequence sequence;
  KLUIS_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare(absl::StrCat("SELECT ", kEntryColumns, " FROM entries ORDER BY idx")));
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) break;
    KLUIS_ASSIGN_OR_RETURN(const StoredEntry row, RowToEntry(rows, box));
    KLUIS_RETURN_IF_ERROR(CheckRow(row, removed_below, &sequence));
    log.removed += row.removed ? 1 : 0;
    KLUIS_RETURN_IF_ERROR(tree.Add(row.leaf));
  }
  KLUIS_RETURN_IF_ERROR(CheckNoNodeAfter(connection, tree.size()));
  KLUIS_ASSIGN_OR_RETURN(log.last, LastCheckpoint(connection));
  KLUIS_RETURN_IF_ERROR(CheckRoot(connection, tree, log.last, verifier));
  return log;
}

}  // namespace

absl::StatusOr<StoredLog> VerifyStoredLog(const Database& database, const SealedBox& box,
                                          const NoteVerifier& verifier) {
  KLUIS_RETURN_IF_ERROR(database.Read(CheckSchema));
  absl::Status indexes;
  std::thread beside([&] { indexes = database.Read(CheckIndexes); });
  absl::StatusOr<StoredLog> log = absl::InternalError("not read");
  const absl::Status rows = database.Read([&](Connection& connection) {
    log = VerifyRows(connection, box, verifier);
    return log.status();
  });
  beside.join();
  // What is wrong with a row says more.
  KLUIS_RETURN_IF_ERROR(rows);
  KLUIS_RETURN_IF_ERROR(indexes);
  return log;
}

}  // namespace kluis
