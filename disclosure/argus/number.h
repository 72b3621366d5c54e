// A decimal number exactly as it is written. tau-ARGUS works in floating point; nothing here does.
#ifndef KLUIS_DISCLOSURE_ARGUS_NUMBER_H_
#define KLUIS_DISCLOSURE_ARGUS_NUMBER_H_

#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace kluis {

// scaled / 10^decimals; |scaled| < 10^30 and 0 <= decimals <= 15, so that sums and products with
// small factors fit.
struct ArgusNumber {
  absl::int128 scaled = 0;
  int decimals = 0;
  bool operator==(const ArgusNumber&) const = default;
};

inline constexpr int kArgusDigitsMax = 30;
inline constexpr int kArgusDecimalsMax = 15;

// "-12.50", "+3", ".5", "5.", "1e+05"; with `comma` also "12,50". False when it is no such number
// or beyond the limits.
bool ParseArgusNumber(absl::string_view text, bool comma, ArgusNumber* number);

// The number with `decimals` decimals. False when that loses a digit, or is beyond the limits.
bool ScaleArgusNumber(const ArgusNumber& number, int decimals, absl::int128* scaled);

// "-12.50": all decimals, with a point.
std::string FormatArgusNumber(const ArgusNumber& number);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_NUMBER_H_
