// Whole numbers from 0 to 2^512 - 1, for what a product of two totals is too large for: variances
// are differences of such products, and no rounding of theirs may decide anything.
#ifndef KLUIS_DISCLOSURE_BASE_WIDE_H_
#define KLUIS_DISCLOSURE_BASE_WIDE_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"

namespace kluis {

// A result beyond the range ends the process (KLUIS_CHECK); four factors of 127 bits stay within
// it.
class Wide {
 public:
  Wide() = default;
  // REQUIRES: value >= 0.
  Wide(absl::int128 value);  // NOLINT: numbers are written among wide ones

  friend Wide operator+(const Wide& a, const Wide& b);
  // REQUIRES: a >= b.
  friend Wide operator-(const Wide& a, const Wide& b);
  // O(words^2).
  friend Wide operator*(const Wide& a, const Wide& b);
  friend std::strong_ordering operator<=>(const Wide& a, const Wide& b);
  friend bool operator==(const Wide& a, const Wide& b) { return a.words_ == b.words_; }

  // The largest q with q b <= a. REQUIRES: b > 0. O(bits x words).
  friend Wide operator/(const Wide& a, const Wide& b);

  // None: more than 126 bits.
  std::optional<absl::int128> ToInt128() const;

 private:
  static constexpr int kWords = 16;
  bool Bit(int place) const { return (words_[place / 32] >> (place % 32) & 1) != 0; }
  void ShiftIn(bool bit);
  void Set(int place) { words_[place / 32] |= uint32_t{1} << (place % 32); }

  std::array<uint32_t, kWords> words_ = {};  // the lowest first
};

// a / b, rounded half to even; none: it does not fit. REQUIRES: b > 0.
std::optional<absl::int128> DivideHalfEven(const Wide& a, const Wide& b);

// The square root of a / b, rounded half to even. None: it does not fit. REQUIRES: b > 0.
std::optional<absl::int128> RootHalfEven(const Wide& a, const Wide& b);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_WIDE_H_
