#include "disclosure/rules/shadow.h"

#include "disclosure/base/exact.h"

namespace kluis {

ProtectionLevel ScaleToResponse(const ProtectionLevel& level, const ShadowScale& scale) {
  if (!level.sensitive) return {};
  const absl::int128 response = scale.response < 0 ? -scale.response : scale.response;
  const absl::int128 shadow = scale.shadow < 0 ? -scale.shadow : scale.shadow;
  if (shadow == 0) {
    const absl::int128 range = MultiplyDivideUp(response, scale.range_percent, 100);
    return Symmetric(std::max(range, scale.unit));
  }
  const auto scaled = [&](absl::int128 x) { return MultiplyDivideUp(response, x, shadow); };
  return {.sensitive = true,
          .upper_level = std::max(scaled(level.upper_level), scale.unit),
          .lower_level = std::max(scaled(level.lower_level), scale.unit),
          .sliding_level = scaled(level.sliding_level)};
}

}  // namespace kluis
