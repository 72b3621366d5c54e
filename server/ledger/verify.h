// The check that stands before serving: the stored log against its own last signed checkpoint.
#ifndef KLUIS_SERVER_LEDGER_VERIFY_H_
#define KLUIS_SERVER_LEDGER_VERIFY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "disclosure/evidence/signed_note.h"
#include "server/ledger/entry_store.h"
#include "server/store/database.h"

namespace kluis {

struct StoredLog {
  std::optional<StoredCheckpoint> last;  // none when the log is new and empty
  uint64_t removed = 0;                  // entries without their sealed part
};

// Recomputes every leaf, every stored subtree, the root, and every commitment to a sealed part, and
// beside it, on a thread of its own, compares the indexes with the rows.
// A sealed part may be missing where a removal says so. DATA_LOSS names the first bad index where
// the stored tree or an older checkpoint still shows it. O(n) time, O(log n) memory. Nobody may
// write meanwhile.
absl::StatusOr<StoredLog> VerifyStoredLog(const Database& database, const SealedBox& box,
                                          const NoteVerifier& verifier);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_VERIFY_H_
