// The minimum frequency rule: a cell is sensitive when it has contributors, but fewer than the
// minimum. Source: SDC Handbook (2024), 4.2.1. Contributors are distinct and never weighted; a
// rule set may ask for records and for a sum of weights besides (tau-ARGUS asks one of them).
//
// A coalition of c contributors knows c of them, so with c > 1 the rule asks for c - 1 more.
#ifndef KLUIS_DISCLOSURE_RULES_FREQUENCY_H_
#define KLUIS_DISCLOSURE_RULES_FREQUENCY_H_

#include <cstdint>

#include "absl/numeric/int128.h"
#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// What stands behind a cell; of a mean or a sum only what has a value.
struct FrequencyCounts {
  int64_t records = 0;
  int64_t contributors = 0;
  absl::int128 weight = 0;  // sum over records, scaled by 10^weight_decimals
  int weight_decimals = 0;
};

// The smallest number of contributors that is safe: k in the texts.
int64_t FrequencyThreshold(const FrequencyParameters& parameters);

// 0 < contributors < k.
bool IsBelowFrequency(int64_t contributors, const FrequencyParameters& parameters);

// Records, contributors and weights, whichever the rule set asks. An empty cell is not sensitive.
bool IsBelowFrequency(const FrequencyCounts& counts, const FrequencyParameters& parameters);

// Levels of a magnitude that only this rule protects: the largest of range_percent of |total|, p%
// of the largest contribution (`p_level`, in the unit of the total) and one `unit`. (The Handbook
// recommends 0, against exact disclosure only; docs/rules.md says why we ask more.)
ProtectionLevel FrequencyLevel(absl::int128 total, absl::int128 p_level, absl::int128 unit,
                               const FrequencyParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_FREQUENCY_H_
