// How many digits of a model leave.
#ifndef KLUIS_DISCLOSURE_MODELS_ROUNDING_H_
#define KLUIS_DISCLOSURE_MODELS_ROUNDING_H_

#include "absl/numeric/int128.h"

namespace kluis {

// A number with a fixed number of decimals.
struct ModelNumber {
  absl::int128 scaled = 0;  // by 10^decimals
  int decimals = 0;
  long double value() const;
};

// A standard error has so many significant digits, and its coefficient ends at the same decimal:
// what lies beyond is noise of the sample. It protects nothing, nor is it meant to: what the
// coefficients tell has been judged as if they were exact.
inline constexpr int kErrorDigits = 4;

// `value` rounded half to even at the place of the `digits`-th significant digit of `scale`, at
// most 12 decimals; 0 for what is not finite. REQUIRES: |value| < 1e24.
ModelNumber RoundTo(long double value, long double scale, int digits);

// To a number of decimals.
ModelNumber RoundDecimals(long double value, int decimals);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_ROUNDING_H_
