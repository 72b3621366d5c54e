#include "disclosure/rules/group_disclosure.h"

#include "absl/numeric/int128.h"

namespace kluis {

bool ExceedsGroupShare(int64_t count, int64_t support,
                       const GroupDisclosureParameters& parameters) {
  return count > LargestSafeCount(support, parameters);
}

int64_t LargestSafeCount(int64_t support, const GroupDisclosureParameters& parameters) {
  return static_cast<int64_t>(absl::int128{support} * parameters.share_ppm / 1'000'000);
}

ProtectionLevel JudgeGroup(int64_t count, int64_t line_total,
                           const GroupDisclosureParameters& parameters) {
  if (line_total <= 0) return {};
  if (ExceedsGroupShare(count, line_total, parameters)) {
    return {.sensitive = true, .lower_level = count - LargestSafeCount(line_total, parameters)};
  }
  if (count == 0 && parameters.protect_none) return {.sensitive = true, .upper_level = 1};
  return {};
}

ProtectionLevel JudgeGroup(int64_t count, const std::vector<int64_t>& line_totals,
                           const GroupDisclosureParameters& parameters) {
  ProtectionLevel level;
  for (const int64_t total : line_totals) {
    level = Strictest(level, JudgeGroup(count, total, parameters));
  }
  return level;
}

}  // namespace kluis
