// SipHash-2-4: a keyed pseudorandom function of short texts. J.-P. Aumasson and D. J. Bernstein,
// "SipHash: a fast short-input PRF", INDOCRYPT 2012.
#ifndef KLUIS_DISCLOSURE_BASE_SIP_HASH_H_
#define KLUIS_DISCLOSURE_BASE_SIP_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace kluis {

// 128 bits, as two words of the key's bytes in little-endian order.
struct SipKey {
  uint64_t low = 0, high = 0;
};

uint64_t SipHash(const SipKey& key, absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_SIP_HASH_H_
