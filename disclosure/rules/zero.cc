#include "disclosure/rules/zero.h"

#include "disclosure/base/exact.h"

namespace kluis {

ProtectionLevel JudgeZero(absl::int128 total, int64_t records, bool any_sign, absl::int128 unit,
                          const ZeroParameters& parameters) {
  if (total != 0 || records <= 0) return {};
  const absl::int128 range = MultiplyAtMost(unit, parameters.range);
  return {.sensitive = true, .upper_level = range, .lower_level = any_sign ? range : 0};
}

}  // namespace kluis
