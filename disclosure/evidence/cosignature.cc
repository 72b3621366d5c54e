#include "disclosure/evidence/cosignature.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/evidence/note_text.h"

namespace kluis {
namespace {

constexpr NoteKeyType kType = NoteKeyType::kCosignature;
constexpr size_t kTimeSize = 8;
constexpr uint64_t kTimeEnd = uint64_t{1} << 63;

// SPEC tlog-cosignature: "two newline (U+000A) terminated lines (one header line and one timestamp
// line) followed by the whole note body of the cosigned checkpoint".
std::string Message(absl::string_view body, uint64_t time) {
  return absl::StrCat("cosignature/v1\ntime ", time, "\n", body);
}

std::string BigEndian(uint64_t value) {
  std::string bytes(kTimeSize, '\0');
  for (size_t i = kTimeSize; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 0xFF);
  return bytes;
}

uint64_t FromBigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (unsigned char c : bytes) value = value << 8 | c;
  return value;
}

}  // namespace

absl::StatusOr<CosignatureVerifier> CosignatureVerifier::Parse(absl::string_view vkey) {
  KLUIS_ASSIGN_OR_RETURN(NoteKeyText text, ParsePublicNoteKey(vkey, kType));
  CosignatureVerifier verifier;
  verifier.name_ = std::move(text.name);
  verifier.public_key_ = std::move(text.key);
  return verifier;
}

std::string CosignatureVerifier::ToString() const {
  return FormatNoteKey(name_, kType, public_key_, public_key_);
}

absl::StatusOr<std::optional<uint64_t>> CosignatureVerifier::Check(absl::string_view note) const {
  KLUIS_ASSIGN_OR_RETURN(const NoteText text, ParseNote(note));
  const std::string key_id = NoteKeyId(name_, kType, public_key_);
  std::optional<uint64_t> latest;
  for (const NoteSignature& line : text.signatures) {
    absl::string_view bytes = line.bytes;
    if (line.name != name_ || bytes.substr(0, kNoteKeyIdSize) != key_id) continue;
    bytes.remove_prefix(kNoteKeyIdSize);
    const bool whole = bytes.size() == kTimeSize + kEd25519SignatureSize;
    const uint64_t time = whole ? FromBigEndian(bytes.substr(0, kTimeSize)) : kTimeEnd;
    if (time >= kTimeEnd ||
        !VerifyEd25519(public_key_, Message(text.body, time), bytes.substr(kTimeSize))) {
      return absl::PermissionDeniedError(
          absl::StrCat("the cosignature of ", name_, " does not hold"));
    }
    latest = std::max(latest.value_or(0), time);
  }
  return latest;
}

absl::StatusOr<CosignatureSigner> CosignatureSigner::FromSeed(absl::string_view name,
                                                              absl::string_view seed) {
  if (!IsNoteKeyName(name)) {
    return absl::InvalidArgumentError("a witness's name has no white space and no plus sign");
  }
  CosignatureSigner signer;
  KLUIS_ASSIGN_OR_RETURN(signer.verifier_.public_key_, Ed25519PublicKey(seed));
  signer.verifier_.name_ = std::string(name);
  signer.seed_ = std::string(seed);
  return signer;
}

absl::StatusOr<CosignatureSigner> CosignatureSigner::ParsePrivateText(absl::string_view text) {
  std::string public_key;
  KLUIS_ASSIGN_OR_RETURN(const NoteKeyText parsed, ParsePrivateNoteKey(text, kType, &public_key));
  return FromSeed(parsed.name, parsed.key);
}

std::string CosignatureSigner::ToPrivateText() const {
  return absl::StrCat("PRIVATE+KEY+",
                      FormatNoteKey(verifier_.name_, kType, verifier_.public_key_, seed_));
}

std::string CosignatureSigner::Cosign(absl::string_view body, uint64_t time) const {
  KLUIS_CHECK(absl::EndsWith(body, "\n") && time < kTimeEnd);
  return FormatNoteSignature(
      verifier_.name_, absl::StrCat(NoteKeyId(verifier_.name_, kType, verifier_.public_key_),
                                    BigEndian(time), SignEd25519(seed_, Message(body, time))));
}

}  // namespace kluis
