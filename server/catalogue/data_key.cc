#include "server/catalogue/data_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/policy/sha256.h"

namespace kluis {
namespace {

constexpr size_t kSize = 32;

}  // namespace

absl::StatusOr<std::shared_ptr<const DataKey>> DataKey::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kSize)
    return absl::InvalidArgumentError(absl::StrCat("a data key has 32 bytes, not ", bytes.size()));
  return std::shared_ptr<const DataKey>(new DataKey(bytes));
}

std::shared_ptr<const DataKey> DataKey::Random() {
  unsigned char bytes[kSize];
  KLUIS_CHECK(RAND_priv_bytes(bytes, kSize) == 1);
  std::shared_ptr<const DataKey> key(
      new DataKey(absl::string_view(reinterpret_cast<const char*>(bytes), kSize)));
  OPENSSL_cleanse(bytes, kSize);
  return key;
}

DataKey::~DataKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string DataKey::Fingerprint() const { return Sha256Hex("kluis data key\n" + bytes_); }

}  // namespace kluis
