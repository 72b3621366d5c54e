#include <openssl/evp.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/csv_reader.h"

namespace kluis {
namespace {

constexpr size_t kBlock = size_t{1} << 18;

}  // namespace

struct ByteSource::State {
  std::FILE* file = nullptr;
  EVP_MD_CTX* digest = nullptr;
  std::string raw = std::string(kBlock, '\0');
  size_t raw_begin = 0, raw_end = 0;
  bool gzip = false;
  bool member_open = false;  // inside a gzip member
  z_stream zip = {};
  int64_t size = 0;  // of the file; 0: it has none
  std::atomic<int64_t> seen = 0;

  ~State() {
    if (file != nullptr) std::fclose(file);
    EVP_MD_CTX_free(digest);
    if (gzip) inflateEnd(&zip);
  }

  absl::Status Fill() {
    raw_begin = 0;
    raw_end = std::fread(&raw[0], 1, kBlock, file);
    if (std::ferror(file)) return absl::DataLossError("the file cannot be read");
    EVP_DigestUpdate(digest, raw.data(), raw_end);
    seen += static_cast<int64_t>(raw_end);
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Inflate(char* buffer, size_t capacity);
};

ByteSource::ByteSource() : state_(std::make_unique<State>()) {}
ByteSource::~ByteSource() = default;

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const std::string& path) {
  std::unique_ptr<ByteSource> source(new ByteSource());
  State& state = *source->state_;
  state.file = std::fopen(path.c_str(), "rb");
  if (state.file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  struct stat about = {};
  if (fstat(fileno(state.file), &about) == 0) state.size = about.st_size;
  state.digest = EVP_MD_CTX_new();
  EVP_DigestInit_ex(state.digest, EVP_sha256(), nullptr);
  KLUIS_RETURN_IF_ERROR(state.Fill());
  if (state.raw_end >= 2 && std::memcmp(state.raw.data(), "\x1f\x8b", 2) == 0) {
    if (inflateInit2(&state.zip, 15 + 16) != Z_OK)
      return absl::InternalError("zlib does not start");
    state.gzip = true;
    state.member_open = true;
  }
  return source;
}

absl::StatusOr<size_t> ByteSource::State::Inflate(char* buffer, size_t capacity) {
  zip.next_out = reinterpret_cast<Bytef*>(buffer);
  zip.avail_out = static_cast<uInt>(capacity);
  while (zip.avail_out == capacity) {
    if (raw_begin == raw_end) KLUIS_RETURN_IF_ERROR(Fill());
    if (raw_end == 0) {
      if (member_open) return absl::DataLossError("the gzip stream ends early");
      return 0;
    }
    if (!member_open) {
      inflateReset(&zip);
      member_open = true;
    }
    zip.next_in = reinterpret_cast<Bytef*>(&raw[raw_begin]);
    zip.avail_in = static_cast<uInt>(raw_end - raw_begin);
    const int code = inflate(&zip, Z_NO_FLUSH);
    raw_begin = raw_end - zip.avail_in;
    if (code == Z_STREAM_END) {
      member_open = false;
    } else if (code != Z_OK) {
      return absl::DataLossError("the gzip stream is broken");
    }
  }
  return capacity - zip.avail_out;
}

absl::StatusOr<size_t> ByteSource::Read(char* buffer, size_t capacity) {
  if (state_->gzip) return state_->Inflate(buffer, capacity);
  if (state_->raw_begin == state_->raw_end) KLUIS_RETURN_IF_ERROR(state_->Fill());
  const size_t size = std::min(capacity, state_->raw_end - state_->raw_begin);
  std::memcpy(buffer, &state_->raw[state_->raw_begin], size);
  state_->raw_begin += size;
  return size;
}

double ByteSource::done() const {
  if (state_->size <= 0) return 0;
  return std::min(static_cast<double>(state_->seen) / static_cast<double>(state_->size), 1.0);
}

std::string ByteSource::Sha256() {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->digest, hash, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(hash), size));
}

}  // namespace kluis
