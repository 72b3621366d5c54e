// Ed25519 (RFC 8032) of OpenSSL, over bytes in strings.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_ED25519_H_
#define KLUIS_DISCLOSURE_EVIDENCE_ED25519_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

inline constexpr size_t kEd25519KeySize = 32, kEd25519SignatureSize = 64;

// INVALID_ARGUMENT when the seed does not have 32 bytes.
absl::StatusOr<std::string> Ed25519PublicKey(absl::string_view seed);
// REQUIRES: a seed of 32 bytes.
std::string SignEd25519(absl::string_view seed, absl::string_view message);
bool VerifyEd25519(absl::string_view public_key, absl::string_view message,
                   absl::string_view signature);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_ED25519_H_
