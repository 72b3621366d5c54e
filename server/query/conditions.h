// WHERE, FILTER and SHARE: conditions on dimensions that all hold together. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_CONDITIONS_H_
#define KLUIS_SERVER_QUERY_CONDITIONS_H_

#include <vector>

#include "server/query/parsed_query.h"
#include "server/query/tree.h"

namespace kluis {

// Appends the conditions of such a clause; ORs of equalities of one variable become one IN. False
// after recording a refusal.
bool ParseConditions(ParseContext& context, const Json& where, std::vector<Condition>* conditions);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_CONDITIONS_H_
