// The zero rule: a sum of zero with records tells that each of them contributed nothing (or, where
// values may be negative, that they cancel). Source: tau-ARGUS, zero unsafe, with its own range.
#ifndef KLUIS_DISCLOSURE_RULES_ZERO_H_
#define KLUIS_DISCLOSURE_RULES_ZERO_H_

#include <cstdint>

#include "absl/numeric/int128.h"
#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// Sensitive: total = 0 and records > 0. Levels: `range` times `unit` above, and 0 below as in
// tau-ARGUS, or the same below where the measure may be negative.
ProtectionLevel JudgeZero(absl::int128 total, int64_t records, bool any_sign, absl::int128 unit,
                          const ZeroParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_ZERO_H_
