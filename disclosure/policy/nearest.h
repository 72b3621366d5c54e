// "Did you mean": the known word nearest to an unknown one. Internal to this folder,
// disclosure/argus and the client's policy commands.
#ifndef KLUIS_DISCLOSURE_POLICY_NEAREST_H_
#define KLUIS_DISCLOSURE_POLICY_NEAREST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, no letter
// edited twice; at most `limit` + 1 is told. O(|a| |b|). Source: Damerau, CACM 7(3), 1964.
int EditDistance(absl::string_view a, absl::string_view b, int limit);

// The candidate at a distance of at most 2 (1 for words up to 3 letters), the first of equals; or
// "".
std::string NearestWord(absl::string_view word, const std::vector<std::string>& candidates);

// "did you mean 'x'?", or "" when none is near.
std::string NearestHint(absl::string_view word, const std::vector<std::string>& candidates);

// The same, or else a list of all: "one of a, b, c".
std::string NearestOrListHint(absl::string_view word, const std::vector<std::string>& candidates);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_NEAREST_H_
