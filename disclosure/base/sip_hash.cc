#include "disclosure/base/sip_hash.h"

#include <cstddef>
#include <cstring>

#include "absl/numeric/bits.h"

namespace kluis {
namespace {

// Little-endian; Kluis runs on such machines alone.
uint64_t Word(const char* bytes, size_t size) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, size);
  return word;
}

struct State {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v2 += v3;
    v1 = absl::rotl(v1, 13) ^ v0;
    v3 = absl::rotl(v3, 16) ^ v2;
    v0 = absl::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = absl::rotl(v1, 17) ^ v2;
    v3 = absl::rotl(v3, 21) ^ v0;
    v2 = absl::rotl(v2, 32);
  }

  void Take(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
};

}  // namespace

uint64_t SipHash(const SipKey& key, absl::string_view text) {
  State state{key.low ^ 0x736f6d6570736575u, key.high ^ 0x646f72616e646f6du,
              key.low ^ 0x6c7967656e657261u, key.high ^ 0x7465646279746573u};
  constexpr size_t kWord = sizeof(uint64_t);
  const size_t whole = text.size() / kWord * kWord;
  for (size_t at = 0; at < whole; at += kWord) state.Take(Word(text.data() + at, kWord));
  state.Take(Word(text.data() + whole, text.size() - whole) | static_cast<uint64_t>(text.size())
                                                                  << 56);
  state.v2 ^= 0xff;
  for (int round = 0; round < 4; ++round) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace kluis
