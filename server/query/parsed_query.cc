#include "server/query/parsed_query.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/query/canonical.h"
#include "server/query/conditions.h"
#include "server/query/expressions.h"
#include "server/query/from_clause.h"
#include "server/query/grouping.h"
#include "server/query/nearest_name.h"

namespace kluis {
namespace {

struct Clause {
  const char* field;
  const char* keyword;  // to point at; "": the operator of the tree
  const char* code;
  const char* message;
  const char* hint;
};

// Clauses of a SELECT that are outside the language. What is in neither list is refused too.
constexpr Clause kRefusedClauses[] = {
    {"withClause", "WITH", "COMMON_TABLE_EXPRESSION", "WITH is outside the language",
     "JOIN the dataset on a declared link"},
    {"larg", "", "SET_OPERATION", "UNION, INTERSECT and EXCEPT are outside the language",
     "send the queries one by one"},
    {"valuesLists", "VALUES", "NOT_A_SELECT", "VALUES is outside the language",
     "write SELECT COUNT(*) FROM dataset"},
    {"distinctClause", "DISTINCT", "SELECT_DISTINCT", "SELECT DISTINCT is outside the language",
     "GROUP BY the dimensions"},
    {"intoClause", "INTO", "NOT_A_SELECT", "SELECT INTO is outside the language", "leave INTO out"},
    {"havingClause", "HAVING", "HAVING",
     "HAVING is outside the language: it would tell which cells are small",
     "leave it out and select from the answer"},
    {"windowClause", "WINDOW", "WINDOW_FUNCTION", "window functions are outside the language",
     "leave WINDOW out and use GROUP BY"},
    {"lockingClause", "FOR", "CLAUSE", "locking clauses are outside the language", "leave FOR out"},
    {"limitOffset", "OFFSET", "OFFSET", "OFFSET is outside the language", "use ORDER BY and LIMIT"},
};
constexpr const char* kKnownClauses[] = {"targetList",  "fromClause",    "whereClause",
                                         "groupClause", "groupDistinct", "sortClause",
                                         "limitCount",  "limitOption",   "op"};

bool CheckClauses(ParseContext& context, const Json& select) {
  for (const Clause& clause : kRefusedClauses) {
    const auto found = select.find(clause.field);
    if (found == select.end()) continue;
    std::string keyword = clause.keyword;
    if (keyword.empty()) keyword = absl::StrCat(absl::StripPrefix(TextAt(select, "op"), "SETOP_"));
    const int at = context.source.FindKeyword(keyword, LocationOf(*found, 0));
    return context.Refuse(clause.code, at, clause.message, clause.hint);
  }
  for (const auto& [field, value] : select.items()) {
    const bool known = std::any_of(std::begin(kKnownClauses), std::end(kKnownClauses),
                                   [&name = field](const char* k) { return name == k; });
    if (!known)
      return context.Refuse("CLAUSE", LocationOf(value, 0), "this clause is outside the language",
                            "leave it out");
  }
  return true;
}

// Of all statistics: a plan reads the whole code list for each.
constexpr size_t kStatisticConditionsMax = 100;

bool ParseItems(ParseContext& context, const Json& targets, ParsedQuery* query) {
  std::set<std::string> names;
  size_t conditions = 0;
  for (const Json& target : targets) {
    SelectItem item;
    if (!ParseSelectItem(context, target, &item)) return false;
    if (!names.insert(OutputName(item)).second) {
      return context.RefuseAt(item.at, "DUPLICATE_NAME",
                      absl::StrCat("two columns are named ", OutputName(item)),
                      "give one of them another name: AS name");
    }
    const auto* statistic = std::get_if<StatisticRef>(&item.value);
    conditions += statistic == nullptr ? 0 : statistic->conditions.size();
    if (conditions > kStatisticConditionsMax) {
      return context.RefuseAt(item.at, "TOO_MANY_CONDITIONS",
                      absl::StrCat("statistics have at most ", kStatisticConditionsMax,
                                   " conditions in all"),
                      "write variable IN ('a', 'b'), or GROUP BY the variable");
    }
    query->items.push_back(std::move(item));
  }
  if (query->items.empty())
    return context.Refuse("NO_STATISTIC", 0, "SELECT names nothing", "add COUNT(*)");
  return true;
}

// Equal, or so once names are resolved: `buurt` and `p.buurt` of one query.
bool MayBeSame(const DimensionRef& a, const DimensionRef& b) {
  if (a.variable.qualifier.empty() == b.variable.qualifier.empty()) return a.SameAs(b);
  DimensionRef bare_a = a, bare_b = b;
  bare_a.Qualify("");
  bare_b.Qualify("");
  return bare_a.SameAs(bare_b);
}

// Each dimension of SELECT is grouped by, each of GROUP BY is shown, and there is a statistic.
bool CheckShape(ParseContext& context, const ParsedQuery& query) {
  bool statistic = false;
  for (const SelectItem& item : query.items) {
    const auto* dimension = std::get_if<DimensionRef>(&item.value);
    statistic |= dimension == nullptr;
    if (dimension == nullptr) continue;
    const bool grouped =
        std::any_of(query.grouping_dimensions.begin(), query.grouping_dimensions.end(),
                    [&](const DimensionRef& d) { return MayBeSame(d, *dimension); });
    if (grouped) continue;
    return context.RefuseAt(item.at, "NOT_GROUPED",
                    absl::StrCat(OutputName(item), " is selected but not grouped by"),
                    "add it to GROUP BY as it is written in SELECT");
  }
  for (const DimensionRef& grouped : query.grouping_dimensions) {
    const bool shown =
        std::any_of(query.items.begin(), query.items.end(), [&](const SelectItem& item) {
          const auto* dimension = std::get_if<DimensionRef>(&item.value);
          return dimension != nullptr && MayBeSame(*dimension, grouped);
        });
    if (shown) continue;
    return context.RefuseAt(grouped.variable.at, "NOT_SELECTED",
                    absl::StrCat(grouped.variable.name, " is grouped by but not selected"),
                    "add it to SELECT as it is written in GROUP BY");
  }
  if (statistic) return true;
  return context.RefuseAt(query.items[0].at, "NO_STATISTIC", "SELECT names no statistic",
                  "add COUNT(*)");
}

bool OrderByName(ParseContext& context, const Json& node, const ParsedQuery& query,
                 ParsedQuery::Order* order) {
  if (!LooksLikeDimension(node) || Unwrap(node).first != "ColumnRef") {
    return context.Refuse("ORDER_BY", LocationOf(node, 0),
                          "ORDER BY takes names and positions of columns",
                          "name the column in SELECT (COUNT(*) AS n) and write ORDER BY n");
  }
  if (!ParseName(context, node, &order->name)) return false;
  std::vector<std::string> names;
  for (size_t i = 0; i < query.items.size(); ++i) {
    const auto* dimension = std::get_if<DimensionRef>(&query.items[i].value);
    const std::string name = OutputName(query.items[i]);
    const NameRef& wanted = order->name;
    const bool same_variable = dimension != nullptr &&
                               dimension->form == DimensionRef::Form::kPlain &&
                               dimension->variable.name == wanted.name &&
                               dimension->variable.qualifier == wanted.qualifier;
    if ((wanted.qualifier.empty() && name == wanted.name) ||
        (!wanted.qualifier.empty() && same_variable)) {
      order->position = static_cast<int>(i) + 1;
      return true;
    }
    names.push_back(name);
  }
  return context.Refuse("ORDER_BY", LocationOf(node, 0), "ORDER BY names no column of SELECT",
                        DidYouMean(order->name.name, names,
                                   absl::StrCat("the columns are ", absl::StrJoin(names, ", "))));
}

bool ParseOrder(ParseContext& context, const Json& clause, ParsedQuery* query) {
  for (const Json& item : clause) {
    const auto [kind, fields] = Unwrap(item);
    const std::string direction = TextAt(*fields, "sortby_dir"),
                      nulls = TextAt(*fields, "sortby_nulls");
    const int at = LocationOf(item, 0);
    if (kind != "SortBy" || !fields->contains("node") || direction == "SORTBY_USING") {
      return context.Refuse("ORDER_BY", at, "USING is outside the language",
                            "write ORDER BY name or ORDER BY name DESC");
    }
    if (nulls == "SORTBY_NULLS_FIRST") {
      return context.Refuse("ORDER_BY", at, "suppressed values come last in both directions",
                            "leave NULLS FIRST out");
    }
    ParsedQuery::Order order{.name = {},
                             .position = 0,
                             .descending = direction == "SORTBY_DESC",
                             .at = context.source.At(at)};
    const Json& node = (*fields)["node"];
    if (Unwrap(node).first == "A_Const") {
      int64_t position = 0;
      if (!ParsePosition(context, node, query->items.size(), &position)) return false;
      order.position = static_cast<int>(position);
    } else if (!OrderByName(context, node, *query, &order)) {
      return false;
    }
    const bool known = std::any_of(
        query->order_by.begin(), query->order_by.end(),
        [&](const ParsedQuery::Order& other) { return other.position == order.position; });
    if (!known) query->order_by.push_back(std::move(order));
  }
  return true;
}

bool ParseLimit(ParseContext& context, const Json& select, ParsedQuery* query) {
  if (!select.contains("limitCount")) return true;
  const Json& node = select["limitCount"];
  const int at = LocationOf(node, 0);
  if (TextAt(select, "limitOption") != "LIMIT_OPTION_COUNT") {
    return context.Refuse("LIMIT", at, "WITH TIES is outside the language", "write LIMIT n");
  }
  const auto [kind, fields] = Unwrap(node);
  if (kind == "A_Const" && FlagAt(*fields, "isnull")) return true;
  int64_t limit = 0;
  if (kind != "A_Const" || !ParseWholeNumber(context, node, &limit) || limit < 0) {
    context.refusal.reset();
    return context.Refuse("LIMIT", at, "LIMIT takes a whole number from 0", "write LIMIT 10");
  }
  query->limit = limit;
  query->limit_at = context.source.At(at);
  return true;
}

bool ParseSelect(ParseContext& context, const Json& select, ParsedQuery* query) {
  if (!CheckClauses(context, select) || !ParseItems(context, ListAt(select, "targetList"), query) ||
      !ParseFrom(context, ListAt(select, "fromClause"), query)) {
    return false;
  }
  if (select.contains("whereClause") &&
      !ParseConditions(context, select["whereClause"], &query->conditions))
    return false;
  return ParseGrouping(context, ListAt(select, "groupClause"), query) &&
         CheckShape(context, *query) && ParseOrder(context, ListAt(select, "sortClause"), query) &&
         ParseLimit(context, select, query);
}

}  // namespace

std::string OutputName(const SelectItem& item) {
  if (!item.alias.empty()) return item.alias;
  if (const auto* dimension = std::get_if<DimensionRef>(&item.value))
    return dimension->variable.name;
  const StatisticKind kind = std::get<StatisticRef>(item.value).kind;
  return kind == StatisticKind::kCountDistinct ? "count" : StatisticName(kind);
}

bool DimensionRef::SameAs(const DimensionRef& other) const {
  return form == other.form && CanonicalDimension(*this) == CanonicalDimension(other);
}

void DimensionRef::Qualify(const std::string& qualifier) {
  variable.qualifier = qualifier;
  for (CaseBranch& branch : branches) {
    for (Condition& condition : branch.conditions)
      condition.dimension.variable.qualifier = qualifier;
  }
}

Decision<ParsedQuery> ParseQuery(absl::string_view sql) {
  const SourceText source(sql);
  if (auto refusal = source.Check(); refusal.has_value()) return *refusal;
  ParseContext context{.source = source, .refusal = std::nullopt};
  const Json statement = ParseStatement(context);
  if (context.refusal.has_value()) return *context.refusal;
  const auto [kind, fields] = Unwrap(statement);
  ParsedQuery query;
  if (kind != "SelectStmt") {
    context.Refuse("NOT_A_SELECT", source.SkipBlanks(0),
                   "a query is one SELECT; nothing is ever changed",
                   "write SELECT COUNT(*) FROM dataset");
  } else if (ParseSelect(context, *fields, &query)) {
    query.canonical = CanonicalQuery(query);
    return query;
  }
  return *context.refusal;
}

}  // namespace kluis
