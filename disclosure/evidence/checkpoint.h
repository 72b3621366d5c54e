// c2sp.org/tlog-checkpoint: what a log signs about itself.
//   kluis.example/demo
//   2
//   9ZEH… (base64 of the root)
#ifndef KLUIS_DISCLOSURE_EVIDENCE_CHECKPOINT_H_
#define KLUIS_DISCLOSURE_EVIDENCE_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/signed_note.h"

namespace kluis {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  std::string root;  // 32 bytes
};

// Three lines, each with its newline: the body of a signed note.
std::string FormatCheckpoint(const Checkpoint& checkpoint);

// INVALID_ARGUMENT for any text but the one that FormatCheckpoint() writes: no leading zeros, no
// extension lines, strict base64.
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view body);

// The checkpoint of a note that `verifier` signed. Its origin must be the name of the key.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const NoteVerifier& verifier);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_CHECKPOINT_H_
