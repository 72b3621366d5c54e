// What a `review` entry holds: a JSON object of the desk, and the index of the entry it is about.
#ifndef KLUIS_SERVER_LEDGER_REVIEW_ENTRY_H_
#define KLUIS_SERVER_LEDGER_REVIEW_ENTRY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/entry.h"

namespace kluis {

// The sealed bytes of a review of entry `reviewed`. INVALID_ARGUMENT when `json` is no object, is
// not UTF-8, or has a key `entry` of its own.
absl::StatusOr<std::string> SealReview(uint64_t reviewed, absl::string_view json);

// The index in SealReview()'s bytes. DATA_LOSS for other bytes.
absl::StatusOr<uint64_t> ReviewedEntry(absl::string_view sealed);

// What the entry of a user's certificate is found by.
std::string GrantSubject(absl::string_view certificate_sha256);

// What an entry is found by: of a policy or snapshot its hash, of a review the index reviewed in
// decimal, of a grant GrantSubject(), else nothing. DATA_LOSS as ReviewedEntry().
absl::StatusOr<std::string> SubjectOf(const Entry& entry, absl::string_view sealed);

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_REVIEW_ENTRY_H_
