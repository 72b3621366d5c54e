// SHA-256, salted commitments and text forms that have exactly one spelling.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_DIGEST_H_
#define KLUIS_DISCLOSURE_EVIDENCE_DIGEST_H_

#include <cstddef>
#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

inline constexpr size_t kHashSize = 32;
inline constexpr size_t kSaltSize = 32;

// The 32 bytes of SHA-256 over the concatenation of `parts`. Thread safe.
std::string Sha256(std::initializer_list<absl::string_view> parts);
std::string Sha256(absl::string_view bytes);

// SHA-256(salt || SHA-256(bytes)). Hiding as long as the 32 random bytes of `salt` are secret: the
// count of a small cell cannot be found by trying. Without the salt it proves nothing.
std::string Commitment(absl::string_view salt, absl::string_view bytes);
// The same of bytes whose SHA-256 is at hand.
std::string CommitmentOfHash(absl::string_view salt, absl::string_view sha256);

// Lower case.
std::string ToHex(absl::string_view bytes);

// True for exactly 64 characters of 0-9 and a-f.
bool IsSha256Hex(absl::string_view text);

std::string Base64(absl::string_view bytes);

// RFC 4648 with padding. Pad bits count: every text but the one that Base64() writes is
// INVALID_ARGUMENT, so that no bit of a proof can be changed unseen.
absl::StatusOr<std::string> StrictBase64(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_DIGEST_H_
