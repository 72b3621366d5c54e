#include "server/query/recode.h"

#include "absl/strings/str_cat.h"
#include "server/query/conditions.h"
#include "server/query/expressions.h"

namespace kluis {
namespace {

class CaseParser {
 public:
  CaseParser(ParseContext& context, const Json& node, DimensionRef* dimension)
      : context_(context), node_(node), fields_(*Unwrap(node).second), dimension_(dimension) {}

  bool Run() {
    dimension_->form = DimensionRef::Form::kCase;
    for (const Json& when : ListAt(fields_, "args")) {
      if (!Branch(when)) return false;
    }
    if (!fields_.contains("defresult")) return true;
    std::string otherwise;
    if (!Class(fields_["defresult"], &otherwise)) return false;
    dimension_->otherwise = std::move(otherwise);
    return true;
  }

 private:
  bool Branch(const Json& when) {
    const auto [kind, fields] = Unwrap(when);
    if (kind != "CaseWhen" || !fields->contains("expr") || !fields->contains("result"))
      return RefuseExpression(context_, node_, 0);
    CaseBranch branch;
    const bool parsed = fields_.contains("arg")
                            ? Equality((*fields)["expr"], &branch.conditions)
                            : ParseConditions(context_, (*fields)["expr"], &branch.conditions);
    if (!parsed || !OneVariable((*fields)["expr"], branch.conditions)) return false;
    if (!Class((*fields)["result"], &branch.name)) return false;
    conditions_ += branch.conditions.size();
    if (conditions_ > kCaseConditionsMax) {
      return context_.Refuse("CASE_TOO_LONG", LocationOf(when, 0),
                             absl::StrCat("a CASE has at most ", kCaseConditionsMax, " conditions"),
                             "write variable IN ('a', 'b') for each class, or use LEVEL");
    }
    dimension_->branches.push_back(std::move(branch));
    return true;
  }

  // CASE variable WHEN 'code'
  bool Equality(const Json& value, std::vector<Condition>* conditions) {
    Condition condition;
    const int at = LocationOf(value, LocationOf(node_, 0));
    if (!ParseDimension(context_, fields_["arg"], &condition.dimension)) return false;
    condition.at = context_.source.At(at);
    condition.values.emplace_back();
    condition.value_positions.push_back(condition.at);
    if (!ParseCode(context_, value, &condition.values[0])) return false;
    conditions->push_back(std::move(condition));
    return true;
  }

  bool OneVariable(const Json& when, const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      const NameRef& variable = condition.dimension.variable;
      if (dimension_->variable.name.empty()) dimension_->variable = variable;
      if (variable.name == dimension_->variable.name &&
          variable.qualifier == dimension_->variable.qualifier)
        continue;
      return context_.Refuse("CASE_VARIABLES", LocationOf(when, 0),
                             absl::StrCat("a CASE is over one variable, and this one is over ",
                                          dimension_->variable.name, " and ", variable.name),
                             "recode one variable and GROUP BY the other one too");
    }
    return true;
  }

  bool Class(const Json& node, std::string* name) {
    const auto [kind, fields] = Unwrap(node);
    const int at = LocationOf(node, LocationOf(node_, 0));
    const bool text = kind == "A_Const" && fields->contains("sval");
    if (text) *name = TextAt((*fields)["sval"], "sval");
    if (!text || name->empty() || name->size() > kCaseClassBytesMax) {
      return context_.Refuse("CASE_CLASS", at,
                             absl::StrCat("THEN and ELSE give the name of a class, 1 to ",
                                          kCaseClassBytesMax, " bytes of text"),
                             "write THEN 'name'; statistics stand beside the CASE in SELECT");
    }
    if (*name != "_T" && *name != "_U") return true;
    return context_.Refuse("CASE_CLASS", at,
                           absl::StrCat("'", *name, "' is the code of ",
                                        *name == "_T" ? "a total" : "a missing value"),
                           "give the class another name");
  }

  ParseContext& context_;
  const Json& node_;
  const Json& fields_;
  DimensionRef* dimension_;
  size_t conditions_ = 0;
};

}  // namespace

bool LooksLikeCase(const Json& node) { return Unwrap(node).first == "CaseExpr"; }

bool ParseCase(ParseContext& context, const Json& node, DimensionRef* dimension) {
  return CaseParser(context, node, dimension).Run();
}

}  // namespace kluis
