// The public part of a log entry: what is hashed into the tree. One size for all, so that neither
// its length nor its fields tell a released request from a refused one (docs/log.md).
//   kluis/entry/v1
//   index 000000000012
//   type  request
//   time 2026-11-22T22:20:00Z
//   policy <64 hex>
//   snapshot <64 hex>
//   answer <64 hex>
//   sealed <64 hex>
#ifndef KLUIS_DISCLOSURE_EVIDENCE_ENTRY_H_
#define KLUIS_DISCLOSURE_EVIDENCE_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

inline constexpr size_t kEntrySize = 364;
inline constexpr char kNoHash[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

struct Entry {
  uint64_t index = 0;    // below 10^12
  std::string type;      // request | review | policy | snapshot | grant | key | open | removal
  std::string time;      // RFC 3339, UTC, seconds; the order of the log is the truth
  std::string policy;    // SHA-256 of the policy in force, hex; kNoHash where it does not apply
  std::string snapshot;  // type snapshot: of the data; request: the catalogue (below)
  std::string answer;    // Commitment() to the canonical answer, hex; events: kNoHash
  std::string sealed;    // SealedCommitment() of the sealed part, hex
};

// True for the types above.
bool IsEntryType(absl::string_view type);

// kEntrySize bytes. INVALID_ARGUMENT names the field that does not fit.
absl::StatusOr<std::string> FormatEntry(const Entry& entry);

// Strict: FormatEntry(ParseEntry(text)) == text, else INVALID_ARGUMENT.
absl::StatusOr<Entry> ParseEntry(absl::string_view text);

// All snapshots registered so far as one hash, all in hex: SHA-256("") at first, and after each
// entry of type snapshot the SHA-256 of the hash before it and its snapshot field. A request
// carries it instead of the snapshots that it read: a refusal has none, and which data set a
// question is about is not public. Anyone who holds the public parts can compute it.
std::string EmptyCatalogue();
std::string NextCatalogue(absl::string_view catalogue, absl::string_view snapshot);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_ENTRY_H_
