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
#include "server/store/database.h"

namespace kluis {

extern const char kLedgerSchema[];

// What a request's row repeats of its sealed part, to search by. Empty for events.
struct RequestColumns {
  std::string release, caller, request_id, status, project, query;
  int64_t cells = 0, suppressed = 0;
};

// An entry that has no place yet. `entry` lacks its index, its time and, for a request, its
// snapshot field; AppendEntry() fills them.
struct PendingEntry {
  Entry entry;
  RequestColumns columns;
  std::string sealed, sealed_salt, answer_salt;
};

struct StoredEntry {
  uint64_t index = 0;
  std::string leaf, type, time;
  RequestColumns columns;
  std::string sealed, sealed_salt, answer_salt, subject, catalogue;
};

struct StoredCheckpoint {
  Checkpoint checkpoint;  // origin is left empty
  std::string note;
};

// Reads and writes of complete subtrees. A hash that is not there is DATA_LOSS.
NodeReader StoredNodes(Connection& connection);
NodeWriter NodeStorage(Connection& connection);

absl::StatusOr<uint64_t> LogSize(Connection& connection);

// Writes the row, the leaf and the subtrees that it closes. Returns the index.
absl::StatusOr<uint64_t> AppendEntry(Connection& connection, PendingEntry pending,
                                     const std::string& time);

// Rows of a query over kEntryColumns.
extern const char kEntryColumns[];
StoredEntry RowToEntry(const Statement& row);
absl::StatusOr<std::optional<StoredEntry>> FindEntry(Connection& connection, uint64_t index);
absl::StatusOr<std::optional<uint64_t>> FindRequestIndex(Connection& connection,
                                                         const std::string& caller,
                                                         const std::string& request_id);
// The latest event of `type` (policy or snapshot) about this hash; 0 when there is none.
absl::StatusOr<uint64_t> FindSubject(Connection& connection, const std::string& type,
                                     const std::string& sha256);

absl::Status SaveCheckpoint(Connection& connection, const StoredCheckpoint& checkpoint);
absl::StatusOr<std::optional<StoredCheckpoint>> LastCheckpoint(Connection& connection);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_ENTRY_STORE_H_
