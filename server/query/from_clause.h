// FROM dataset [alias] and its joins. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_FROM_CLAUSE_H_
#define KLUIS_SERVER_QUERY_FROM_CLAUSE_H_

#include "server/query/parsed_query.h"
#include "server/query/tree.h"

namespace kluis {

inline constexpr size_t kJoinsMax = 16;

// Fills dataset, alias and joins. False after recording a refusal.
bool ParseFrom(ParseContext& context, const Json& clause, ParsedQuery* query);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_FROM_CLAUSE_H_
