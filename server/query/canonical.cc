#include "server/query/canonical.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace kluis {
namespace {

std::string Text(const std::string& value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"'", "''"}}), "'");
}

// What PostgreSQL takes for a name in quotes only: the words that appendix C of its documentation
// calls reserved, with or without "(can be function or type)".
constexpr absl::string_view kReserved =
    " all analyse analyze and any array as asc asymmetric authorization binary both case cast "
    "check collate collation column concurrently constraint create cross current_catalog "
    "current_date current_role current_schema current_time current_timestamp current_user "
    "default deferrable desc distinct do else end except false fetch for foreign freeze from "
    "full grant group having ilike in initially inner intersect into is isnull join lateral "
    "leading left like limit localtime localtimestamp natural not notnull null offset on only "
    "or order outer overlaps placing primary references returning right select session_user "
    "similar some symmetric table tablesample then to trailing true union unique user using "
    "variadic verbose when where window with ";

bool IsReserved(const std::string& name) {
  return absl::StrContains(kReserved, absl::StrCat(" ", name, " "));
}

std::string Name(const std::string& name) {
  const bool plain = !IsReserved(name) && !name.empty() &&
                     !absl::ascii_isdigit(static_cast<unsigned char>(name[0])) &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                     });
  return plain ? name : absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string Variable(const NameRef& ref) {
  return ref.qualifier.empty() ? Name(ref.name)
                               : absl::StrCat(Name(ref.qualifier), ".", Name(ref.name));
}

std::string Case(const DimensionRef& ref);

std::string Dimension(const DimensionRef& ref) {
  switch (ref.form) {
    case DimensionRef::Form::kPlain:
      return Variable(ref.variable);
    case DimensionRef::Form::kLevel:
      return absl::StrCat("LEVEL(", Variable(ref.variable), ", ", Text(ref.level), ")");
    case DimensionRef::Form::kBand:
      return absl::StrCat("BAND(", Variable(ref.variable), ", ", ref.band_width, ")");
    case DimensionRef::Form::kCase:
      return Case(ref);
  }
  return "";
}

std::string AllOf(const std::vector<Condition>& conditions);

std::string Unfiltered(const StatisticRef& ref) {
  switch (ref.kind) {
    case StatisticKind::kCount:
      return "COUNT(*)";
    case StatisticKind::kCountDistinct:
      return absl::StrCat("COUNT(DISTINCT ", Variable(ref.variable), ")");
    case StatisticKind::kRatio:
      return absl::StrCat("RATIO(SUM(", Variable(ref.variable), "), SUM(", Variable(ref.divisor),
                          "))");
    case StatisticKind::kShare:
      return absl::StrCat("SHARE(", AllOf(ref.conditions), ")");
    case StatisticKind::kPercentile:
      return absl::StrCat("PERCENTILE(", Variable(ref.variable), ", ", ref.percent, ")");
    case StatisticKind::kSum:
    case StatisticKind::kAverage:
    case StatisticKind::kMedian:
    case StatisticKind::kVariance:
    case StatisticKind::kDeviation:
    case StatisticKind::kGini:
      return absl::StrCat(absl::AsciiStrToUpper(StatisticName(ref.kind)), "(",
                          Variable(ref.variable), ")");
  }
  return "";
}

std::string Statistic(const StatisticRef& ref) {
  const bool all = ref.kind == StatisticKind::kShare || ref.conditions.empty();
  return all ? Unfiltered(ref)
             : absl::StrCat(Unfiltered(ref), " FILTER (WHERE ", AllOf(ref.conditions), ")");
}

std::string Item(const SelectItem& item) {
  const auto* dimension = std::get_if<DimensionRef>(&item.value);
  const std::string value =
      dimension != nullptr ? Dimension(*dimension) : Statistic(std::get<StatisticRef>(item.value));
  return item.alias.empty() ? value : absl::StrCat(value, " AS ", Name(item.alias));
}

