#include "server/query/conditions.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "server/query/expressions.h"

namespace kluis {
namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

std::string OperatorOf(const Json& fields) {
  std::vector<std::string> names;
  return NamesOf(ListAt(fields, "name"), &names) && names.size() == 1 ? names[0] : "";
}

// The operator of the same condition written the other way round.
std::string Mirrored(const std::string& op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return op;
}

bool AddValue(ParseContext& context, const Json& node, Condition* condition) {
  std::string code;
  if (LooksLikeDimension(node)) {
    return context.Refuse("CONDITION_FORM", LocationOf(node, 0),
                          "a condition compares a dimension with codes",
                          "put the code in single quotes: variable = 'code'");
  }
  if (!ParseCode(context, node, &code)) return false;
  condition->values.push_back(std::move(code));
  condition->value_positions.push_back(context.source.At(LocationOf(node, 0)));
  return true;
}

bool SetRange(ParseContext& context, const std::string& op, const Json& bound,
              Condition* condition) {
  int64_t number = 0;
  if (!ParseWholeNumber(context, bound, &number)) return false;
  condition->form = Condition::Form::kRange;
  condition->value_positions.push_back(context.source.At(LocationOf(bound, 0)));
  if (op == "<=" || op == "<")
    condition->high = op == "<" && number != kLowest ? number - 1 : number;
  if (op == ">=" || op == ">")
    condition->low = op == ">" && number != kHighest ? number + 1 : number;
  return true;
}

bool ParseComparison(ParseContext& context, const Json& node, const Json& fields,
                     Condition* condition) {
  std::string op = OperatorOf(fields);
  const bool known = op == "=" || op == "<>" || op == "<" || op == "<=" || op == ">" || op == ">=";
  if (!known || !fields.contains("lexpr") || !fields.contains("rexpr"))
    return RefuseExpression(context, node, 0);
  const Json* left = &fields["lexpr"];
  const Json* right = &fields["rexpr"];
  if (!LooksLikeDimension(*left) && LooksLikeDimension(*right)) {
    std::swap(left, right);
    op = Mirrored(op);
  }
  if (Unwrap(*left).first == "A_Const") {
    return context.Refuse("CONDITION_FORM", LocationOf(*left, 0),
                          "a condition compares a dimension with codes", "write variable = 'code'");
  }
  if (!ParseDimension(context, *left, &condition->dimension)) return false;
  if (op == "=" || op == "<>") {
    condition->form = op == "=" ? Condition::Form::kIn : Condition::Form::kNotIn;
    return AddValue(context, *right, condition);
  }
  return SetRange(context, op, *right, condition);
}

bool ParseList(ParseContext& context, const Json& node, const Json& fields, Condition* condition) {
  const bool between = TextAt(fields, "kind") == "AEXPR_BETWEEN";
  if (!fields.contains("lexpr") || !fields.contains("rexpr"))
    return RefuseExpression(context, node, 0);
  const auto [kind, list] = Unwrap(fields["rexpr"]);
  const Json& items = ListAt(*list, "items");
  if (kind != "List" || items.empty())
    return RefuseExpression(context, fields["rexpr"], LocationOf(node, 0));
  if (!ParseDimension(context, fields["lexpr"], &condition->dimension)) return false;
  if (between) {
    return items.size() == 2 && SetRange(context, ">=", items[0], condition) &&
           SetRange(context, "<=", items[1], condition);
  }
  condition->form = OperatorOf(fields) == "=" ? Condition::Form::kIn : Condition::Form::kNotIn;
  for (const Json& item : items) {
    if (!AddValue(context, item, condition)) return false;
  }
  return true;
}

bool ParseOne(ParseContext& context, const Json& node, Condition* condition) {
  const auto [kind, fields] = Unwrap(node);
  const int at = LocationOf(node, 0);
  condition->at = context.source.At(at);
  if (kind == "A_Expr") {
    const std::string form = TextAt(*fields, "kind");
    if (form == "AEXPR_OP") return ParseComparison(context, node, *fields, condition);
    if (form == "AEXPR_IN" || form == "AEXPR_BETWEEN")
      return ParseList(context, node, *fields, condition);
    if (form == "AEXPR_NOT_BETWEEN" || form == "AEXPR_BETWEEN_SYM" ||
        form == "AEXPR_NOT_BETWEEN_SYM") {
      return context.Refuse("CONDITION_FORM", at,
                            "of the BETWEEN forms only BETWEEN low AND high is in the language",
                            "write variable BETWEEN 18 AND 64");
    }
  }
  if (kind == "ColumnRef" || kind == "A_Const") {
    return context.Refuse(
        "CONDITION_FORM", at,
        absl::StrCat("a ", kind == "A_Const" ? "constant" : "variable", " alone is no condition"),
        "write variable = 'code'");
  }
  return RefuseExpression(context, node, at);
}

// OR is only between equalities of one dimension: a = 'x' OR a IN ('y', 'z').
bool ParseAlternatives(ParseContext& context, const Json& node, const Json& fields,
                       Condition* condition) {
  const auto refuse = [&] {
    return context.Refuse("OR_CONDITION", LocationOf(node, 0),
                          "OR stands only between equalities of one variable",
                          "write variable IN ('a', 'b'), or send two queries");
  };
  bool first = true;
  for (const Json& argument : ListAt(fields, "args")) {
    if (Unwrap(argument).first == "BoolExpr") return refuse();
    Condition alternative;
    if (!ParseOne(context, argument, &alternative)) return false;
    if (alternative.form != Condition::Form::kIn) return refuse();
    if (first) {
      *condition = std::move(alternative);
      first = false;
      continue;
    }
    if (!alternative.dimension.SameAs(condition->dimension)) return refuse();
    condition->values.insert(condition->values.end(), alternative.values.begin(),
                             alternative.values.end());
    condition->value_positions.insert(condition->value_positions.end(),
                                      alternative.value_positions.begin(),
                                      alternative.value_positions.end());
  }
  return !first;
}

}  // namespace

bool ParseConditions(ParseContext& context, const Json& where, std::vector<Condition>* conditions) {
  const auto [kind, fields] = Unwrap(where);
  Condition condition;
  if (kind == "BoolExpr") {
    const std::string op = TextAt(*fields, "boolop");
    if (op == "AND_EXPR") {
      for (const Json& argument : ListAt(*fields, "args")) {
        if (!ParseConditions(context, argument, conditions)) return false;
      }
      return true;
    }
    if (op != "OR_EXPR") {
      return context.Refuse("NOT_CONDITION", LocationOf(where, 0), "NOT is outside the language",
                            "write variable <> 'code' or variable NOT IN ('a', 'b')");
    }
    if (!ParseAlternatives(context, where, *fields, &condition)) return false;
  } else if (!ParseOne(context, where, &condition)) {
    return false;
  }
  conditions->push_back(std::move(condition));
  return true;
}

}  // namespace kluis
