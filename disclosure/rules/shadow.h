// A shadow variable: the rules are judged on one variable (turnover) and the table shows another
// (employment, a price index). What an attacker must stay away from the shadow total is asked of
// the response in proportion. Source: tau-ARGUS manual, "shadow variable": level = |response| D /
// shadow.
#ifndef KLUIS_DISCLOSURE_RULES_SHADOW_H_
#define KLUIS_DISCLOSURE_RULES_SHADOW_H_

#include "absl/numeric/int128.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

struct ShadowScale {
  absl::int128 response = 0;  // total of what is shown
  absl::int128 shadow = 0;    // total of what is judged
  absl::int128 unit = 1;      // the least level, in the unit of the response
  int range_percent = 15;     // of the response, where the shadow total is 0
};

// All three levels of a sensitive cell, rounded up, at least one unit above and below.
ProtectionLevel ScaleToResponse(const ProtectionLevel& level, const ShadowScale& scale);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_SHADOW_H_