std::string ConditionText(const Condition& condition) {
  const std::string dimension = Dimension(condition.dimension);
  if (condition.form == Condition::Form::kRange) {
    const bool below = condition.low == std::numeric_limits<int64_t>::min();
    const bool above = condition.high == std::numeric_limits<int64_t>::max();
    if (below) return absl::StrCat(dimension, " <= ", condition.high);
    if (above) return absl::StrCat(dimension, " >= ", condition.low);
    return absl::StrCat(dimension, " BETWEEN ", condition.low, " AND ", condition.high);
  }
  std::vector<std::string> values;
  for (const std::string& value : condition.values) values.push_back(Text(value));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const char* in = condition.form == Condition::Form::kIn ? " IN (" : " NOT IN (";
  return absl::StrCat(dimension, in, absl::StrJoin(values, ", "), ")");
}

std::string AllOf(const std::vector<Condition>& conditions) {
  std::vector<std::string> texts;
  for (const Condition& condition : conditions) texts.push_back(ConditionText(condition));
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, " AND ");
}

std::string Case(const DimensionRef& ref) {
  std::string text = "CASE";
  for (const CaseBranch& branch : ref.branches) {
    absl::StrAppend(&text, " WHEN ", AllOf(branch.conditions), " THEN ", Text(branch.name));
  }
  if (ref.otherwise.has_value()) absl::StrAppend(&text, " ELSE ", Text(*ref.otherwise));
  return text + " END";
}

std::string Source(const std::string& dataset, const std::string& alias) {
  return dataset == alias ? Name(dataset) : absl::StrCat(Name(dataset), " AS ", Name(alias));
}

std::string Join(const JoinRef& join) {
  std::vector<std::string> equalities;
  for (const auto& [left, right] : join.equalities) {
    equalities.push_back(absl::StrCat(Variable(left), " = ", Variable(right)));
  }
  std::sort(equalities.begin(), equalities.end());
  return absl::StrCat(join.left ? " LEFT JOIN " : " JOIN ", Source(join.dataset, join.alias),
                      " ON ", absl::StrJoin(equalities, " AND "));
}

std::string Grouping(const ParsedQuery& query) {
  std::vector<std::string> sets;
  for (const std::vector<int>& set : query.grouping_sets) {
    std::vector<std::string> dimensions;
    for (const int d : set) dimensions.push_back(Dimension(query.grouping_dimensions[d]));
    sets.push_back(absl::StrJoin(dimensions, ", "));
  }
  if (!query.has_rollup && sets.size() == 1)
    return sets[0].empty() ? "" : absl::StrCat(" GROUP BY ", sets[0]);
  return absl::StrCat(" GROUP BY GROUPING SETS ((", absl::StrJoin(sets, "), ("), "))");
}

}  // namespace

std::string CanonicalDimension(const DimensionRef& dimension) { return Dimension(dimension); }

std::string CanonicalConditions(const std::vector<Condition>& conditions) {
  return AllOf(conditions);
}

std::string CanonicalQuery(const ParsedQuery& query) {
  std::vector<std::string> items, orders;
  for (const SelectItem& item : query.items) items.push_back(Item(item));
  for (const ParsedQuery::Order& order : query.order_by) {
    orders.push_back(absl::StrCat(order.position, order.descending ? " DESC" : ""));
  }
  std::string text = absl::StrCat("SELECT ", absl::StrJoin(items, ", "), " FROM ",
                                  Source(query.dataset, query.alias));
  for (const JoinRef& join : query.joins) absl::StrAppend(&text, Join(join));
  if (!query.conditions.empty()) absl::StrAppend(&text, " WHERE ", AllOf(query.conditions));
  absl::StrAppend(&text, Grouping(query));
  if (!orders.empty()) absl::StrAppend(&text, " ORDER BY ", absl::StrJoin(orders, ", "));
  if (query.limit >= 0) absl::StrAppend(&text, " LIMIT ", query.limit);
  return text;
}

}  // namespace kluis
