// What the field `sealed` of an entry commits to, made so that one cell of a table can be shown
// without the rest:
//   sealed = SHA-256(0x01 || Commitment(salt, part) || root)
//   root   = RFC 6962 root over Commitment(salt of cell i, cell i), i = 0, 1, ...
//   salt of cell i = SHA-256(salt || SHA-256("kluis cell <i>"))
// `part` is the sealed part whole, cells included. Who is shown a cell gets its salt and two
// hashes on the way to the leaf; nothing else can be found from them by trying.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_SEALED_PART_H_
#define KLUIS_DISCLOSURE_EVIDENCE_SEALED_PART_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/trust.h"

namespace kluis {

// One key for all cells of an entry; the salt of one tells nothing about another's. 32 bytes.
std::string CellSalt(absl::string_view salt, uint64_t cell);

// The root over the cells; EmptyRoot() when there are none. O(cells).
std::string CellsRoot(absl::string_view salt, const std::vector<std::string>& cells);
// Over cell(0) to cell(cells - 1).
std::string CellsRoot(absl::string_view salt, uint64_t cells,
                      absl::FunctionRef<absl::string_view(uint64_t)> cell);

// The 32 bytes of the field `sealed`.
std::string SealedCommitment(absl::string_view salt, absl::string_view part,
                             absl::string_view cells_root);

// One cell as it is shown to an auditor.
struct CellProof {
  std::string entry;              // the public part, kEntrySize bytes
  std::string cell, salt;         // bytes as they were hashed, and the salt of this cell
  uint64_t index = 0, count = 0;  // of the cell, among so many
  std::vector<std::string> path;  // from the cell to the root over the cells
  std::string part;               // Commitment(salt, part) of the whole
  std::string proof;              // tlog-proof of the entry
};

// REQUIRES: index < cells.size(). `entry` and `proof` are left empty.
CellProof ProveCell(absl::string_view salt, absl::string_view part,
                    const std::vector<std::string>& cells, uint64_t index);

struct VerifiedCell {
  Entry entry;
  Checkpoint checkpoint;
};

// PERMISSION_DENIED or INVALID_ARGUMENT names the first of these that does not hold: the form of
// entry and proof, the cell's way to the entry, the entry's way to the signed checkpoint.
absl::StatusOr<VerifiedCell> VerifyCell(const CellProof& cell, const TrustPolicy& trust);

// A JSON object; all but `index`, `count` and `proof` in base64.
std::string FormatCellProof(const CellProof& cell);
// INVALID_ARGUMENT names what is missing, unknown or not strict base64.
absl::StatusOr<CellProof> ParseCellProof(absl::string_view json);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_SEALED_PART_H_
