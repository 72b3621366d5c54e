// The pattern of a magnitude: the sum of a measure, or a weighted count.
//
// A sensitive total must be possible at its protection level below and above, for an outsider and
// for every contributor of other cells with what it knows of its own.
#ifndef KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_
#define KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "disclosure/protect/contributors.h"
#include "disclosure/protect/layer.h"
#include "disclosure/rules/magnitude.h"

namespace kluis {

struct MagnitudeInput {
  std::string variable;
  int decimals = 0;                        // of the totals, weights included
  std::vector<absl::int128> totals;
  std::vector<int64_t> contributors;
  std::vector<CellParts> parts;            // who they are, as far as it is known; per cell
  std::vector<MagnitudeVerdict> verdicts;  // per cell
  std::vector<bool> forced;                // suppressed by a layer below
  bool any_sign = false;                   // totals may be negative
  // Of the sum of some cells, in which nobody is twice if they are `disjoint`. Null: not judged.
  std::function<MagnitudeVerdict(const std::vector<int>& cells, bool disjoint)> judge_sum = {};
};

// Errors as Protect().
absl::StatusOr<Layer> ProtectMagnitude(const LayerContext& context, const MagnitudeInput& input);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_MAGNITUDE_LAYER_H_
