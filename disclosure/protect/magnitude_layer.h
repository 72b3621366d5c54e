// The pattern of a magnitude: the sum of a measure, or a weighted count.
//
// A sensitive total must be possible at its protection level below and above. In a relation of
// which only two cells are not published, a single contributor of one of them could compute the
// other; their sum is then protected like a cell, so that a third is suppressed.
#ifndef KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_
#define KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/protect/layer.h"
#include "disclosure/rules/magnitude.h"

namespace kluis {

struct MagnitudeInput {
  std::string variable;
  int decimals = 0;                        // of the totals, weights included
  std::vector<absl::int128> totals;
  std::vector<int64_t> contributors;
  std::vector<MagnitudeVerdict> verdicts;  // per cell
  std::vector<bool> forced;                // suppressed by a layer below
  bool any_sign = false;                   // totals may be negative
};

// Errors as Protect().
absl::StatusOr<Layer> ProtectMagnitude(const LayerContext& context, const MagnitudeInput& input);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_
