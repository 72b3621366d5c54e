#include "disclosure/evidence/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Sha256(std::initializer_list<absl::string_view> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  std::string hash(kHashSize, '\0');
  KLUIS_CHECK(context && EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) == 1);
  for (absl::string_view part : parts) {
    KLUIS_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  auto* out = reinterpret_cast<unsigned char*>(hash.data());
  KLUIS_CHECK(EVP_DigestFinal_ex(context.get(), out, nullptr) == 1);
  return hash;
}

std::string Sha256(absl::string_view bytes) { return Sha256({bytes}); }

std::string Commitment(absl::string_view salt, absl::string_view bytes) {
  return CommitmentOfHash(salt, Sha256(bytes));
}

std::string CommitmentOfHash(absl::string_view salt, absl::string_view sha256) {
  return Sha256({salt, sha256});
}

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 2 * kHashSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string Base64(absl::string_view bytes) { return absl::Base64Escape(bytes); }

absl::StatusOr<std::string> StrictBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) {
    return absl::InvalidArgumentError("not base64 in its only spelling");
  }
  return bytes;
}

}  // namespace kluis
