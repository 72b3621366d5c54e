// How far an attacker must stay from a sensitive value. Source: SDC Handbook (2024), chapter 4, the
// table of upper protection levels.
#ifndef KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_
#define KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_

#include "absl/numeric/int128.h"

namespace kluis {

// What a rule says of one cell. Levels are in the unit of the cell's total, both sides separately:
// the attacker's interval must contain [total - lower_level, total + upper_level].
struct ProtectionLevel {
  bool sensitive = false;
  absl::int128 upper_level = 0;  // 0 when not sensitive
  absl::int128 lower_level = 0;
};

// numerator / denominator rounded up. REQUIRES: numerator >= 0, denominator > 0.
inline absl::int128 DivideUp(absl::int128 numerator, absl::int128 denominator) {
  return (numerator + denominator - 1) / denominator;
}

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_
