// Costs that only the holder of a key can know: whoever knows the algorithm and its costs can run
// it backwards and narrow what it hides (safety.md 9).
#ifndef KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_
#define KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// For ProtectOptions::cost_factor: a factor in [1/4, 4], even on a logarithmic scale, from
// HMAC-SHA-256 of salt and cell under the key.
std::function<double(absl::string_view canonical_cell)> KeyedCosts(std::string key,
                                                                   std::string salt);

// For ProtectOptions::decoy: one cell in 64, likewise.
std::function<bool(absl::string_view canonical_cell)> KeyedDecoys(std::string key,
                                                                  std::string salt);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_KEYED_COST_H_
