// signatures.json of a policy folder: the manifest that was signed, and what officers signed of it.
//
//   {
//    "format": "kluis-policy-signatures/1",
//    "manifest": "{\"files\":{...},\"format\":\"kluis-policy-bundle/1\",...}",
//    "signatures": [
//     {"key": "5f1c...", "officer": "p.devries@cbs.nl", "reason": "...", "signature": "..."}]
//   }
//
// There is one layout, the one of FormatSignatures(): no byte of the file can be changed unseen.
// What is signed (Ed25519, RFC 8032) is canonical JSON that names format, manifest, officer and
// reason, so no signature can be taken over to another officer, reason, bundle or use.
#ifndef KLUIS_DISCLOSURE_POLICY_SIGN_SIGNATURE_H_
#define KLUIS_DISCLOSURE_POLICY_SIGN_SIGNATURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

inline constexpr char kSignaturesFile[] = "signatures.json";

struct PolicySignature {
  std::string officer;    // id in officers.yaml
  std::string key;        // OfficerKeyId() of the public key
  std::string reason;     // why, in words; required where anything becomes weaker
  std::string signature;  // 64 bytes
  bool operator==(const PolicySignature&) const = default;
};

struct PolicySignatures {
  std::string manifest;  // CanonicalManifest()
  std::vector<PolicySignature> signatures;
  bool operator==(const PolicySignatures&) const = default;
};

// The secret key of an officer. It never leaves the officer's machine.
struct OfficerKey {
  std::string officer;
  std::string seed;  // 32 random bytes
};

// The first 16 hex digits of the SHA-256 of a public key.
std::string OfficerKeyId(absl::string_view public_key);

// The text of a key file. ParseOfficerKey(): INVALID_ARGUMENT for every other text; it says nothing
// of what stands there.
std::string FormatOfficerKey(const OfficerKey& key);
absl::StatusOr<OfficerKey> ParseOfficerKey(absl::string_view text);

// INVALID_ARGUMENT: the seed has not 32 bytes, or the reason is no UTF-8 text of at most 2,000
// bytes.
absl::StatusOr<PolicySignature> SignPolicy(const OfficerKey& key, absl::string_view manifest,
                                           absl::string_view reason);
// Of this key over this manifest, officer and reason.
bool IsSignedBy(const PolicySignature& signature, absl::string_view manifest,
                absl::string_view public_key);

std::string FormatSignatures(const PolicySignatures& signatures);
// INVALID_ARGUMENT unless `text` is what FormatSignatures() gives for its value. Verifies nothing.
absl::StatusOr<PolicySignatures> ParseSignatures(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_SIGN_SIGNATURE_H_
