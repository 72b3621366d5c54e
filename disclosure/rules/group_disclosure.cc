#include "disclosure/rules/group_disclosure.h"

#include "absl/numeric/int128.h"

namespace kluis {

bool ExceedsGroupShare(int64_t count, int64_t support, const GroupDisclosureParameters& parameters) {
  return count > LargestSafeCount(support, parameters);
}

int64_t LargestSafeCount(int64_t support, const GroupDisclosureParameters& parameters) {
  return static_cast<int64_t>(absl::int128{support} * parameters.share_ppm / 1'000'000);
}

}  // namespace kluis
