#include "disclosure/protect/keyed_cost.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr uint32_t kOneDecoyIn = 64;

// In [0, 2^32).
uint32_t KeyedWord(const std::string& key, absl::string_view cell) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(cell.data());
  KLUIS_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, cell.size(),
                   digest, &length) != nullptr);
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | digest[i];
  return word;
}

}  // namespace

std::function<double(absl::string_view)> KeyedCosts(std::string key, std::string salt) {
  return [key = std::move(key), salt = std::move(salt)](absl::string_view cell) {
    return std::exp2(4.0 * (KeyedWord(key, absl::StrCat(salt, cell)) / 4294967296.0) - 2.0);
  };
}

std::function<bool(absl::string_view)> KeyedDecoys(std::string key, std::string salt) {
  return [key = std::move(key), salt = std::move(salt)](absl::string_view cell) {
    return KeyedWord(key, absl::StrCat("decoy|", salt, cell)) % kOneDecoyIn == 0;
  };
}

}  // namespace kluis
