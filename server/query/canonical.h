// A ParsedQuery as text again, the same for queries that mean the same. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_CANONICAL_H_
#define KLUIS_SERVER_QUERY_CANONICAL_H_

#include <string>
#include <vector>

#include "server/query/parsed_query.h"

namespace kluis {

// In the language itself: conditions and their codes sorted, aliases of columns kept (they are
// shown), GROUP BY as grouping sets, ORDER BY as positions.
std::string CanonicalQuery(const ParsedQuery& query);

// A dimension likewise; equal for dimensions that are written alike.
std::string CanonicalDimension(const DimensionRef& dimension);

// Conditions that all hold, likewise.
std::string CanonicalConditions(const std::vector<Condition>& conditions);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_CANONICAL_H_
