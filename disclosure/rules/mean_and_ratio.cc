#include "disclosure/rules/mean_and_ratio.h"

#include "disclosure/base/decimal.h"
#include "disclosure/rules/frequency.h"

namespace kluis {

ProtectionLevel JudgeMean(const ProtectionLevel& sum, int64_t contributors_with_value,
                          const ProtectionLevel& few, const FrequencyParameters& parameters) {
  if (!IsBelowFrequency(contributors_with_value, parameters)) return sum;
  return Strictest(sum, few);
}

bool IsRatioSensitive(const ProtectionLevel& numerator, const ProtectionLevel& denominator) {
  return numerator.sensitive || denominator.sensitive;
}

bool IsShareSensitive(int64_t numerator, int64_t support, const FrequencyParameters& parameters) {
  if (support <= 0) return false;
  const int64_t complement = support - numerator;
  for (const int64_t part : {support, numerator, complement}) {
    if (IsBelowFrequency(part, parameters)) return true;
    if (part == 0 && parameters.protect_zeros) return true;
  }
  return false;
}

bool ShareGivesNumerator(int64_t support, int decimals) {
  return support > 0 && support < 100 * PowerOfTen(decimals);
}

}  // namespace kluis
