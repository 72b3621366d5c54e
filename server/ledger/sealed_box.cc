#include "server/ledger/sealed_box.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr size_t kKeySize = 32, kNonceSize = 12, kTagSize = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const EVP_CIPHER* Cipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text, size_t from) {
  return reinterpret_cast<unsigned char*>(text.data()) + from;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const SealedBox>> SealedBox::FromKey(absl::string_view key) {
  if (key.size() != kKeySize)
    return absl::InvalidArgumentError("the key of sealed parts does not have 32 bytes");
  return std::unique_ptr<const SealedBox>(new SealedBox(key));
}

SealedBox::~SealedBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string SealedBox::Close(absl::string_view plain, absl::string_view bound_to) const {
  std::string closed(kNonceSize + plain.size() + kTagSize, '\0');
  const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  KLUIS_CHECK(RAND_bytes(Bytes(closed, 0), kNonceSize) == 1);
  KLUIS_CHECK(EVP_EncryptInit_ex2(context.get(), Cipher(), Bytes(key_), Bytes(closed), nullptr) ==
              1);
  KLUIS_CHECK(EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(bound_to),
                                static_cast<int>(bound_to.size())) == 1);
  KLUIS_CHECK(EVP_EncryptUpdate(context.get(), Bytes(closed, kNonceSize), &size, Bytes(plain),
                                static_cast<int>(plain.size())) == 1);
  KLUIS_CHECK(EVP_EncryptFinal_ex(context.get(), Bytes(closed, kNonceSize + size), &size) == 1);
  KLUIS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                  Bytes(closed, kNonceSize + plain.size())) == 1);
  return closed;
}

absl::StatusOr<std::string> SealedBox::Open(absl::string_view closed,
                                            absl::string_view bound_to) const {
  const absl::Status lost = absl::DataLossError("a sealed part does not open under this key");
  if (closed.size() < kNonceSize + kTagSize) return lost;
  std::string tag(closed.substr(closed.size() - kTagSize));
  const absl::string_view body = closed.substr(kNonceSize, closed.size() - kNonceSize - kTagSize);
  std::string plain(body.size(), '\0');
  const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  KLUIS_CHECK(EVP_DecryptInit_ex2(context.get(), Cipher(), Bytes(key_), Bytes(closed), nullptr) ==
              1);
  KLUIS_CHECK(EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(bound_to),
                                static_cast<int>(bound_to.size())) == 1);
  KLUIS_CHECK(EVP_DecryptUpdate(context.get(), Bytes(plain, 0), &size, Bytes(body),
                                static_cast<int>(body.size())) == 1);
  KLUIS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, Bytes(tag, 0)) ==
              1);
  if (EVP_DecryptFinal_ex(context.get(), Bytes(plain, 0) + size, &size) != 1) return lost;
  return plain;
}

}  // namespace kluis
