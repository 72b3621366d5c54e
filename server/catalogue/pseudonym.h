// Identifiers become pseudonyms at the door.
#ifndef KLUIS_SERVER_CATALOGUE_PSEUDONYM_H_
#define KLUIS_SERVER_CATALOGUE_PSEUDONYM_H_

#include <openssl/evp.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// The first 64 bits of HMAC-SHA-256 (RFC 2104) under the enclave's key: equal identifiers in all
// datasets have equal pseudonyms, so that they link; without the key nobody can compute one. Two of
// 20 million units coincide with a chance of about 1 in 90,000. Not thread safe.
class Pseudonymizer {
 public:
  // REQUIRES: key.size() == 32.
  explicit Pseudonymizer(const std::string& key);
  ~Pseudonymizer();
  Pseudonymizer(const Pseudonymizer&) = delete;  // owns the key schedule
  Pseudonymizer& operator=(const Pseudonymizer&) = delete;

  uint64_t Of(absl::string_view identifier);

  // SHA-256 of the key, in hex: tells keys apart and gives none away.
  static std::string Fingerprint(const std::string& key);

 private:
  EVP_MAC* mac_;
  EVP_MAC_CTX* context_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_PSEUDONYM_H_
