#include "disclosure/evidence/checkpoint.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {

std::string FormatCheckpoint(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n", Base64(checkpoint.root),
                      "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view body) {
  const std::vector<absl::string_view> lines = absl::StrSplit(body, '\n');
  Checkpoint checkpoint;
  if (lines.size() != 4 || !lines[3].empty() || lines[0].empty()) {
    return absl::InvalidArgumentError("a checkpoint has three lines: origin, size, root");
  }
  if (!absl::SimpleAtoi(lines[1], &checkpoint.size) || absl::StrCat(checkpoint.size) != lines[1]) {
    return absl::InvalidArgumentError("the size of a checkpoint is not a plain decimal number");
  }
  KLUIS_ASSIGN_OR_RETURN(checkpoint.root, StrictBase64(lines[2]));
  if (checkpoint.root.size() != kHashSize) {
    return absl::InvalidArgumentError("the root of a checkpoint does not have 32 bytes");
  }
  checkpoint.origin = std::string(lines[0]);
  return checkpoint;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const NoteVerifier& verifier) {
  KLUIS_ASSIGN_OR_RETURN(const std::string body, verifier.Open(note));
  KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(body));
  if (checkpoint.origin != verifier.name()) {
    return absl::PermissionDeniedError(
        absl::StrCat("a checkpoint of ", checkpoint.origin, ", not of ", verifier.name()));
  }
  return checkpoint;
}

}  // namespace kluis
