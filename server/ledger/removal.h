// Sealed parts that are gone after their term, and the entries that say so.
#ifndef KLUIS_SERVER_LEDGER_REMOVAL_H_
#define KLUIS_SERVER_LEDGER_REMOVAL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/ledger.h"

namespace kluis {

// Types whose sealed part names people or holds figures.
bool IsRemovable(absl::string_view type);

// Ledger::RemoveSealed(), within a transaction.
absl::StatusOr<Removal> RemoveSealedParts(Connection& connection, const SealedBox& box,
                                          const std::string& before_utc, const std::string& now);

// Where the removals of the log end: an entry at or after this index without its sealed part lost
// it in another way. 0 when there was no removal. DATA_LOSS names a removal that was changed.
absl::StatusOr<uint64_t> RemovedBelow(Connection& connection, const SealedBox& box);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_REMOVAL_H_
