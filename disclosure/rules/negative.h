// Negative contributions: the concentration rules are meaningful for sizes only, so a rule set says
// what becomes of them. Source: SDC Handbook (2024), 4.2.1, "Negative contributions": where values
// may be negative, prior estimates of the smaller contributions are worse than 100 per cent, so
// reduce p to p/f and 100 - k to (100 - k)/f with f > 1, in the limit to a minimum frequency rule.
#ifndef KLUIS_DISCLOSURE_RULES_NEGATIVE_H_
#define KLUIS_DISCLOSURE_RULES_NEGATIVE_H_

#include "absl/numeric/int128.h"
#include "disclosure/policy/primary_rules.h"

namespace kluis {

// How the concentration rules are asked of one cell.
struct ConcentrationTerms {
  bool asked = true;          // false: the minimum frequency decides alone
  int divisor_percent = 100;  // f
};

// A measure whose catalogue entry allows negative values, or a cell that has some: its total
// differs from the sum of the sizes.
bool MayBeNegative(bool any_sign, absl::int128 total, absl::int128 absolute_total);

// Without negative values the policy changes nothing.
ConcentrationTerms TermsFor(bool may_be_negative, const NegativeParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_NEGATIVE_H_
