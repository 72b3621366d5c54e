// CASE: codes of one variable put into classes. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_RECODE_H_
#define KLUIS_SERVER_QUERY_RECODE_H_

#include "server/query/parsed_query.h"
#include "server/query/tree.h"

namespace kluis {

// A plan reads the whole code list for each condition.
inline constexpr size_t kCaseConditionsMax = 100;
// As long as a name of a column.
inline constexpr size_t kCaseClassBytesMax = 63;

// A CASE, whatever stands in it.
bool LooksLikeCase(const Json& node);

// CASE WHEN conditions THEN 'class' ... [ELSE 'class'] END and CASE variable WHEN 'code' ..., over
// one variable. REQUIRES: LooksLikeCase(node). False after recording a refusal.
bool ParseCase(ParseContext& context, const Json& node, DimensionRef* dimension);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_RECODE_H_
