#include "server/duckdb/openssl_encryption.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "duckdb/common/encryption_state.hpp"
#include "duckdb/main/capi/capi_internal.hpp"
#include "duckdb/main/config.hpp"

namespace kluis {
namespace {

constexpr char kSourceId[] = "6ddac802ff";    // of the release 1.4.4, library and headers
constexpr duckdb::idx_t kPieceMax = 1 << 30;  // OpenSSL counts bytes in an int

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

void Require(bool good, const char* what) {
  if (!good) throw duckdb::IOException(what);
}

// One encryption or decryption: initialize, process, finalize. DuckDB catches what it throws.
class GcmState : public duckdb::EncryptionState {
 public:
  GcmState(duckdb::EncryptionTypes::CipherType cipher, duckdb::idx_t key_size)
      : EncryptionState(cipher, key_size), context_(EVP_CIPHER_CTX_new()) {
    Require(cipher == duckdb::EncryptionTypes::GCM,
            "only GCM is allowed: nothing else finds a changed byte");
    Require(context_ != nullptr, "no memory for a cipher");
  }

  void InitializeEncryption(duckdb::const_data_ptr_t nonce, duckdb::idx_t nonce_size,
                            duckdb::const_data_ptr_t key, duckdb::idx_t key_size,
                            duckdb::const_data_ptr_t extra, duckdb::idx_t extra_size) override {
    Initialize(true, nonce, nonce_size, key, key_size, extra, extra_size);
  }

  void InitializeDecryption(duckdb::const_data_ptr_t nonce, duckdb::idx_t nonce_size,
                            duckdb::const_data_ptr_t key, duckdb::idx_t key_size,
                            duckdb::const_data_ptr_t extra, duckdb::idx_t extra_size) override {
    Initialize(false, nonce, nonce_size, key, key_size, extra, extra_size);
  }

  size_t Process(duckdb::const_data_ptr_t in, duckdb::idx_t in_size, duckdb::data_ptr_t out,
                 duckdb::idx_t out_size) override {
    Require(in_size <= out_size, "no room for a block");
    for (duckdb::idx_t done = 0; done < in_size; done += kPieceMax) {
      const int size = static_cast<int>(std::min(kPieceMax, in_size - done));
      int written = 0;
      Require(EVP_CipherUpdate(context_.get(), out + done, &written, in + done, size) == 1 &&
                  written == size,
              "a block was not processed");
    }
    return in_size;
  }

  size_t Finalize(duckdb::data_ptr_t, duckdb::idx_t, duckdb::data_ptr_t tag,
                  duckdb::idx_t tag_size) override {
    unsigned char none[EVP_MAX_BLOCK_LENGTH];
    int written = 0;
    const int size = static_cast<int>(tag_size);
    if (!encrypting_) {
      Require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, size, tag) == 1, "no tag");
    }
    Require(EVP_CipherFinal_ex(context_.get(), none, &written) == 1 && written == 0,
            "a block is not what was written under this key");
    if (encrypting_) {
      Require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_GET_TAG, size, tag) == 1, "no tag");
    }
    return 0;
  }

  void GenerateRandomData(duckdb::data_ptr_t data, duckdb::idx_t size) override {
    Require(RAND_priv_bytes(data, static_cast<int>(size)) == 1, "no random bytes");
  }

 private:
  void Initialize(bool encrypting, duckdb::const_data_ptr_t nonce, duckdb::idx_t nonce_size,
                  duckdb::const_data_ptr_t key, duckdb::idx_t key_size,
                  duckdb::const_data_ptr_t extra, duckdb::idx_t extra_size) {
    encrypting_ = encrypting;
    Require(key_size == 32, "a key of another size");
    EVP_CIPHER_CTX* context = context_.get();
    Require(
        EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nullptr, nullptr, nullptr, encrypting) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_IVLEN, static_cast<int>(nonce_size),
                                nullptr) == 1 &&
            EVP_CipherInit_ex(context, nullptr, nullptr, key, nonce, encrypting) == 1,
        "the cipher does not start");
    int ignored = 0;
    Require(extra_size == 0 || EVP_CipherUpdate(context, nullptr, &ignored, extra,
                                                static_cast<int>(extra_size)) == 1,
            "the cipher does not start");
  }

  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
  bool encrypting_ = false;
};

class OpenSslEncryption : public duckdb::EncryptionUtil {
 public:
  duckdb::shared_ptr<duckdb::EncryptionState> CreateEncryptionState(
      duckdb::EncryptionTypes::CipherType cipher, duckdb::idx_t key_size) const override {
    return duckdb::make_shared_ptr<GcmState>(cipher, key_size);
  }
  bool SupportsEncryption() override { return true; }
};

}  // namespace

absl::Status UseOpenSslEncryption(duckdb_database database) {
  if (std::strcmp(duckdb::DuckDB::SourceID(), kSourceId) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("libduckdb.so is of the source ",
                                                      duckdb::DuckDB::SourceID(), ", not ",
                                                      kSourceId, "; run script/fetch-duckdb"));
  }
  const auto* wrapper = reinterpret_cast<const duckdb::DatabaseWrapper*>(database);
  duckdb::DBConfig::GetConfig(*wrapper->database->instance).encryption_util =
      duckdb::make_shared_ptr<OpenSslEncryption>();
  return absl::OkStatus();
}

}  // namespace kluis
