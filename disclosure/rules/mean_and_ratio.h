// Means, shares and ratios: the same cell, judged on what is in it.
//   mean   as its sum, but it is the contributors with a value who are counted, zeros too
//   ratio  both parts, each as a sum
//   share  a count of its total: numerator and complement, because one gives the other
// Source: Guidelines for output checking (DwB, 2015): means, indices and ratios as one magnitude
// cell, ratios on both parts; complement and decimals: a share of N units with d decimals of a per
// cent gives the numerator exactly when N < 100 x 10^d.
#ifndef KLUIS_DISCLOSURE_RULES_MEAN_AND_RATIO_H_
#define KLUIS_DISCLOSURE_RULES_MEAN_AND_RATIO_H_

#include <cstdint>

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// `sum` is the verdict on the sum of the same values. A mean of too few values is sensitive with
// the levels `few` (FrequencyLevel), whatever its sum is.
ProtectionLevel JudgeMean(const ProtectionLevel& sum, int64_t contributors_with_value,
                          const ProtectionLevel& few, const FrequencyParameters& parameters);

// Sensitive when a part is. Levels stay with the parts: those of the ratio are their strictest,
// each in its own unit, so only `sensitive` may be used of it.
bool IsRatioSensitive(const ProtectionLevel& numerator, const ProtectionLevel& denominator);

// Contributors of the numerator, of `support` in all. Sensitive: the support, the numerator or the
// complement is one of 1 to minimum - 1, or zero where zeros are protected and somebody is there.
bool IsShareSensitive(int64_t numerator, int64_t support, const FrequencyParameters& parameters);

// Whether the share, shown as a per cent with d decimals, gives the numerator: different numerators
// then never round to one share.
bool ShareGivesNumerator(int64_t support, int decimals);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_MEAN_AND_RATIO_H_
