// Fixed-point numbers: an integer and a number of decimals. No float sum is ever released.
#ifndef KLUIS_DISCLOSURE_BASE_DECIMAL_H_
#define KLUIS_DISCLOSURE_BASE_DECIMAL_H_

#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace kluis {

// 10^exponent. REQUIRES: 0 <= exponent <= 38.
absl::int128 PowerOfTen(int exponent);

// numerator / denominator rounded half to even. REQUIRES: denominator > 0.
absl::int128 DivideHalfEven(absl::int128 numerator, absl::int128 denominator);

// `scaled` has `from` decimals; the result has `to` decimals, rounded half to even.
absl::int128 Rescale(absl::int128 scaled, int from, int to);

// (1234567, 2) -> "12345.67"; always exactly `decimals` decimals.
std::string FormatFixed(absl::int128 scaled, int decimals);
void AppendFixed(absl::int128 scaled, int decimals, std::string* out);

// Parses "-12.5" into -1250 (decimals = 2). False when the text is not a plain decimal number
// with at most `decimals` decimals that fits 63 bits after scaling.
bool ParseFixed(absl::string_view text, int decimals, int64_t* scaled);

// Nearest double, for cost functions and LP coefficients only.
double ToDouble(absl::int128 value);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_DECIMAL_H_
