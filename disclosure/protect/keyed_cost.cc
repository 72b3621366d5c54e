#include "disclosure/protect/keyed_cost.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/sip_hash.h"

namespace kluis {
namespace {

constexpr uint64_t kOneDecoyIn = 64;

// A key of its own for each use of each snapshot: the first half of HMAC-SHA-256.
SipKey KeyOf(const std::string& key, absl::string_view use) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(use.data());
  KLUIS_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, use.size(),
                   digest, &length) != nullptr);
  SipKey derived;
  std::memcpy(&derived.low, digest, sizeof(derived.low));
  std::memcpy(&derived.high, digest + sizeof(derived.low), sizeof(derived.high));
  return derived;
}

}  // namespace

std::function<double(absl::string_view)> KeyedCosts(const std::string& key,
                                                    const std::string& salt) {
  return [key = KeyOf(key, absl::StrCat("cost|", salt))](absl::string_view cell) {
    return std::exp2(4.0 * (static_cast<double>(SipHash(key, cell) >> 32) / 4294967296.0) - 2.0);
  };
}

std::function<bool(absl::string_view)> KeyedDecoys(const std::string& key,
                                                   const std::string& salt) {
  return [key = KeyOf(key, absl::StrCat("decoy|", salt))](absl::string_view cell) {
    return SipHash(key, cell) % kOneDecoyIn == 0;
  };
}

}  // namespace kluis
