#include "server/query/expressions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/query/conditions.h"
#include "server/query/recode.h"

namespace kluis {
namespace {

constexpr int kBandWidthMax = 1'000'000;
constexpr std::array<int64_t, 5> kPercentiles = {10, 25, 50, 75, 90};

// Only a call without schema, OVER, ORDER BY, VARIADIC, WITHIN GROUP.
bool CallWithFilter(const Json& node, std::string* name) {
  const auto [kind, fields] = Unwrap(node);
  if (kind != "FuncCall" || TextAt(*fields, "funcformat") != "COERCE_EXPLICIT_CALL") return false;
  for (const auto& [field, value] : fields->items()) {
    if (field != "agg_filter" && field != "funcname" && field != "args" && field != "agg_star" &&
        field != "agg_distinct" && field != "funcformat" && field != "location") {
      return false;
    }
  }
  std::vector<std::string> names;
  if (!NamesOf(ListAt(*fields, "funcname"), &names) || names.size() != 1) return false;
  *name = names[0];
  return true;
}

// Nor a FILTER.
bool PlainCall(const Json& node, std::string* name) {
  return !Unwrap(node).second->contains("agg_filter") && CallWithFilter(node, name);
}

bool IsDimensionFunction(const std::string& name) { return name == "level" || name == "band"; }

bool IsColumn(const Json& node) {
  const auto [kind, fields] = Unwrap(node);
  std::vector<std::string> names;
  return kind == "ColumnRef" && NamesOf(ListAt(*fields, "fields"), &names) && !names.empty() &&
         names.size() <= 2;
}

bool ParseDimensionCall(ParseContext& context, const Json& node, const std::string& name,
                        DimensionRef* dimension) {
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  const bool plain = args.size() == 2 && !FlagAt(fields, "agg_distinct") && IsColumn(args[0]) &&
                     Unwrap(args[1]).first == "A_Const";
  if (!plain) return RefuseExpression(context, node, 0);
  if (!ParseName(context, args[0], &dimension->variable)) return false;
  const Json& constant = *Unwrap(args[1]).second;
  if (name == "level") {
    dimension->form = DimensionRef::Form::kLevel;
    if (!constant.contains("sval")) return RefuseExpression(context, node, 0);
    return ParseCode(context, args[1], &dimension->level);
  }
  dimension->form = DimensionRef::Form::kBand;
  int64_t width = 0;
  if (!constant.contains("ival")) return RefuseExpression(context, node, 0);
  if (!ParseWholeNumber(context, args[1], &width)) return false;
  if (width < 1 || width > kBandWidthMax) {
    return context.Refuse("BAND_WIDTH", LocationOf(args[1], 0),
                          "the width of a band is a whole number from 1",
                          "write BAND(variable, 10)");
  }
  dimension->band_width = static_cast<int>(width);
  return true;
}

bool IsStatistic(const std::string& name) {
  const std::vector<std::string>& names = FunctionNames();
  return !IsDimensionFunction(name) && std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the statistic of several cells follows from what is known of each.
bool AddsUp(StatisticKind kind) {
  return kind == StatisticKind::kCount || kind == StatisticKind::kCountDistinct ||
         kind == StatisticKind::kSum || kind == StatisticKind::kAverage ||
         kind == StatisticKind::kRatio;
}

// SUM(x) and nothing else.
bool IsSumOfColumn(const Json& node) {
  std::string name;
  if (!PlainCall(node, &name) || name != "sum") return false;
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  return args.size() == 1 && IsColumn(args[0]) && !FlagAt(fields, "agg_distinct");
}

// RATIO(SUM(x), SUM(y)).
bool ParseRatio(ParseContext& context, const Json& node, StatisticRef* statistic) {
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  statistic->kind = StatisticKind::kRatio;
  if (args.size() == 2 && !FlagAt(fields, "agg_distinct") && IsSumOfColumn(args[0]) &&
      IsSumOfColumn(args[1])) {
    const auto column = [](const Json& sum) { return ListAt(*Unwrap(sum).second, "args")[0]; };
    return ParseName(context, column(args[0]), &statistic->variable) &&
           ParseName(context, column(args[1]), &statistic->divisor);
  }
  return RefuseExpression(context, node, 0);
}

// SHARE(condition).
bool ParseShare(ParseContext& context, const Json& node, StatisticRef* statistic) {
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  statistic->kind = StatisticKind::kShare;
  const bool one = args.size() == 1 && Unwrap(args[0]).first != "FuncCall";
  if (!one || FlagAt(fields, "agg_distinct")) return RefuseExpression(context, node, 0);
  if (fields.contains("agg_filter")) {
    return context.Refuse("SHARE_FORM", LocationOf(fields["agg_filter"], LocationOf(node, 0)),
                          "a share takes no FILTER", "put the condition in WHERE");
  }
  return ParseConditions(context, args[0], &statistic->conditions);
}

// PERCENTILE(x, p), p on the grid of safety.md 6.
bool ParsePercentile(ParseContext& context, const Json& node, StatisticRef* statistic) {
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  statistic->kind = StatisticKind::kPercentile;
  if (args.size() != 2 || FlagAt(fields, "agg_distinct") || !IsColumn(args[0]) ||
      Unwrap(args[1]).first != "A_Const") {
    return RefuseExpression(context, node, 0);
  }
  int64_t percent = 0;
  const bool whole = context.source.WholeNumberAt(LocationOf(args[1], 0), &percent);
  if (!whole || std::count(kPercentiles.begin(), kPercentiles.end(), percent) == 0) {
    return context.Refuse(
        "PERCENTILE_GRID", LocationOf(args[1], 0),
        "the percentiles are 10, 25, 50, 75 and 90: between others that are close "
        "to each other lie few units",
        "write one of these numbers, as per cent and without quotes");
  }
  statistic->percent = static_cast<int>(percent);
  return ParseName(context, args[0], &statistic->variable);
}

bool ParseFunction(ParseContext& context, const Json& node, const std::string& name,
                   StatisticRef* statistic) {
  const Json& fields = *Unwrap(node).second;
  const Json& args = ListAt(fields, "args");
  const bool star = FlagAt(fields, "agg_star"), distinct = FlagAt(fields, "agg_distinct");
  statistic->at = context.source.At(LocationOf(node, 0));
  if (name == "ratio") return ParseRatio(context, node, statistic);
  if (name == "share") return ParseShare(context, node, statistic);
  if (name == "percentile") return ParsePercentile(context, node, statistic);
  if (name == "count" && star && args.empty() && !distinct) {
    statistic->kind = StatisticKind::kCount;
    return true;
  }
  const bool counts = name == "count" && distinct;
  const bool of_values = name != "count" && !distinct;
  if (star || args.size() != 1 || (!counts && !of_values))
    return RefuseExpression(context, node, 0);
  if (!IsColumn(args[0])) return RefuseExpression(context, args[0], 0);
  statistic->kind = counts ? StatisticKind::kCountDistinct : *StatisticOfOneVariable(name);
  statistic->percent = name == "median" ? 50 : 0;
  return ParseName(context, args[0], &statistic->variable);
}

bool ParseStatistic(ParseContext& context, const Json& node, const std::string& name,
                    StatisticRef* statistic) {
  if (!ParseFunction(context, node, name, statistic)) return false;
  const Json& fields = *Unwrap(node).second;
  if (fields.contains("agg_filter") && !AddsUp(statistic->kind)) {
    return context.Refuse("FILTER_STATISTIC",
                          LocationOf(fields["agg_filter"], LocationOf(node, 0)),
                          "only counts, sums, means and ratios take a FILTER: what meets a condition "
                          "may be several cells, and these do not add up",
                          "put the condition in WHERE, or GROUP BY the variable");
  }
  return !fields.contains("agg_filter") ||
         ParseConditions(context, fields["agg_filter"], &statistic->conditions);
}

}  // namespace

const std::vector<std::string>& FunctionNames() {
  static const auto& names = *new std::vector<std::string>{
      "count", "sum",  "avg",   "median", "percentile", "stddev", "variance",
      "gini",  "ratio", "share", "level",  "band"};
  return names;
}

std::optional<StatisticKind> StatisticOfOneVariable(const std::string& name) {
  constexpr StatisticKind kKinds[] = {StatisticKind::kSum,       StatisticKind::kAverage,
                                      StatisticKind::kMedian,    StatisticKind::kVariance,
                                      StatisticKind::kDeviation, StatisticKind::kGini};
  for (const StatisticKind kind : kKinds) {
    if (name == StatisticName(kind)) return kind;
  }
  return std::nullopt;
}

bool ParseName(ParseContext& context, const Json& node, NameRef* name) {
  if (!IsColumn(node)) {
    const auto [kind, fields] = Unwrap(node);
    std::vector<std::string> names;
    if (kind == "ColumnRef" && NamesOf(ListAt(*fields, "fields"), &names)) {
      return context.Refuse("QUALIFIED_NAME", LocationOf(node, 0),
                            "a name has at most one qualifier", "write alias.variable");
    }
    return RefuseExpression(context, node, 0);
  }
  std::vector<std::string> names;
  NamesOf(ListAt(*Unwrap(node).second, "fields"), &names);
  *name = NameRef{.qualifier = names.size() == 2 ? names[0] : "",
                  .name = names.back(),
                  .at = context.source.At(LocationOf(node, 0))};
  return true;
}

bool LooksLikeDimension(const Json& node) {
  std::string name;
  return IsColumn(node) || (PlainCall(node, &name) && IsDimensionFunction(name));
}

bool ParseDimension(ParseContext& context, const Json& node, DimensionRef* dimension) {
  std::string name;
  if (PlainCall(node, &name) && IsDimensionFunction(name))
    return ParseDimensionCall(context, node, name, dimension);
  if (CallWithFilter(node, &name) && IsStatistic(name)) {
    return context.Refuse("STATISTIC_MISPLACED", LocationOf(node, 0),
                          "a statistic has no place here", "statistics stand in SELECT only");
  }
  dimension->form = DimensionRef::Form::kPlain;
  return ParseName(context, node, &dimension->variable);
}

bool ParseSelectItem(ParseContext& context, const Json& target, SelectItem* item) {
  const auto [kind, fields] = Unwrap(target);
  if (kind != "ResTarget" || fields->contains("indirection") || !fields->contains("val")) {
    return RefuseExpression(context, target, 0);
  }
  const Json& value = (*fields)["val"];
  item->alias = TextAt(*fields, "name");
  item->at = context.source.At(LocationOf(target, 0));
  std::string name;
  if (CallWithFilter(value, &name) && !IsDimensionFunction(name)) {
    if (!IsStatistic(name)) return RefuseExpression(context, value, 0);
    StatisticRef statistic;
    if (!ParseStatistic(context, value, name, &statistic)) return false;
    item->value = std::move(statistic);
    return true;
  }
  DimensionRef dimension;
  if (LooksLikeCase(value)) {
    if (!ParseCase(context, value, &dimension)) return false;
    if (item->alias.empty()) {
      return context.Refuse("CASE_NAME", LocationOf(value, 0), "a CASE needs a name",
                            "write END AS name");
    }
  } else if (!ParseDimension(context, value, &dimension)) {
    return false;
  }
  item->value = std::move(dimension);
  return true;
}

bool ParseCode(ParseContext& context, const Json& node, std::string* code) {
  const auto [kind, fields] = Unwrap(node);
  if (kind != "A_Const") return RefuseExpression(context, node, 0);
  if (fields->contains("sval")) {
    *code = TextAt((*fields)["sval"], "sval");
    return true;
  }
  if (FlagAt(*fields, "isnull")) {
    return context.Refuse("NULL_TEST", LocationOf(node, 0), "no dimension is ever NULL",
                          "missing values are the code '_U'");
  }
  if (fields->contains("boolval")) {
    return context.Refuse("CONDITION_FORM", LocationOf(node, 0),
                          "a condition compares a dimension with codes",
                          "put the code in single quotes: variable = 'code'");
  }
  int64_t number = 0;
  if (!ParseWholeNumber(context, node, &number)) return false;
  *code = absl::StrCat(number);
  return true;
}

bool ParseWholeNumber(ParseContext& context, const Json& node, int64_t* number) {
  const auto [kind, fields] = Unwrap(node);
  const int at = LocationOf(node, 0);
  if (kind != "A_Const") return RefuseExpression(context, node, at);
  const bool numeric = fields->contains("ival") || fields->contains("fval");
  if (numeric && context.source.WholeNumberAt(at, number)) return true;
  return context.Refuse(
      "NOT_A_WHOLE_NUMBER", at, "a whole number is needed here",
      fields->contains("sval") ? "write the number without quotes" : "write for example 18");
}

bool ParsePosition(ParseContext& context, const Json& node, size_t columns, int64_t* position) {
  const int at = LocationOf(node, 0);
  const Json& constant = *Unwrap(node).second;
  if (!constant.contains("ival") && !constant.contains("fval")) {
    return context.Refuse("POSITION", at, "a constant names no column",
                          "write the name of the column, without single quotes");
  }
  if (!ParseWholeNumber(context, node, position)) return false;
  if (*position >= 1 && *position <= static_cast<int64_t>(columns)) return true;
  return context.Refuse("POSITION", at, absl::StrCat("SELECT has no column ", *position),
                        "write the name of the column");
}

}  // namespace kluis
