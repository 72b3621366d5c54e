// C2SP signed notes and tlog checkpoints with Ed25519: text that a reviewer can read.
// Formats: c2sp.org/signed-note, c2sp.org/tlog-checkpoint (docs/log.md has an example first).
#ifndef KLUIS_DISCLOSURE_EVIDENCE_SIGNED_NOTE_H_
#define KLUIS_DISCLOSURE_EVIDENCE_SIGNED_NOTE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// A public key as text: name+8 hex digits+base64(0x01 || 32 bytes). Key ID = first 4 bytes of
// SHA-256(name || 0x0A || 0x01 || public key).
class NoteVerifier {
 public:
  static absl::StatusOr<NoteVerifier> Parse(absl::string_view vkey);
  const std::string& name() const { return name_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes
  std::string ToString() const;
  // The body (with its last newline) of a note that carries a good signature of this key. Unknown
  // keys' lines are ignored; a bad line of this key, control characters, bad base64 (pad bits
  // count) or more than 100 lines reject the note: INVALID_ARGUMENT or PERMISSION_DENIED.
  absl::StatusOr<std::string> Open(absl::string_view note) const;

 private:
  friend class NoteSigner;
  NoteVerifier() = default;
  std::string name_, public_key_;
};

// Immutable, thread safe. The private key never leaves it but through ToPrivateText().
class NoteSigner {
 public:
  // `seed`: 32 bytes.
  static absl::StatusOr<NoteSigner> FromSeed(absl::string_view name, absl::string_view seed);
  // "PRIVATE+KEY+name+8 hex+base64(0x01 || seed)", as Go's note package writes it.
  static absl::StatusOr<NoteSigner> ParsePrivateText(absl::string_view text);
  std::string ToPrivateText() const;
  const NoteVerifier& verifier() const { return verifier_; }
  // body + "\n" + "— name base64\n". REQUIRES: body ends in a newline.
  std::string Sign(absl::string_view body) const;

 private:
  NoteSigner() = default;
  NoteVerifier verifier_;
  std::string seed_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_SIGNED_NOTE_H_
