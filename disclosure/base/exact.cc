#include "disclosure/base/exact.h"

#include <utility>

#include "disclosure/base/check.h"

namespace kluis {
namespace {

using absl::int128;
using absl::uint128;

struct Wide {
  uint128 high = 0, low = 0;
};

Wide Multiply(int128 a, int128 b) {
  KLUIS_CHECK(a >= 0 && b >= 0);
  const auto parts = [](int128 x) {
    const auto u = static_cast<uint128>(x);
    return std::pair<uint128, uint128>(absl::Uint128High64(u), absl::Uint128Low64(u));
  };
  const auto [a1, a0] = parts(a);
  const auto [b1, b0] = parts(b);
  const uint128 low = a0 * b0;
  const uint128 middle = a1 * b0 + absl::Uint128High64(low);
  const uint128 other = a0 * b1 + absl::Uint128Low64(middle);
  return {.high = a1 * b1 + absl::Uint128High64(middle) + absl::Uint128High64(other),
          .low = (other << 64) | absl::Uint128Low64(low)};
}

// Long division in bits. REQUIRES: x.high < c, so the quotient fits.
uint128 DivideUp(const Wide& x, uint128 c) {
  uint128 rest = x.high, quotient = 0;
  for (int bit = 127; bit >= 0; --bit) {
    rest = (rest << 1) | ((x.low >> bit) & 1);  // c < 2^127, so nothing is lost
    quotient <<= 1;
    if (rest >= c) {
      rest -= c;
      quotient |= 1;
    }
  }
  return rest == 0 ? quotient : quotient + 1;
}

int128 AtMost(uint128 x) {
  return x > static_cast<uint128>(kExactMax) ? kExactMax : static_cast<int128>(x);
}

}  // namespace

int CompareProducts(int128 a, int128 b, int128 c, int128 d) {
  const Wide left = Multiply(a, b), right = Multiply(c, d);
  if (left.high != right.high) return left.high < right.high ? -1 : 1;
  if (left.low != right.low) return left.low < right.low ? -1 : 1;
  return 0;
}

int128 MultiplyDivideUp(int128 a, int128 b, int128 c) {
  KLUIS_CHECK(c > 0);
  const Wide product = Multiply(a, b);
  const auto divisor = static_cast<uint128>(c);
  if (product.high >= divisor) return kExactMax;
  if (product.high > 0) return AtMost(DivideUp(product, divisor));
  const uint128 quotient = product.low / divisor;
  return AtMost(product.low % divisor == 0 ? quotient : quotient + 1);
}

int128 MultiplyAtMost(int128 a, int128 b) {
  const Wide product = Multiply(a, b);
  return product.high > 0 ? kExactMax : AtMost(product.low);
}

}  // namespace kluis
