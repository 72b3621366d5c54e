// How far an attacker must stay from a sensitive value. Source: SDC Handbook (2024), 4.2.2, the
// table of upper protection levels; Fischetti and Salazar (2000) for the three levels.
#ifndef KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_
#define KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_

#include <algorithm>

#include "absl/numeric/int128.h"

namespace kluis {

// What a rule says of one cell. Levels are in the unit of the cell's total, both sides separately:
// the attacker's interval must contain [total - lower_level, total + upper_level], and be at least
// sliding_level wide, wherever it lies.
struct ProtectionLevel {
  bool sensitive = false;
  absl::int128 upper_level = 0;  // 0 when not sensitive
  absl::int128 lower_level = 0;
  absl::int128 sliding_level = 0;  // 0 in every rule of the Handbook and of tau-ARGUS

  bool operator==(const ProtectionLevel&) const = default;
};

// The same level on both sides. REQUIRES: level >= 0.
inline ProtectionLevel Symmetric(absl::int128 level) {
  return {.sensitive = true, .upper_level = level, .lower_level = level};
}

// What satisfies both: sensitive if one of them is, with the larger of each level.
inline ProtectionLevel Strictest(const ProtectionLevel& a, const ProtectionLevel& b) {
  return {.sensitive = a.sensitive || b.sensitive,
          .upper_level = std::max(a.upper_level, b.upper_level),
          .lower_level = std::max(a.lower_level, b.lower_level),
          .sliding_level = std::max(a.sliding_level, b.sliding_level)};
}

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_PROTECTION_LEVEL_H_
