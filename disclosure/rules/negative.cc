#include "disclosure/rules/negative.h"

namespace kluis {

bool MayBeNegative(bool any_sign, absl::int128 total, absl::int128 absolute_total) {
  return any_sign || total != absolute_total;
}

ConcentrationTerms TermsFor(bool may_be_negative, const NegativeParameters& parameters) {
  if (!may_be_negative) return {};
  switch (parameters.policy) {
    case NegativePolicy::kAbsolute:
      return {};
    case NegativePolicy::kDivide:
      return {.asked = true, .divisor_percent = parameters.divisor_percent};
    case NegativePolicy::kFrequency:
      return {.asked = false, .divisor_percent = 100};
  }
  return {};
}

}  // namespace kluis
