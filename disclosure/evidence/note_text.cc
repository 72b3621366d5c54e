#include "disclosure/evidence/note_text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/evidence/utf8.h"

namespace kluis {
namespace {

constexpr absl::string_view kDash = "\xE2\x80\x94 ";  // "— "
constexpr size_t kLinesMax = 100, kNoteMax = 1 << 20;

std::string Tagged(NoteKeyType type, absl::string_view key) {
  return absl::StrCat(std::string(1, static_cast<char>(type)), key);
}

absl::Status BadNote(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a signed note: ", why));
}

absl::Status NotItsId(absl::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat("key ID of ", name, " does not match its key"));
}

absl::StatusOr<NoteSignature> ParseSignature(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kDash)) return BadNote("a signature line starts with a dash");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits(' ', 1));
  if (!IsNoteKeyName(parts.first)) return BadNote("bad name in a signature line");
  auto bytes = StrictBase64(parts.second);
  if (!bytes.ok() || bytes->size() <= kNoteKeyIdSize)
    return BadNote("bad base64 in a signature line");
  return NoteSignature{std::string(parts.first), *std::move(bytes)};
}

}  // namespace

std::string NoteKeyId(absl::string_view name, NoteKeyType type, absl::string_view public_key) {
  return Sha256({name, "\n", Tagged(type, public_key)}).substr(0, kNoteKeyIdSize);
}

bool IsNoteKeyName(absl::string_view name) {
  if (name.empty() || !IsUtf8(name)) return false;
  for (unsigned char c : name) {
    if (c <= ' ' || c == '+' || c == 0x7F) return false;
  }
  return true;
}

absl::StatusOr<NoteKeyText> ParseNoteKey(absl::string_view text, NoteKeyType type) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3 || !IsNoteKeyName(parts[0])) {
    return absl::InvalidArgumentError("a key is written name+8 hex digits+base64");
  }
  KLUIS_ASSIGN_OR_RETURN(const std::string tagged, StrictBase64(parts[2]));
  if (tagged.size() != 1 + kEd25519KeySize || tagged[0] != static_cast<char>(type)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "key of ", parts[0],
        type == NoteKeyType::kEd25519 ? " is not Ed25519" : " is not that of a witness"));
  }
  return NoteKeyText{std::string(parts[0]), std::string(parts[1]), tagged.substr(1)};
}

std::string FormatNoteKey(absl::string_view name, NoteKeyType type, absl::string_view public_key,
                          absl::string_view key) {
  return absl::StrCat(name, "+", ToHex(NoteKeyId(name, type, public_key)), "+",
                      Base64(Tagged(type, key)));
}

absl::StatusOr<NoteKeyText> ParsePublicNoteKey(absl::string_view text, NoteKeyType type) {
  KLUIS_ASSIGN_OR_RETURN(NoteKeyText key, ParseNoteKey(text, type));
  if (key.key_id_hex != ToHex(NoteKeyId(key.name, type, key.key))) return NotItsId(key.name);
  return key;
}

absl::StatusOr<NoteKeyText> ParsePrivateNoteKey(absl::string_view text, NoteKeyType type,
                                                std::string* public_key) {
  if (!absl::ConsumePrefix(&text, "PRIVATE+KEY+")) {
    return absl::InvalidArgumentError("a private key starts with PRIVATE+KEY+");
  }
  KLUIS_ASSIGN_OR_RETURN(NoteKeyText key, ParseNoteKey(text, type));
  KLUIS_ASSIGN_OR_RETURN(*public_key, Ed25519PublicKey(key.key));
  if (key.key_id_hex != ToHex(NoteKeyId(key.name, type, *public_key))) return NotItsId(key.name);
  return key;
}

absl::StatusOr<NoteText> ParseNote(absl::string_view note) {
  if (note.size() > kNoteMax) return BadNote("too long");
  if (!IsPlainText(note)) return BadNote("control characters or invalid UTF-8");
  const size_t split = note.rfind("\n\n");
  if (split == absl::string_view::npos) return BadNote("no empty line before the signatures");
  absl::string_view rest = note.substr(split + 2);
  if (!absl::ConsumeSuffix(&rest, "\n")) return BadNote("no signature, or no newline at the end");
  const std::vector<absl::string_view> lines = absl::StrSplit(rest, '\n');
  if (lines.size() > kLinesMax) return BadNote("more than 100 signature lines");
  NoteText text;
  text.body = std::string(note.substr(0, split + 1));
  for (absl::string_view line : lines) {
    KLUIS_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignature(line));
    text.signatures.push_back(std::move(signature));
  }
  return text;
}

std::string FormatNoteSignature(absl::string_view name, absl::string_view bytes) {
  return absl::StrCat(kDash, name, " ", Base64(bytes), "\n");
}

}  // namespace kluis
