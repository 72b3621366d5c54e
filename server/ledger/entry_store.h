// The ledger's tables. Everything here runs inside a transaction of its caller.
#ifndef KLUIS_SERVER_LEDGER_ENTRY_STORE_H_
#define KLUIS_SERVER_LEDGER_ENTRY_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "server/ledger/sealed_box.h"
#include "server/store/database.h"

namespace kluis {

extern const char kLedgerSchema[];

// What a request's row repeats of its sealed part, to search by. Empty for events.
struct RequestColumns {
  std::string release, caller, request_id, status, project;
  std::string query;               // encrypted in the table
  std::string datasets, lineages;  // as SetColumn() writes them
  int64_t cells = 0, suppressed = 0;
  std::string mark;  // ReleaseMark(), in the column `subject`
};

// What releases are found by that reviewers look at afterwards, or that a precedent let through:
// "after-check", "precedent ID", "after-check precedent ID"; empty of all others.
std::string ReleaseMark(bool after_check, const std::string& precedent);

// "|a|b|" for {"a", "b"}; empty for none. REQUIRES: no bar in a name.
std::string SetColumn(const std::vector<std::string>& names);

// What an entry holds beside its public part. Stored as one encrypted blob.
struct SealedPart {
  std::string bytes;        // SealedRequest, or JSON of an event
  std::string salt;         // 32 bytes
  std::string answer_salt;  // 32 bytes; of events zeros
  std::string cells_root;   // CellsRoot()
};

// An entry that has no place yet. `entry` lacks its index, its time and, for a request, its
// snapshot field; AppendEntry() fills them.
struct PendingEntry {
  Entry entry;
  RequestColumns columns;
  SealedPart sealed;
};

struct StoredEntry {
  uint64_t index = 0;
  std::string leaf, type, time;
  RequestColumns columns;
  SealedPart sealed;
  bool removed = false;  // the sealed part is gone
  std::string subject, catalogue;
};

struct StoredCheckpoint {
  Checkpoint checkpoint;  // origin is left empty
  std::string note;
};

// Reads and writes of complete subtrees. A hash that is not there is DATA_LOSS.
NodeReader StoredNodes(Connection& connection);
NodeWriter NodeStorage(Connection& connection);

absl::StatusOr<uint64_t> LogSize(Connection& connection);

struct AppendedEntry {
  uint64_t index = 0;
  std::string leaf;
};

// Writes the row, the leaf and the subtrees that it closes.
absl::StatusOr<AppendedEntry> AppendEntry(Connection& connection, const SealedBox& box,
                                          const PendingEntry& pending, const std::string& time);

// What the encryption of a column is bound to: nothing can be moved to another entry or column.
std::string BoundTo(absl::string_view column, absl::string_view leaf);

// Rows of a query over kEntryColumns.
extern const char kEntryColumns[];
// DATA_LOSS names the entry whose sealed part does not open.
absl::StatusOr<StoredEntry> RowToEntry(const Statement& row, const SealedBox& box);
absl::StatusOr<std::optional<StoredEntry>> FindEntry(Connection& connection, const SealedBox& box,
                                                     uint64_t index);
absl::StatusOr<std::optional<uint64_t>> FindRequestIndex(Connection& connection,
                                                         const std::string& caller,
                                                         const std::string& request_id);
// The latest event of `type` (policy or snapshot) about this hash; 0 when there is none.
absl::StatusOr<uint64_t> FindSubject(Connection& connection, const std::string& type,
                                     const std::string& sha256);

// Entries of requests of a project since a time.
absl::StatusOr<int64_t> CountOfProject(Connection& connection, const std::string& project,
                                       const std::string& since_utc);

absl::Status SaveCheckpoint(Connection& connection, const StoredCheckpoint& checkpoint);
// The latest that has cosignatures, with them in its note.
absl::StatusOr<std::optional<StoredCheckpoint>> LastCosigned(Connection& connection);
absl::StatusOr<std::optional<StoredCheckpoint>> LastCheckpoint(Connection& connection);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_ENTRY_STORE_H_
