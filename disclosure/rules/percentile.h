// Percentiles: a point of a distribution is safe when enough contributors lie on each side of it;
// an extreme percentile of a small cell is somebody's value. Source: Guidelines for output checking
// (DwB, 2015), percentiles as magnitudes in the relevant range; ABS DataLab, minimum contributors
// for quantiles.
#ifndef KLUIS_DISCLOSURE_RULES_PERCENTILE_H_
#define KLUIS_DISCLOSURE_RULES_PERCENTILE_H_

#include <cstdint>

#include "disclosure/rules/protection_level.h"

namespace kluis {

// Distinct contributors with a value at the point or below it, and at the point or above it: who
// shares the point hides in it. (That nearly all do is for group disclosure to tell.)
struct PercentileSides {
  int64_t at_or_below = 0;
  int64_t at_or_above = 0;
};

// Of n different values, each of another contributor: type 7, h = (n - 1) percent / 100, between
// the values of rank floor(h) and ceil(h), from 0. REQUIRES: n >= 1, 0 <= percent <= 100.
PercentileSides SidesOfPercentile(int64_t n, int percent);

// Sensitive: fewer than each_side on one of the sides, and somebody on either. A percentile is a
// count below a value: the level is what the thinner side lacks, on both sides.
ProtectionLevel JudgePercentile(const PercentileSides& sides, int64_t each_side);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_PERCENTILE_H_
