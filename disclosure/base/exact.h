// Comparisons and quotients of products that do not fit 128 bits: a share of exactly k per cent of
// any total is told from one unit more.
#ifndef KLUIS_DISCLOSURE_BASE_EXACT_H_
#define KLUIS_DISCLOSURE_BASE_EXACT_H_

#include "absl/numeric/int128.h"

namespace kluis {

// Where results stop: larger than any total, small enough to be added to one.
inline constexpr absl::int128 kExactMax = absl::MakeInt128(int64_t{1} << 60, 0);

// The sign of a x b - c x d, computed in 256 bits. REQUIRES: all four >= 0.
int CompareProducts(absl::int128 a, absl::int128 b, absl::int128 c, absl::int128 d);

// a x b / c, rounded up, and kExactMax when it is more. REQUIRES: a, b >= 0 and c > 0.
absl::int128 MultiplyDivideUp(absl::int128 a, absl::int128 b, absl::int128 c);

// a x b, and kExactMax when it is more. REQUIRES: a, b >= 0.
absl::int128 MultiplyAtMost(absl::int128 a, absl::int128 b);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_BASE_EXACT_H_
