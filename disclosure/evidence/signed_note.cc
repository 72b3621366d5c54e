#include "disclosure/evidence/signed_note.h"

#include <openssl/evp.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/utf8.h"

namespace kluis {
namespace {

constexpr absl::string_view kDash = "\xE2\x80\x94 ";  // "— "
constexpr char kEd25519 = '\x01';
constexpr size_t kKeyIdSize = 4, kKeySize = 32, kSignatureSize = 64;
constexpr size_t kLinesMax = 100, kNoteMax = 1 << 20;

struct PkeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct MdContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Pkey = std::unique_ptr<EVP_PKEY, PkeyDeleter>;
using MdContext = std::unique_ptr<EVP_MD_CTX, MdContextDeleter>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Tagged(absl::string_view key) { return absl::StrCat(std::string(1, kEd25519), key); }

std::string KeyId(absl::string_view name, absl::string_view public_key) {
  return Sha256({name, "\n", Tagged(public_key)}).substr(0, kKeyIdSize);
}

bool GoodName(absl::string_view name) {
  if (name.empty() || !IsUtf8(name)) return false;
  for (unsigned char c : name) {
    if (c <= ' ' || c == '+' || c == 0x7F) return false;
  }
  return true;
}

// name+8 hex digits+base64(0x01 || key), for public and private keys alike.
struct KeyText {
  std::string name, key_id_hex, key;
};

absl::StatusOr<KeyText> ParseKeyText(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3 || !GoodName(parts[0])) {
    return absl::InvalidArgumentError("a key is written name+8 hex digits+base64");
  }
  KLUIS_ASSIGN_OR_RETURN(const std::string tagged, StrictBase64(parts[2]));
  if (tagged.size() != 1 + kKeySize || tagged[0] != kEd25519) {
    return absl::InvalidArgumentError(absl::StrCat("key of ", parts[0], " is not Ed25519"));
  }
  return KeyText{std::string(parts[0]), std::string(parts[1]), tagged.substr(1)};
}

std::string FormatKeyText(absl::string_view name, absl::string_view public_key,
                          absl::string_view key) {
  return absl::StrCat(name, "+", ToHex(KeyId(name, public_key)), "+", Base64(Tagged(key)));
}

bool VerifyEd25519(absl::string_view public_key, absl::string_view message,
                   absl::string_view signature) {
  const Pkey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  const MdContext context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

absl::Status BadNote(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a signed note: ", why));
}

// "— name base64": the name and the decoded bytes.
absl::StatusOr<std::pair<absl::string_view, std::string>> ParseSignature(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kDash)) return BadNote("a signature line starts with a dash");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits(' ', 1));
  if (!GoodName(parts.first)) return BadNote("bad name in a signature line");
  auto bytes = StrictBase64(parts.second);
  if (!bytes.ok() || bytes->size() <= kKeyIdSize) return BadNote("bad base64 in a signature line");
  return std::make_pair(parts.first, *std::move(bytes));
}

}  // namespace

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(absl::string_view vkey) {
  KLUIS_ASSIGN_OR_RETURN(KeyText text, ParseKeyText(vkey));
  if (text.key_id_hex != ToHex(KeyId(text.name, text.key))) {
    return absl::InvalidArgumentError(
        absl::StrCat("key ID of ", text.name, " does not match its key"));
  }
  NoteVerifier verifier;
  verifier.name_ = std::move(text.name);
  verifier.public_key_ = std::move(text.key);
  return verifier;
}

std::string NoteVerifier::ToString() const {
  return FormatKeyText(name_, public_key_, public_key_);
}

absl::StatusOr<std::string> NoteVerifier::Open(absl::string_view note) const {
  if (note.size() > kNoteMax) return BadNote("too long");
  if (!IsPlainText(note)) return BadNote("control characters or invalid UTF-8");
  const size_t split = note.rfind("\n\n");
  if (split == absl::string_view::npos) return BadNote("no empty line before the signatures");
  const absl::string_view body = note.substr(0, split + 1);
  absl::string_view rest = note.substr(split + 2);
  if (!absl::ConsumeSuffix(&rest, "\n")) return BadNote("no signature, or no newline at the end");

  const std::vector<absl::string_view> lines = absl::StrSplit(rest, '\n');
  if (lines.size() > kLinesMax) return BadNote("more than 100 signature lines");
  const std::string key_id = KeyId(name_, public_key_);
  bool signed_by_us = false;
  for (absl::string_view line : lines) {
    KLUIS_ASSIGN_OR_RETURN(const auto signature, ParseSignature(line));
    const absl::string_view bytes = signature.second;
    if (signature.first != name_ || bytes.substr(0, kKeyIdSize) != key_id) continue;
    if (bytes.size() != kKeyIdSize + kSignatureSize ||
        !VerifyEd25519(public_key_, body, bytes.substr(kKeyIdSize))) {
      return absl::PermissionDeniedError(
          absl::StrCat("the signature of ", name_, " does not hold"));
    }
    signed_by_us = true;
  }
  if (!signed_by_us) return absl::PermissionDeniedError(absl::StrCat("not signed by ", name_));
  return std::string(body);
}

absl::StatusOr<NoteSigner> NoteSigner::FromSeed(absl::string_view name, absl::string_view seed) {
  if (!GoodName(name)) {
    return absl::InvalidArgumentError("a key's name has no white space and no plus sign");
  }
  const Pkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  std::string public_key(kKeySize, '\0');
  size_t size = kKeySize;
  if (!key || seed.size() != kKeySize ||
      EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()),
                                  &size) != 1) {
    return absl::InvalidArgumentError("an Ed25519 seed has 32 bytes");
  }
  NoteSigner signer;
  signer.verifier_.name_ = std::string(name);
  signer.verifier_.public_key_ = std::move(public_key);
  signer.seed_ = std::string(seed);
  return signer;
}

absl::StatusOr<NoteSigner> NoteSigner::ParsePrivateText(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "PRIVATE+KEY+")) {
    return absl::InvalidArgumentError("a private key starts with PRIVATE+KEY+");
  }
  KLUIS_ASSIGN_OR_RETURN(const KeyText parsed, ParseKeyText(text));
  KLUIS_ASSIGN_OR_RETURN(NoteSigner signer, FromSeed(parsed.name, parsed.key));
  if (parsed.key_id_hex != ToHex(KeyId(parsed.name, signer.verifier_.public_key_))) {
    return absl::InvalidArgumentError(
        absl::StrCat("key ID of ", parsed.name, " does not match its key"));
  }
  return signer;
}

std::string NoteSigner::ToPrivateText() const {
  return absl::StrCat("PRIVATE+KEY+", FormatKeyText(verifier_.name_, verifier_.public_key_, seed_));
}

std::string NoteSigner::Sign(absl::string_view body) const {
  KLUIS_CHECK(absl::EndsWith(body, "\n") && IsPlainText(body));
  const Pkey key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed_), seed_.size()));
  const MdContext context(EVP_MD_CTX_new());
  std::string signature(kSignatureSize, '\0');
  size_t size = kSignatureSize;
  KLUIS_CHECK(key && context);
  KLUIS_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  KLUIS_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                             &size, Bytes(body), body.size()) == 1);
  const std::string key_id = KeyId(verifier_.name_, verifier_.public_key_);
  return absl::StrCat(body, "\n", kDash, verifier_.name_, " ", Base64(key_id + signature), "\n");
}

}  // namespace kluis
