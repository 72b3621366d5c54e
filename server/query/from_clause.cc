#include "server/query/from_clause.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "server/query/expressions.h"

namespace kluis {
namespace {

constexpr char kJoinHint[] = "write FROM a JOIN b ON a.key = b.key, on a declared link";

bool RefuseSource(ParseContext& context, const Json& node, const std::string& kind) {
  const int at = LocationOf(node, 0);
  if (kind == "RangeSubselect") {
    return context.Refuse("SUBQUERY", at, "a query within a query is outside the language",
                          "JOIN the dataset on a declared link");
  }
  return context.Refuse("JOIN_FORM", at, "FROM takes datasets, JOIN and LEFT JOIN", kJoinHint);
}

bool ParseDataset(ParseContext& context, const Json& node, std::string* dataset, std::string* alias,
                  SourcePosition* at) {
  const auto [kind, fields] = Unwrap(node);
  if (kind != "RangeVar") return RefuseSource(context, node, kind);
  *at = context.source.At(LocationOf(node, 0));
  if (fields->contains("schemaname") || fields->contains("catalogname")) {
    return context.Refuse("QUALIFIED_NAME", LocationOf(node, 0), "a dataset has a single name",
                          "leave the schema out");
  }
  if (!FlagAt(*fields, "inh")) {
    return context.Refuse("JOIN_FORM", LocationOf(node, 0), "ONLY has no meaning here",
                          "leave it out");
  }
  *dataset = TextAt(*fields, "relname");
  *alias = *dataset;
  if (fields->contains("alias")) {
    if ((*fields)["alias"].contains("colnames")) {
      return context.Refuse("JOIN_FORM", LocationOf(node, 0), "columns are not renamed in FROM",
                            "rename them in SELECT: variable AS name");
    }
    *alias = TextAt((*fields)["alias"], "aliasname");
  }
  return true;
}

bool ParseEqualities(ParseContext& context, const Json& node, JoinRef* join) {
  const auto [kind, fields] = Unwrap(node);
  if (kind == "BoolExpr" && TextAt(*fields, "boolop") == "AND_EXPR") {
    for (const Json& argument : ListAt(*fields, "args")) {
      if (!ParseEqualities(context, argument, join)) return false;
    }
    return true;
  }
  std::vector<std::string> op;
  const bool equality = kind == "A_Expr" && TextAt(*fields, "kind") == "AEXPR_OP" &&
                        NamesOf(ListAt(*fields, "name"), &op) &&
                        op == std::vector<std::string>{"="} && fields->contains("lexpr") &&
                        fields->contains("rexpr") &&
                        Unwrap((*fields)["lexpr"]).first == "ColumnRef" &&
                        Unwrap((*fields)["rexpr"]).first == "ColumnRef";
  if (!equality) {
    return context.Refuse("JOIN_CONDITION", LocationOf(node, 0),
                          "a join is on equal keys and nothing else",
                          "write ON a.x = b.x AND a.y = b.y; put other conditions in WHERE");
  }
  NameRef left, right;
  if (!ParseName(context, (*fields)["lexpr"], &left) ||
      !ParseName(context, (*fields)["rexpr"], &right))
    return false;
  join->equalities.emplace_back(std::move(left), std::move(right));
  return true;
}

bool ParseJoin(ParseContext& context, const Json& fields, ParsedQuery* query) {
  JoinRef join;
  if (!ParseDataset(context, fields["rarg"], &join.dataset, &join.alias, &join.at)) return false;
  const int at = LocationOf(fields["rarg"], 0);
  const std::string type = TextAt(fields, "jointype");
  const bool form = (type == "JOIN_INNER" || type == "JOIN_LEFT") && !FlagAt(fields, "isNatural") &&
                    !fields.contains("alias") && !fields.contains("join_using_alias");
  if (!form || (!fields.contains("quals") && !fields.contains("usingClause"))) {
    return context.Refuse("JOIN_FORM", at, "the joins are JOIN and LEFT JOIN with ON or USING",
                          kJoinHint);
  }
  join.left = type == "JOIN_LEFT";
  if (fields.contains("quals") && !ParseEqualities(context, fields["quals"], &join)) return false;
  std::vector<std::string> shared;
  NamesOf(ListAt(fields, "usingClause"), &shared);
  for (const std::string& name : shared) {
    const NameRef key{.qualifier = "", .name = name, .at = join.at};
    join.equalities.emplace_back(key, key);
  }
  if (query->joins.size() == kJoinsMax) {
    return context.Refuse("TOO_MANY_JOINS", at,
                          absl::StrCat("a query joins at most ", kJoinsMax, " datasets"),
                          "leave some out");
  }
  query->joins.push_back(std::move(join));
  return true;
}

bool ParseSource(ParseContext& context, const Json& node, ParsedQuery* query) {
  const auto [kind, fields] = Unwrap(node);
  if (kind != "JoinExpr")
    return ParseDataset(context, node, &query->dataset, &query->alias, &query->dataset_at);
  if (!fields->contains("larg") || !fields->contains("rarg"))
    return RefuseSource(context, node, kind);
  return ParseSource(context, (*fields)["larg"], query) && ParseJoin(context, *fields, query);
}

}  // namespace

bool ParseFrom(ParseContext& context, const Json& clause, ParsedQuery* query) {
  if (clause.empty()) {
    return context.Refuse("NO_DATASET", 0, "FROM is missing", "write SELECT COUNT(*) FROM dataset");
  }
  if (clause.size() > 1) {
    return context.Refuse("JOIN_FORM", LocationOf(clause[1], 0),
                          "datasets in FROM are joined, not listed", kJoinHint);
  }
  if (!ParseSource(context, clause[0], query)) return false;
  std::set<std::string> aliases = {query->alias};
  for (const JoinRef& join : query->joins) {
    if (aliases.insert(join.alias).second) continue;
    return context.RefuseAt(join.at, "DUPLICATE_ALIAS",
                            absl::StrCat(join.alias, " occurs twice in FROM"),
                            "give each dataset an alias of its own");
  }
  return true;
}

}  // namespace kluis
