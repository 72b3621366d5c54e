// What is outside the language, and what to write instead. Deny by default: what no row names is
// refused by the last one.
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/query/expressions.h"
#include "server/query/nearest_name.h"

namespace kluis {
namespace {

struct RefusedForm {
  const char* name;
  const char* code;
  const char* message;
  const char* hint;
};

constexpr RefusedForm kNodes[] = {
    {"SubLink", "SUBQUERY", "a query within a query is outside the language",
     "JOIN the dataset on a declared link"},
    {"CaseExpr", "CASE_EXPRESSION", "CASE makes a dimension and has no other place",
     "write CASE ... END AS name in SELECT and GROUP BY name; in WHERE write the codes"},
    {"TypeCast", "CAST", "casts are outside the language",
     "write the code as it stands in the code list"},
    {"ParamRef", "PARAMETER", "parameters are outside the language", "write the value itself"},
    {"A_Const", "CONSTANT", "a constant stands where a dimension or statistic is needed",
     "write a variable, LEVEL, BAND, COUNT(*), SUM or AVG"},
    {"NullTest", "NULL_TEST", "no dimension is ever NULL", "missing values are the code '_U'"},
    {"BooleanTest", "CONDITION_FORM", "a test of true or false is outside the language",
     "write variable = 'code'"},
    {"BoolExpr", "CONDITION_FORM", "AND, OR and NOT have no place here",
     "write conditions in WHERE, joined by AND, or CASE WHEN condition THEN 'class' ... END"},
    {"RowExpr", "ROW_EXPRESSION", "a row of values has no place here",
     "write one variable at a time"},
    {"A_ArrayExpr", "ARRAY", "arrays are outside the language", "write variable IN ('a', 'b')"},
    {"A_Indirection", "ARRAY", "parts of values are outside the language",
     "write the variable itself"},
    {"CollateClause", "COLLATE", "COLLATE is outside the language",
     "codes are compared byte by byte"},
    {"GroupingFunc", "UNKNOWN_FUNCTION", "GROUPING is outside the language",
     "a total is the code '_T'"},
    {"CoalesceExpr", "UNKNOWN_FUNCTION", "COALESCE is outside the language",
     "missing values are the code '_U'"},
    {"MinMaxExpr", "UNKNOWN_FUNCTION", "GREATEST and LEAST are outside the language",
     "write one variable at a time"},
};

constexpr RefusedForm kOperators[] = {
    {"AEXPR_IN", "EXPRESSION", "a condition has no place here",
     "write CASE WHEN condition THEN 'a' ELSE 'b' END AS name, or put it in WHERE"},
    {"AEXPR_BETWEEN", "EXPRESSION", "a condition has no place here",
     "write CASE WHEN condition THEN 'a' ELSE 'b' END AS name, or put it in WHERE"},
    {"AEXPR_LIKE", "PATTERN_MATCH", "pattern matching is outside the language",
     "use IN ('a', 'b') or LEVEL(variable, 'name')"},
    {"AEXPR_ILIKE", "PATTERN_MATCH", "pattern matching is outside the language",
     "use IN ('a', 'b') or LEVEL(variable, 'name')"},
    {"AEXPR_SIMILAR", "PATTERN_MATCH", "pattern matching is outside the language",
     "use IN ('a', 'b') or LEVEL(variable, 'name')"},
    {"AEXPR_OP_ANY", "ARRAY", "ANY is outside the language", "write variable IN ('a', 'b')"},
    {"AEXPR_OP_ALL", "ARRAY", "ALL is outside the language", "write variable NOT IN ('a', 'b')"},
    {"AEXPR_DISTINCT", "CONDITION_FORM", "IS DISTINCT FROM is outside the language",
     "write variable <> 'code'"},
    {"AEXPR_NOT_DISTINCT", "CONDITION_FORM", "IS NOT DISTINCT FROM is outside the language",
     "write variable = 'code'"},
    {"AEXPR_NULLIF", "UNKNOWN_FUNCTION", "NULLIF is outside the language",
     "missing values are the code '_U'"},
};

// What other systems call what the language has.
struct Synonym {
  const char* name;
  const char* hint;
};

constexpr char kDeviationHint[] = "write STDDEV(v), which divides by n - 1";
constexpr char kVarianceHint[] = "write VARIANCE(v), which divides by n - 1";
constexpr char kPercentileHint[] =
    "write PERCENTILE(v, 25), with 10, 25, 50, 75 or 90, or MEDIAN(v)";
constexpr char kClassesHint[] = "use LEVEL(variable, 'name'), BAND(variable, width) or CASE";
constexpr Synonym kSynonyms[] = {
    {"average", "write AVG(v)"},
    {"mean", "write AVG(v)"},
    {"total", "write SUM(v)"},
    {"n", "write COUNT(*)"},
    {"number", "write COUNT(*)"},
    {"percentile_cont", kPercentileHint},
    {"percentile_disc", kPercentileHint},
    {"stddev_samp", kDeviationHint},
    {"stddev_pop", kDeviationHint},
    {"stdev", kDeviationHint},
    {"std", kDeviationHint},
    {"sd", kDeviationHint},
    {"var_samp", kVarianceHint},
    {"var_pop", kVarianceHint},
    {"var", kVarianceHint},
    {"quantile", kPercentileHint},
    {"quantile_cont", kPercentileHint},
    {"quantile_disc", kPercentileHint},
    {"approx_quantile", kPercentileHint},
    {"substr", kClassesHint},
    {"substring", kClassesHint},
    {"left", kClassesHint},
    {"right", kClassesHint},
    {"upper", kClassesHint},
    {"lower", kClassesHint},
    {"trim", kClassesHint},
    {"width_bucket", kClassesHint},
    {"ntile", kClassesHint},
    {"extract", kClassesHint},
    {"date_trunc", kClassesHint},
    {"if", kClassesHint},
    {"iif", kClassesHint},
    {"round", "values leave in the decimals of the catalogue"},
};

const RefusedForm* Find(const RefusedForm* begin, const RefusedForm* end, const std::string& name) {
  for (const RefusedForm* form = begin; form != end; ++form) {
    if (name == form->name) return form;
  }
  return nullptr;
}

bool HasStar(const Json& column) {
  for (const Json& field : ListAt(column, "fields")) {
    if (Unwrap(field).first == "A_Star") return true;
  }
  return false;
}

bool RefuseOperator(ParseContext& context, const Json& fields, int where) {
  const RefusedForm* form =
      Find(std::begin(kOperators), std::end(kOperators), TextAt(fields, "kind"));
  if (form != nullptr) return context.Refuse(form->code, where, form->message, form->hint);
  std::vector<std::string> symbol;
  NamesOf(ListAt(fields, "name"), &symbol);
  const std::string op = symbol.empty() ? "" : symbol.back();
  if (op.find('~') != std::string::npos || op == "^@") {
    return context.Refuse("PATTERN_MATCH", where, "pattern matching is outside the language",
                          "use IN ('a', 'b') or LEVEL(variable, 'name')");
  }
  if (op.size() == 1 && std::strchr("+-*/%^", op[0]) != nullptr) {
    return context.Refuse(
        "ARITHMETIC", where, "arithmetic is outside the language",
        "AVG(v) is a mean, BAND and CASE make classes; compute the rest from the answer");
  }
  if (op == "||") {
    return context.Refuse("EXPRESSION", where, "joining of texts is outside the language",
                          "GROUP BY both variables");
  }
  if (op.find_first_of("<>=") != std::string::npos) {
    return context.Refuse(
        "EXPRESSION", where, "a condition has no place here",
        "write CASE WHEN condition THEN 'a' ELSE 'b' END AS name, or put it in WHERE");
  }
  return context.Refuse("EXPRESSION", where, "this operator has no place here",
                        "write conditions in WHERE as variable = 'code'");
}

// Always false.
bool RefuseUnknown(ParseContext& context, int where, std::string hint) {
  const std::vector<std::string>& names = FunctionNames();
  const std::string list = absl::AsciiStrToUpper(
      absl::StrJoin(names.begin(), names.end() - 1, ", "));
  return context.Refuse("UNKNOWN_FUNCTION", where,
                        absl::StrCat("the functions are ", list, " and ",
                                     absl::AsciiStrToUpper(names.back())),
                        std::move(hint));
}

// A call of a function of the language, of another form than it has. False: it is no such call.
bool IsOfWrongForm(ParseContext& context, const std::string& name, int where) {
  const std::string upper = absl::AsciiStrToUpper(name);
  if (name == "count") {
    context.Refuse("COUNT_OF_COLUMN", where, "COUNT takes * or DISTINCT and one identifier",
                   "write COUNT(*) or COUNT(DISTINCT v)");
  } else if (StatisticOfOneVariable(name).has_value()) {
    context.Refuse("STATISTIC_FORM", where, absl::StrCat(upper, " takes one variable and nothing else"),
                   absl::StrCat("write ", upper, "(v)"));
  } else if (name == "ratio") {
    context.Refuse("RATIO_FORM", where, "a ratio is one sum divided by another",
                   "write RATIO(SUM(x), SUM(y)); a sum by its units is AVG(x)");
  } else if (name == "share") {
    context.Refuse("SHARE_FORM", where, "a share is of the units that meet one condition",
                   "write SHARE(variable = 'code')");
  } else if (name == "percentile") {
    context.Refuse("PERCENTILE_FORM", where, "PERCENTILE takes a variable and a number of per cent",
                   kPercentileHint);
  } else if (name == "level") {
    context.Refuse("DIMENSION_FORM", where, "LEVEL takes a variable and a name in quotes",
                   "write LEVEL(variable, 'name')");
  } else if (name == "band") {
    context.Refuse("DIMENSION_FORM", where, "BAND takes a variable and a whole number",
                   "write BAND(variable, 10)");
  } else {
    return false;
  }
  return true;
}

// A call that is well placed by its name but not by its form, or of a name that is not in the list.
bool RefuseCall(ParseContext& context, const Json& fields, int where) {
  std::vector<std::string> names;
  NamesOf(ListAt(fields, "funcname"), &names);
  const std::string name = names.empty() ? "" : names.back();
  const std::string upper = absl::AsciiStrToUpper(name);
  if (fields.contains("over")) {
    return context.Refuse("WINDOW_FUNCTION", where, "window functions are outside the language",
                          "leave OVER out and use GROUP BY");
  }
  if (fields.contains("agg_filter") && (name == "level" || name == "band")) {
    return context.Refuse("FILTER_CLAUSE", where, "FILTER stands after a statistic only",
                          "put the condition in WHERE");
  }
  if (name == "min" || name == "max") {
    return context.Refuse("UNKNOWN_FUNCTION", where,
                          absl::StrCat(upper, " shows the value of a single unit"),
                          absl::StrCat("write PERCENTILE(v, ", name == "min" ? 10 : 90, ") or AVG(v)"));
  }
  if (names.size() == 1 && IsOfWrongForm(context, name, where)) return false;
  for (const Synonym& synonym : kSynonyms) {
    if (name == synonym.name) return RefuseUnknown(context, where, synonym.hint);
  }
  return RefuseUnknown(context, where, DidYouMean(name, FunctionNames(), "use one of these"));
}

}  // namespace

bool RefuseExpression(ParseContext& context, const Json& node, int where) {
  const auto [kind, fields] = Unwrap(node);
  const int at = LocationOf(node, where);
  if (kind == "A_Expr") return RefuseOperator(context, *fields, at);
  if (kind == "FuncCall") return RefuseCall(context, *fields, at);
  if (kind == "ColumnRef" && !HasStar(*fields)) {
    return context.Refuse("CONSTANT_NEEDED", at, "a constant is needed here, not a variable",
                          "put codes in single quotes: 'code'");
  }
  if (kind == "ColumnRef") {
    return context.Refuse("SELECT_STAR", at, "* shows units, not statistics",
                          "name dimensions and statistics; COUNT(*) counts units");
  }
  if (kind == "SQLValueFunction") return RefuseUnknown(context, at, "write the value itself");
  if (const RefusedForm* form = Find(std::begin(kNodes), std::end(kNodes), kind)) {
    return context.Refuse(form->code, at, form->message, form->hint);
  }
  return context.Refuse(
      "EXPRESSION", at, "this expression is outside the language",
      "write a variable, LEVEL, BAND, or a statistic such as COUNT(*) or AVG(v)");
}

}  // namespace kluis
