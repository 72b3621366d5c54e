// The width to which a percentile is rounded. The median of an odd number of persons is what one of
// them has, and between two ranks it is the mean of what two have; so no percentile leaves as it
// is. It leaves as a number that stands for the values of k contributors. Source: safety.md 6,
// "rounded to a width that holds k units"; output rules of research data centres ask the same of
// extremes, which leave as a mean of so many (micro-aggregates of CBS, 11).
#ifndef KLUIS_DISCLOSURE_RULES_PERCENTILE_ROUNDING_H_
#define KLUIS_DISCLOSURE_RULES_PERCENTILE_ROUNDING_H_

#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "disclosure/table/percentiles.h"

namespace kluis {

// The percentile with one decimal more than its measure: low + (high - low) fraction / denominator,
// rounded half to even. RAW. REQUIRES: cell.weight > 0; `position` is that of the cell.
absl::int128 PercentileOf(const PercentileCell& cell, const PercentilePosition& position);

// The same, rounded half to even to a multiple of the smallest of the widths 1, 2, 5, 10, 20, 50,
// ... (in its last decimal) at which at least k contributors have values that round to the same
// multiple: it tells of no fewer. Unrounded where both values that it lies between are each the
// value of k contributors. Of a contributor with several rows the nearest value to the point
// counts.
//
// None: at the first width that would do, or before, it is rounded to 0 without being 0, which says
// nothing but that the values around it lie far apart; or fewer than k have a value. Exact, in
// integers. REQUIRES: as above; the cell lists k nearest on each side, or all.
std::optional<absl::int128> RoundedPercentile(const PercentileCell& cell,
                                              const PercentilePosition& position, int64_t k);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_PERCENTILE_ROUNDING_H_
