#include "disclosure/rules/frequency.h"

#include <algorithm>

namespace kluis {

int64_t FrequencyThreshold(const FrequencyParameters& parameters) {
  return parameters.minimum + std::max(parameters.coalition, 1) - 1;
}

bool IsBelowFrequency(int64_t contributors, const FrequencyParameters& parameters) {
  return contributors > 0 && contributors < FrequencyThreshold(parameters);
}

ProtectionLevel FrequencyLevel(absl::int128 total, absl::int128 p_level, absl::int128 unit,
                               const FrequencyParameters& parameters) {
  const absl::int128 size = total < 0 ? -total : total;
  const absl::int128 range = DivideUp(size * parameters.range_percent, 100);
  const absl::int128 level = std::max({range, p_level, unit});
  return {.sensitive = true, .upper_level = level, .lower_level = level};
}

}  // namespace kluis
