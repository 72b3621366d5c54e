// The minimum frequency rule: a cell is sensitive when it has contributors, but fewer than the
// minimum. Source: SDC Handbook (2024), 4.2.1.
//
// A coalition of c contributors knows c of them, so with c > 1 the rule asks for c - 1 more.
#ifndef KLUIS_DISCLOSURE_RULES_FREQUENCY_H_
#define KLUIS_DISCLOSURE_RULES_FREQUENCY_H_

#include <cstdint>

#include "absl/numeric/int128.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// The smallest number of contributors that is safe: k in the texts.
int64_t FrequencyThreshold(const FrequencyParameters& parameters);

// 0 < contributors < k. Distinct contributors, never rows and never weighted.
bool IsBelowFrequency(int64_t contributors, const FrequencyParameters& parameters);

// Levels of a magnitude that only this rule protects: the largest of range_percent of |total|, p% of
// the largest contribution (`p_level`, in the unit of the total) and one `unit`.
ProtectionLevel FrequencyLevel(absl::int128 total, absl::int128 p_level, absl::int128 unit,
                               const FrequencyParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_FREQUENCY_H_
