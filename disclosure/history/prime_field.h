// Integers modulo the Mersenne prime 2^61 - 1: what is regular here is regular over the rationals.
#ifndef KLUIS_DISCLOSURE_HISTORY_PRIME_FIELD_H_
#define KLUIS_DISCLOSURE_HISTORY_PRIME_FIELD_H_

#include <cstdint>

#include "absl/numeric/int128.h"

namespace kluis {

inline constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;

// Operands and results lie in [0, kPrime).
inline uint64_t FieldAdd(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum >= kPrime ? sum - kPrime : sum;
}
inline uint64_t FieldSubtract(uint64_t a, uint64_t b) { return a >= b ? a - b : a + kPrime - b; }
inline uint64_t FieldMultiply(uint64_t a, uint64_t b) {
  const absl::uint128 product = absl::uint128{a} * b;
  const uint64_t low = absl::Uint128Low64(product) & kPrime;
  return FieldAdd(low, static_cast<uint64_t>(product >> 61));
}
// REQUIRES: a != 0. Fermat: a^(p - 2).
inline uint64_t FieldInverse(uint64_t a) {
  uint64_t power = 1;
  for (uint64_t exponent = kPrime - 2; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) power = FieldMultiply(power, a);
    a = FieldMultiply(a, a);
  }
  return power;
}

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_HISTORY_PRIME_FIELD_H_
