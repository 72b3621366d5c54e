#include "server/catalogue/pseudonym.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "disclosure/base/check.h"
#include "disclosure/policy/sha256.h"

namespace kluis {

Pseudonymizer::Pseudonymizer(const std::string& key)
    : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(mac_)) {
  KLUIS_CHECK(key.size() == 32);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  KLUIS_CHECK(EVP_MAC_init(context_, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                           parameters) == 1);
}

Pseudonymizer::~Pseudonymizer() {
  EVP_MAC_CTX_free(context_);
  EVP_MAC_free(mac_);
}

uint64_t Pseudonymizer::Of(absl::string_view identifier) {
  unsigned char hash[32];
  size_t size = 0;
  KLUIS_CHECK(EVP_MAC_init(context_, nullptr, 0, nullptr) == 1);
  KLUIS_CHECK(EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(identifier.data()),
                             identifier.size()) == 1);
  KLUIS_CHECK(EVP_MAC_final(context_, hash, &size, sizeof(hash)) == 1 && size == sizeof(hash));
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | hash[i];
  return value;
}

std::string Pseudonymizer::Fingerprint(const std::string& key) {
  return Sha256Hex("kluis pseudonym key\n" + key);
}

}  // namespace kluis
