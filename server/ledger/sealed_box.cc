#include "server/ledger/sealed_box.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <mutex>
#include <utility>
#include <vector>

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

// Contexts that have the key, for one text at a time: to make one costs more than a short text.
// Wiped with the box.
struct SealedBox::Contexts {
  CipherContext Take(bool encrypts, absl::string_view key) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      auto& idle = encrypts ? encrypting : decrypting;
      if (!idle.empty()) {
        CipherContext context = std::move(idle.back());
        idle.pop_back();
        return context;
      }
    }
    CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    KLUIS_CHECK(context != nullptr);
    auto* const init = encrypts ? EVP_EncryptInit_ex2 : EVP_DecryptInit_ex2;
    KLUIS_CHECK(init(context.get(), Cipher(), Bytes(key), nullptr, nullptr) == 1);
    return context;
  }
  void GiveBack(bool encrypts, CipherContext context) {
    std::lock_guard<std::mutex> lock(mutex);
    (encrypts ? encrypting : decrypting).push_back(std::move(context));
  }

  std::mutex mutex;
  std::vector<CipherContext> encrypting, decrypting;
};

SealedBox::SealedBox(absl::string_view key)
    : key_(key.data(), key.size()), contexts_(std::make_unique<Contexts>()) {}

absl::StatusOr<std::unique_ptr<const SealedBox>> SealedBox::FromKey(absl::string_view key) {
  if (key.size() != kKeySize)
    return absl::InvalidArgumentError("the key of sealed parts does not have 32 bytes");
  return std::unique_ptr<const SealedBox>(new SealedBox(key));
}

SealedBox::~SealedBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string SealedBox::Close(absl::string_view plain, absl::string_view bound_to) const {
  return Close({plain}, bound_to);
}

std::string SealedBox::Close(std::initializer_list<absl::string_view> parts,
                             absl::string_view bound_to) const {
  size_t end = kNonceSize;
  for (absl::string_view part : parts) end += part.size();
  std::string closed(end + kTagSize, '\0');
  CipherContext kept = contexts_->Take(/*encrypts=*/true, key_);
  EVP_CIPHER_CTX* const context = kept.get();
  int size = 0;
  KLUIS_CHECK(RAND_bytes(Bytes(closed, 0), kNonceSize) == 1);
  KLUIS_CHECK(EVP_EncryptInit_ex2(context, nullptr, nullptr, Bytes(closed), nullptr) == 1);
  KLUIS_CHECK(EVP_EncryptUpdate(context, nullptr, &size, Bytes(bound_to),
                                static_cast<int>(bound_to.size())) == 1);
  size_t at = kNonceSize;
  for (absl::string_view part : parts) {
    KLUIS_CHECK(EVP_EncryptUpdate(context, Bytes(closed, at), &size, Bytes(part),
                                  static_cast<int>(part.size())) == 1);
    at += part.size();
  }
  KLUIS_CHECK(EVP_EncryptFinal_ex(context, Bytes(closed, end), &size) == 1);
  KLUIS_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagSize, Bytes(closed, end)) ==
              1);
  contexts_->GiveBack(/*encrypts=*/true, std::move(kept));
  return closed;
}

absl::StatusOr<std::string> SealedBox::Open(absl::string_view closed,
                                            absl::string_view bound_to) const {
  const absl::Status lost = absl::DataLossError("a sealed part does not open under this key");
  if (closed.size() < kNonceSize + kTagSize) return lost;
  std::string tag(closed.substr(closed.size() - kTagSize));
  const absl::string_view body = closed.substr(kNonceSize, closed.size() - kNonceSize - kTagSize);
  std::string plain(body.size(), '\0');
  CipherContext kept = contexts_->Take(/*encrypts=*/false, key_);
  EVP_CIPHER_CTX* const context = kept.get();
  int size = 0;
  KLUIS_CHECK(EVP_DecryptInit_ex2(context, nullptr, nullptr, Bytes(closed), nullptr) == 1);
  KLUIS_CHECK(EVP_DecryptUpdate(context, nullptr, &size, Bytes(bound_to),
                                static_cast<int>(bound_to.size())) == 1);
  KLUIS_CHECK(EVP_DecryptUpdate(context, Bytes(plain, 0), &size, Bytes(body),
                                static_cast<int>(body.size())) == 1);
  KLUIS_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagSize, Bytes(tag, 0)) == 1);
  const bool good = EVP_DecryptFinal_ex(context, Bytes(plain, 0) + size, &size) == 1;
  contexts_->GiveBack(/*encrypts=*/false, std::move(kept));
  if (!good) return lost;
  return plain;
}

}  // namespace kluis
