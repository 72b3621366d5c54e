// Checks a log from its public parts alone: `log verify --from DIR`, without the server.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_LOG_CHECK_H_
#define KLUIS_DISCLOSURE_EVIDENCE_LOG_CHECK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/trust.h"

namespace kluis {

// What must hold from one entry to the next: form, index, and the hash of the catalogue.
class EntrySequence {
 public:
  // DATA_LOSS names the index at which the sequence breaks.
  absl::StatusOr<Entry> Next(absl::string_view leaf);
  uint64_t size() const { return size_; }
  const std::string& catalogue() const { return catalogue_; }

 private:
  uint64_t size_ = 0;
  std::string catalogue_ = EmptyCatalogue();
};

struct LogSummary {
  uint64_t size = 0;      // entries read
  std::string root;       // of all of them, 32 bytes
  Checkpoint checkpoint;  // the largest one that was checked
  uint64_t trusted = 0;   // entries up to the largest checkpoint that the quorum holds for
};

// Puts the next leaf into `leaf`; false at the end.
using LeafReader = std::function<absl::StatusOr<bool>(std::string* leaf)>;

// Recomputes the tree and compares it with every checkpoint in `notes` (one or more, any order),
// of which the largest must cover all entries. DATA_LOSS names the first bad index, or the range of
// entries that hides it; PERMISSION_DENIED a signature that does not hold; DATA_LOSS also when two
// checkpoints of one size differ: the log was forked, and both notes are the evidence. The quorum
// must hold for one of the notes; PERMISSION_DENIED where it holds for none. O(n).
absl::StatusOr<LogSummary> CheckLog(const LeafReader& next, const std::vector<std::string>& notes,
                                    const TrustPolicy& trust);

// The message for entries [from, to) that do not give the signed root of size `to`.
absl::Status RangeLost(uint64_t from, uint64_t to);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_LOG_CHECK_H_
