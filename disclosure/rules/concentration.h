// What a concentration rule compares: the largest contributions to a cell and the cell's total.
// Weights, waivers and holdings decide what stands here; the rules (dominance, p_percent,
// prior_posterior) are then one formula each.
#ifndef KLUIS_DISCLOSURE_RULES_CONCENTRATION_H_
#define KLUIS_DISCLOSURE_RULES_CONCENTRATION_H_

#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// All sizes (>= 0), in the unit of the total. Without weights and waivers: target = largest[0] =
// x1, largest = x1, x2, ... descending, total = X.
struct Concentration {
  absl::int128 target = 0;            // the contribution that must not be estimated too closely
  std::vector<absl::int128> largest;  // the target's part of the total, then the largest others
  absl::int128 total = 0;

  // x1 + ... + xn, of as many as there are.
  absl::int128 Largest(int n) const {
    absl::int128 sum = 0;
    for (int i = 0; i < n && i < static_cast<int>(largest.size()); ++i) sum += largest[i];
    return sum;
  }
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_CONCENTRATION_H_
