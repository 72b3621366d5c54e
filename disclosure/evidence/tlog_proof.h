// c2sp.org/tlog-proof@v1: one entry's place in the log, checkable years later without the server.
//   c2sp.org/tlog-proof@v1
//   index 12
//   <base64 hash> ... one line each
//   <empty line>
//   <checkpoint: a signed note>
#ifndef KLUIS_DISCLOSURE_EVIDENCE_TLOG_PROOF_H_
#define KLUIS_DISCLOSURE_EVIDENCE_TLOG_PROOF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/trust.h"

namespace kluis {

struct TlogProof {
  uint64_t index = 0;
  std::vector<std::string> hashes;  // 32 bytes each, from the leaf to the root
  std::string checkpoint;           // the signed note
};

std::string FormatTlogProof(const TlogProof& proof);

// INVALID_ARGUMENT for any text but the one that FormatTlogProof() writes. The optional line
// `extra` is refused too: nothing authenticates it.
absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text);

// The checkpoint that holds `entry` at proof.index. PERMISSION_DENIED names what fails.
absl::StatusOr<Checkpoint> VerifyTlogProof(const TlogProof& proof, absl::string_view entry,
                                           const TrustPolicy& trust);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_TLOG_PROOF_H_
