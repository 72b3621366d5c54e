#include "disclosure/policy_sign/signature.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/evidence/utf8.h"

namespace kluis {
namespace {

using Json = nlohmann::json;

constexpr char kFileFormat[] = "kluis-policy-signatures/1";
constexpr char kMessageFormat[] = "kluis-policy-signature/1";
constexpr char kKeyFormat[] = "kluis-officer-key/1";
constexpr size_t kReasonMost = 2000, kKeyIdDigits = 16;

std::string Message(absl::string_view manifest, absl::string_view officer,
                    absl::string_view reason) {
  return CanonicalJson({{"format", kMessageFormat},
                        {"manifest", std::string(manifest)},
                        {"officer", std::string(officer)},
                        {"reason", std::string(reason)}});
}

// The texts of an object that has exactly these keys; false for anything else.
bool ReadTexts(const Json& json,
               std::initializer_list<std::pair<const char*, std::string*>> texts) {
  if (!json.is_object() || json.size() != texts.size()) return false;
  for (const auto& [key, text] : texts) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return false;
    *text = found->get<std::string>();
  }
  return true;
}

absl::Status NoSignatures() {
  return absl::InvalidArgumentError(absl::StrCat(
      kSignaturesFile, ": not a file of signatures, or it was changed after it was written"));
}

}  // namespace

std::string OfficerKeyId(absl::string_view public_key) {
  return ToHex(Sha256(public_key)).substr(0, kKeyIdDigits);
}

std::string FormatOfficerKey(const OfficerKey& key) {
  const Json json = {
      {"format", kKeyFormat}, {"officer", key.officer}, {"secret", Base64(key.seed)}};
  return absl::StrCat(CanonicalJson(json), "\n");
}

absl::StatusOr<OfficerKey> ParseOfficerKey(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  OfficerKey key;
  std::string format, secret;
  if (ReadTexts(json, {{"format", &format}, {"officer", &key.officer}, {"secret", &secret}}) &&
      format == kKeyFormat && !key.officer.empty()) {
    const absl::StatusOr<std::string> seed = StrictBase64(secret);
    if (seed.ok() && seed->size() == kEd25519KeySize) key.seed = *seed;
  }
  if (key.seed.empty() || FormatOfficerKey(key) != text)
    return absl::InvalidArgumentError("not the key of an officer; `kluis policy keygen` makes one");
  return key;
}

absl::StatusOr<PolicySignature> SignPolicy(const OfficerKey& key, absl::string_view manifest,
                                           absl::string_view reason) {
  KLUIS_ASSIGN_OR_RETURN(const std::string public_key, Ed25519PublicKey(key.seed));
  if (reason.size() > kReasonMost || !IsUtf8(reason))
    return absl::InvalidArgumentError(
        absl::StrCat("a reason is text of at most ", kReasonMost, " bytes"));
  return PolicySignature{key.officer, OfficerKeyId(public_key), std::string(reason),
                         SignEd25519(key.seed, Message(manifest, key.officer, reason))};
}

bool IsSignedBy(const PolicySignature& signature, absl::string_view manifest,
                absl::string_view public_key) {
  return VerifyEd25519(public_key, Message(manifest, signature.officer, signature.reason),
                       signature.signature);
}

std::string FormatSignatures(const PolicySignatures& signatures) {
  Json list = Json::array();
  for (const PolicySignature& signature : signatures.signatures) {
    list.push_back({{"key", signature.key},
                    {"officer", signature.officer},
                    {"reason", signature.reason},
                    {"signature", Base64(signature.signature)}});
  }
  const Json json = {
      {"format", kFileFormat}, {"manifest", signatures.manifest}, {"signatures", std::move(list)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<PolicySignatures> ParseSignatures(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.size() != 3 || json.value("format", Json()) != kFileFormat)
    return NoSignatures();
  const Json manifest = json.value("manifest", Json()), list = json.value("signatures", Json());
  if (!manifest.is_string() || !list.is_array()) return NoSignatures();
  PolicySignatures signatures{manifest.get<std::string>(), {}};
  for (const Json& item : list) {
    PolicySignature signature;
    std::string bytes;
    if (!ReadTexts(item, {{"key", &signature.key},
                          {"officer", &signature.officer},
                          {"reason", &signature.reason},
                          {"signature", &bytes}}))
      return NoSignatures();
    const absl::StatusOr<std::string> decoded = StrictBase64(bytes);
    if (!decoded.ok() || signature.reason.size() > kReasonMost) return NoSignatures();
    signature.signature = *decoded;
    signatures.signatures.push_back(std::move(signature));
  }
  if (FormatSignatures(signatures) != text) return NoSignatures();
  return signatures;
}

}  // namespace kluis
