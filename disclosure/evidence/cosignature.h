// c2sp.org/tlog-cosignature, cosignature/v1 with Ed25519: a witness says that a checkpoint
// continues all it has seen of that log. A line in the checkpoint's note:
//   — heerlen.nl/getuige base64(key ID || u64 time, big-endian || 64 bytes)
// over "cosignature/v1\ntime <time>\n" and the checkpoint's body.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_COSIGNATURE_H_
#define KLUIS_DISCLOSURE_EVIDENCE_COSIGNATURE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// A public key as text: name+8 hex digits+base64(0x04 || 32 bytes).
class CosignatureVerifier {
 public:
  static absl::StatusOr<CosignatureVerifier> Parse(absl::string_view vkey);
  const std::string& name() const { return name_; }
  const std::string& public_key() const { return public_key_; }
  std::string ToString() const;
  // When this witness cosigned the note, in seconds since 1970: the latest of its lines. None when
  // it has no line there. PERMISSION_DENIED when one of its lines does not hold; INVALID_ARGUMENT
  // when `note` is no note.
  absl::StatusOr<std::optional<uint64_t>> Check(absl::string_view note) const;

 private:
  friend class CosignatureSigner;
  CosignatureVerifier() = default;
  std::string name_, public_key_;
};

// Immutable, thread safe.
class CosignatureSigner {
 public:
  // `seed`: 32 bytes, of no other key.
  static absl::StatusOr<CosignatureSigner> FromSeed(absl::string_view name, absl::string_view seed);
  // "PRIVATE+KEY+name+8 hex+base64(0x04 || seed)".
  static absl::StatusOr<CosignatureSigner> ParsePrivateText(absl::string_view text);
  std::string ToPrivateText() const;
  const CosignatureVerifier& verifier() const { return verifier_; }
  // The line, with its newline, that is put at the end of the note with this body.
  // REQUIRES: body ends in a newline, time < 2^63.
  std::string Cosign(absl::string_view body, uint64_t time) const;

 private:
  CosignatureSigner() = default;
  CosignatureVerifier verifier_;
  std::string seed_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_COSIGNATURE_H_
