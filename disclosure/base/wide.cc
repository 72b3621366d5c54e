#include "disclosure/base/wide.h"

#include "disclosure/base/check.h"

namespace kluis {

Wide::Wide(absl::int128 value) {
  KLUIS_CHECK(value >= 0);
  auto rest = static_cast<absl::uint128>(value);
  for (int i = 0; i < 4; ++i) {
    words_[i] = static_cast<uint32_t>(rest);
    rest >>= 32;
  }
}

Wide operator+(const Wide& a, const Wide& b) {
  Wide sum;
  uint64_t carry = 0;
  for (int i = 0; i < Wide::kWords; ++i) {
    carry += uint64_t{a.words_[i]} + b.words_[i];
    sum.words_[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  KLUIS_CHECK(carry == 0);
  return sum;
}

Wide operator-(const Wide& a, const Wide& b) {
  Wide rest;
  int64_t borrow = 0;
  for (int i = 0; i < Wide::kWords; ++i) {
    borrow += int64_t{a.words_[i]} - int64_t{b.words_[i]};
    rest.words_[i] = static_cast<uint32_t>(borrow);
    borrow >>= 32;
  }
  KLUIS_CHECK(borrow == 0);
  return rest;
}

Wide operator*(const Wide& a, const Wide& b) {
  Wide product;
  for (int i = 0; i < Wide::kWords; ++i) {
    uint64_t carry = 0;
    for (int j = 0; a.words_[i] != 0 && j < Wide::kWords; ++j) {
      const int place = i + j;
      if (place >= Wide::kWords) {
        KLUIS_CHECK(b.words_[j] == 0 && carry == 0);
        continue;
      }
      carry += uint64_t{a.words_[i]} * b.words_[j] + product.words_[place];
      product.words_[place] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    KLUIS_CHECK(carry == 0);
  }
  return product;
}

std::strong_ordering operator<=>(const Wide& a, const Wide& b) {
  for (int i = Wide::kWords; i-- > 0;) {
    if (a.words_[i] != b.words_[i]) return a.words_[i] <=> b.words_[i];
  }
  return std::strong_ordering::equal;
}

void Wide::ShiftIn(bool bit) {
  uint32_t in = bit ? 1 : 0;
  for (uint32_t& word : words_) {
    const uint32_t out = word >> 31;
    word = word << 1 | in;
    in = out;
  }
}

Wide operator/(const Wide& a, const Wide& b) {
  KLUIS_CHECK(b > Wide());
  Wide quotient, rest;
  for (int bit = Wide::kWords * 32; bit-- > 0;) {
    rest.ShiftIn(a.Bit(bit));
    if (rest < b) continue;
    rest = rest - b;
    quotient.Set(bit);
  }
  return quotient;
}

std::optional<absl::int128> Wide::ToInt128() const {
  for (int i = 4; i < kWords; ++i) {
    if (words_[i] != 0) return std::nullopt;
  }
  if (words_[3] >> 30 != 0) return std::nullopt;
  absl::int128 value = 0;
  for (int i = 4; i-- > 0;) value = value << 32 | absl::int128{words_[i]};
  return value;
}

std::optional<absl::int128> DivideHalfEven(const Wide& a, const Wide& b) {
  const Wide quotient = a / b;
  const std::optional<absl::int128> down = quotient.ToInt128();
  if (!down) return std::nullopt;
  const Wide twice = (a - quotient * b) * Wide(2);
  const bool up = twice > b || (twice == b && *down % 2 != 0);
  return *down + (up ? 1 : 0);
}

std::optional<absl::int128> RootHalfEven(const Wide& a, const Wide& b) {
  const Wide below = a / b;
  // The root of less than 2^252 has fewer than 126 bits.
  constexpr int kRootBits = 126;
  const absl::int128 limit = absl::int128{1} << kRootBits;
  if (below >= Wide(limit) * Wide(limit)) return std::nullopt;
  absl::int128 root = 0;
  for (int bit = kRootBits; bit-- > 0;) {
    const absl::int128 next = root | absl::int128{1} << bit;
    if (Wide(next) * Wide(next) <= below) root = next;
  }
  // a / b against (root + 1/2)^2.
  const Wide middle = Wide(2) * Wide(root) + Wide(1);
  const Wide left = Wide(4) * a, right = middle * middle * b;
  const bool up = left > right || (left == right && root % 2 != 0);
  return root + (up ? 1 : 0);
}

}  // namespace kluis
