// The text forms of c2sp.org/signed-note: keys, and the lines of a note. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_NOTE_TEXT_H_
#define KLUIS_DISCLOSURE_EVIDENCE_NOTE_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// The byte that says what a key signs: notes, or checkpoints as a witness.
enum class NoteKeyType : unsigned char { kEd25519 = 1, kCosignature = 4 };

inline constexpr size_t kNoteKeyIdSize = 4;

// SHA-256(name || 0x0A || type || public key)[:4].
std::string NoteKeyId(absl::string_view name, NoteKeyType type, absl::string_view public_key);

// Not empty, UTF-8, without white space, control characters and plus signs.
bool IsNoteKeyName(absl::string_view name);

// name+8 hex digits+base64(type || 32 bytes), for public and private keys alike.
struct NoteKeyText {
  std::string name, key_id_hex, key;
};
// INVALID_ARGUMENT for anything else; whether the key ID is right is not asked.
absl::StatusOr<NoteKeyText> ParseNoteKey(absl::string_view text, NoteKeyType type);
std::string FormatNoteKey(absl::string_view name, NoteKeyType type, absl::string_view public_key,
                          absl::string_view key);
// As ParseNoteKey(), of a public key; the key ID must be its own.
absl::StatusOr<NoteKeyText> ParsePublicNoteKey(absl::string_view text, NoteKeyType type);
// As ParseNoteKey(), of a seed behind "PRIVATE+KEY+"; `public_key` is set to that of the seed, and
// the key ID must be its own.
absl::StatusOr<NoteKeyText> ParsePrivateNoteKey(absl::string_view text, NoteKeyType type,
                                                std::string* public_key);

struct NoteSignature {
  std::string name;
  std::string bytes;  // key ID and signature
};
struct NoteText {
  std::string body;  // with its last newline
  std::vector<NoteSignature> signatures;
};
// INVALID_ARGUMENT: control characters, no signature, bad base64 (pad bits count), more than 100
// lines or 1 MiB.
absl::StatusOr<NoteText> ParseNote(absl::string_view note);
// "— name base64(bytes)\n".
std::string FormatNoteSignature(absl::string_view name, absl::string_view bytes);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_NOTE_TEXT_H_
