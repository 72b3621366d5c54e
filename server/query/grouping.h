// GROUP BY expanded to grouping sets as PostgreSQL expands them. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_GROUPING_H_
#define KLUIS_SERVER_QUERY_GROUPING_H_

#include "server/query/parsed_query.h"
#include "server/query/tree.h"

namespace kluis {

inline constexpr size_t kGroupingSetsMax = 1024;
inline constexpr size_t kGroupingDimensionsMax = 12;

// Fills grouping_dimensions, grouping_sets and has_rollup from `clause`, resolving position
// numbers and aliases by query->items. Equal sets are kept once. False after a refusal.
bool ParseGrouping(ParseContext& context, const Json& clause, ParsedQuery* query);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_GROUPING_H_
