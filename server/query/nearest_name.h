// "did you mean": the known name nearest to what was written.
#ifndef KLUIS_SERVER_QUERY_NEAREST_NAME_H_
#define KLUIS_SERVER_QUERY_NEAREST_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

// The candidate with the smallest edit distance, ignoring case, if it is at most a third of the
// name (and at least one letter agrees); empty otherwise. Names over 64 bytes have no neighbour.
std::string NearestName(absl::string_view name, const std::vector<std::string>& candidates);

// "did you mean buurt?", or `otherwise` when no candidate is near.
std::string DidYouMean(absl::string_view name, const std::vector<std::string>& candidates,
                       absl::string_view otherwise);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_NEAREST_NAME_H_
