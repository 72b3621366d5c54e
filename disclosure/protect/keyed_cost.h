// Costs that only the holder of a key can know: whoever knows the algorithm and its costs can run
// it backwards and narrow what it hides (safety.md 9).
#ifndef KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_
#define KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// For ProtectOptions::cost_factor: a factor in [1/4, 4], even on a logarithmic scale. A key for the
// salt (of a snapshot) is made by HMAC-SHA-256, and SipHash-2-4 under it taken of each cell: large
// tables have hundreds of thousands, and a tenth of a microsecond for each.
std::function<double(absl::string_view canonical_cell)> KeyedCosts(const std::string& key,
                                                                   const std::string& salt);

// For ProtectOptions::decoy: one cell in 64, likewise.
std::function<bool(absl::string_view canonical_cell)> KeyedDecoys(const std::string& key,
                                                                  const std::string& salt);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_
