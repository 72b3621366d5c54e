#include "disclosure/rules/frequency.h"

#include <algorithm>

#include "disclosure/base/decimal.h"
#include "disclosure/base/exact.h"

namespace kluis {

int64_t FrequencyThreshold(const FrequencyParameters& parameters) {
  return parameters.minimum + std::max(parameters.coalition, 1) - 1;
}

bool IsBelowFrequency(int64_t contributors, const FrequencyParameters& parameters) {
  return contributors > 0 && contributors < FrequencyThreshold(parameters);
}

bool IsBelowFrequency(const FrequencyCounts& counts, const FrequencyParameters& parameters) {
  if (counts.contributors <= 0) return false;
  return IsBelowFrequency(counts.contributors, parameters) || counts.records < parameters.records ||
         counts.weight < parameters.weighted * PowerOfTen(counts.weight_decimals);
}

ProtectionLevel FrequencyLevel(absl::int128 total, absl::int128 p_level, absl::int128 unit,
                               const FrequencyParameters& parameters) {
  const absl::int128 size = total < 0 ? -total : total;
  const absl::int128 range = MultiplyDivideUp(size, parameters.range_percent, 100);
  return Symmetric(std::max({range, p_level, unit}));
}

}  // namespace kluis
