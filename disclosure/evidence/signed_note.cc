#include "disclosure/evidence/signed_note.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/evidence/note_text.h"
#include "disclosure/evidence/utf8.h"

namespace kluis {
namespace {

constexpr NoteKeyType kType = NoteKeyType::kEd25519;

}  // namespace

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(absl::string_view vkey) {
  KLUIS_ASSIGN_OR_RETURN(NoteKeyText text, ParsePublicNoteKey(vkey, kType));
  NoteVerifier verifier;
  verifier.name_ = std::move(text.name);
  verifier.public_key_ = std::move(text.key);
  return verifier;
}

std::string NoteVerifier::ToString() const {
  return FormatNoteKey(name_, kType, public_key_, public_key_);
}

absl::StatusOr<std::string> NoteVerifier::Open(absl::string_view note) const {
  KLUIS_ASSIGN_OR_RETURN(NoteText text, ParseNote(note));
  const std::string key_id = NoteKeyId(name_, kType, public_key_);
  bool signed_by_us = false;
  for (const NoteSignature& signature : text.signatures) {
    const absl::string_view bytes = signature.bytes;
    if (signature.name != name_ || bytes.substr(0, kNoteKeyIdSize) != key_id) continue;
    if (!VerifyEd25519(public_key_, text.body, bytes.substr(kNoteKeyIdSize))) {
      return absl::PermissionDeniedError(
          absl::StrCat("the signature of ", name_, " does not hold"));
    }
    signed_by_us = true;
  }
  if (!signed_by_us) return absl::PermissionDeniedError(absl::StrCat("not signed by ", name_));
  return std::move(text.body);
}

absl::StatusOr<NoteSigner> NoteSigner::FromSeed(absl::string_view name, absl::string_view seed) {
  if (!IsNoteKeyName(name)) {
    return absl::InvalidArgumentError("a key's name has no white space and no plus sign");
  }
  NoteSigner signer;
  KLUIS_ASSIGN_OR_RETURN(signer.verifier_.public_key_, Ed25519PublicKey(seed));
  signer.verifier_.name_ = std::string(name);
  signer.seed_ = std::string(seed);
  return signer;
}

absl::StatusOr<NoteSigner> NoteSigner::ParsePrivateText(absl::string_view text) {
  std::string public_key;
  KLUIS_ASSIGN_OR_RETURN(const NoteKeyText parsed, ParsePrivateNoteKey(text, kType, &public_key));
  return FromSeed(parsed.name, parsed.key);
}

std::string NoteSigner::ToPrivateText() const {
  return absl::StrCat("PRIVATE+KEY+",
                      FormatNoteKey(verifier_.name_, kType, verifier_.public_key_, seed_));
}

std::string NoteSigner::Sign(absl::string_view body) const {
  KLUIS_CHECK(absl::EndsWith(body, "\n") && IsPlainText(body));
  const std::string bytes = absl::StrCat(NoteKeyId(verifier_.name_, kType, verifier_.public_key_),
                                         SignEd25519(seed_, body));
  return absl::StrCat(body, "\n", FormatNoteSignature(verifier_.name_, bytes));
}

}  // namespace kluis
