// Expressions of the language: names, dimensions, statistics; every other one is refused with
// what to write instead. Internal to this folder.
#ifndef KLUIS_SERVER_QUERY_EXPRESSIONS_H_
#define KLUIS_SERVER_QUERY_EXPRESSIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "server/query/parsed_query.h"
#include "server/query/tree.h"

namespace kluis {

// Of the functions of the language, in lower case, as messages list them: statistics, then those of
// dimensions.
const std::vector<std::string>& FunctionNames();

// The statistic of that name, if it takes one variable and nothing else.
std::optional<StatisticKind> StatisticOfOneVariable(const std::string& name);

// All return false after recording a refusal in the context. `where` is the offset to point at when
// a node carries none.
bool ParseName(ParseContext& context, const Json& node, NameRef* name);
bool ParseDimension(ParseContext& context, const Json& node, DimensionRef* dimension);
bool ParseSelectItem(ParseContext& context, const Json& target, SelectItem* item);

// A variable, LEVEL(...) or BAND(...), by its outer form only.
bool LooksLikeDimension(const Json& node);

// A constant as a code ('GM0917', 917) or as a whole number.
bool ParseCode(ParseContext& context, const Json& node, std::string* code);
bool ParseWholeNumber(ParseContext& context, const Json& node, int64_t* number);

// A constant as the number of a column of SELECT.
bool ParsePosition(ParseContext& context, const Json& node, size_t columns, int64_t* position);

// Refuses an expression that has no place here; always false.
bool RefuseExpression(ParseContext& context, const Json& node, int where);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_EXPRESSIONS_H_
