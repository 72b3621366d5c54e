#include "server/plan/plan_words.h"

#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/coarser.h"

namespace kluis {
namespace {

constexpr size_t kListedMax = 8;  // of codes, of grouping sets

std::string Listed(std::vector<std::string> items, const char* separator) {
  const size_t all = items.size();
  if (all > kListedMax) {
    items.resize(kListedMax);
    items.push_back(absl::StrCat("… (", all, ")"));
  }
  return absl::StrJoin(items, separator);
}

std::string ConditionWords(const Condition& condition) {
  const std::string name = Written(condition.dimension);
  if (condition.form == Condition::Form::kRange) {
    const bool below = condition.low == std::numeric_limits<int64_t>::min();
    const bool above = condition.high == std::numeric_limits<int64_t>::max();
    if (below) return absl::StrCat(name, " is at most ", condition.high);
    if (above) return absl::StrCat(name, " is at least ", condition.low);
    return absl::StrCat(name, " is from ", condition.low, " to ", condition.high);
  }
  const bool one = condition.values.size() == 1;
  const bool in = condition.form == Condition::Form::kIn;
  return absl::StrCat(name,
                      one ? (in ? " is " : " is not ") : (in ? " is one of " : " is none of "),
                      Listed(condition.values, ", "));
}

std::string AllWords(const std::vector<Condition>& conditions) {
  std::vector<std::string> words;
  for (const Condition& condition : conditions) words.push_back(ConditionWords(condition));
  return absl::StrJoin(words, " and ");
}

std::string ScopeWords(const AuthorisedQuery& query) {
  std::vector<std::string> narrowed;
  for (const auto& [alias, variables] : query.scope()) {
    for (const auto& [variable, codes] : variables)
      narrowed.push_back(absl::StrCat(variable, " ", Listed(codes, ", ")));
  }
  if (narrowed.empty()) return "";
  return absl::StrCat("; only ", absl::StrJoin(narrowed, " and "), " (project ",
                      query.project().name, ")");
}

std::string DatasetWords(const DatasetEntry& entry) {
  const std::string& title = entry.title_en.empty() ? entry.title_nl : entry.title_en;
  const std::string name = title.empty() ? entry.name : absl::StrCat(title, " (", entry.name, ")");
  return entry.period.empty() ? name : absl::StrCat(name, " of ", entry.period);
}

std::string PopulationWords(const AuthorisedQuery& query,
                            const std::vector<PlannedSource>& sources) {
  std::string text = DatasetWords(sources[0].snapshot->entry);
  for (size_t i = 1; i < sources.size(); ++i) {
    const PlanSource& source = sources[i].source;
    absl::StrAppend(&text, source.left ? ", with their " : ", only those that have a ",
                    source.dataset, source.left ? " where there is one" : "");
  }
  const std::vector<Condition>& conditions = query.query().conditions;
  if (!conditions.empty()) absl::StrAppend(&text, "; where ", AllWords(conditions));
  return text + ScopeWords(query);
}

std::string OrderWords(const ReleaseShape& shape) {
  std::vector<std::string> keys;
  for (const OrderKey& key : shape.order_by) {
    const std::string& name =
        key.statistic ? shape.statistics[key.column].name : shape.dimensions[key.column].name;
    keys.push_back(key.descending ? name + " descending" : name);
  }
  std::string text = keys.empty() ? "" : absl::StrCat(", by ", absl::StrJoin(keys, ", "));
  if (shape.limit >= 0) absl::StrAppend(&text, ", the first ", shape.limit, " shown");
  return text;
}

std::string RowsWords(const ParsedQuery& query, const std::vector<PlannedDimension>& dimensions,
                      const ReleaseShape& shape) {
  std::vector<std::string> sets;
  for (const std::vector<int>& set : query.grouping_sets) {
    std::vector<std::string> names;
    for (const int d : set) {
      names.push_back(absl::StrCat(Written(query.grouping_dimensions[d]),
                                   dimensions[d].all_levels ? " of every level and in total" : ""));
    }
    sets.push_back(names.empty() ? "the total"
                                 : absl::StrCat("one for each ", absl::StrJoin(names, " and ")));
  }
  return absl::StrCat(Listed(std::move(sets), "; "), ": ", shape.rows.size(), OrderWords(shape));
}

std::string UnfilteredWords(const StatisticRef& ref, const DatasetEntry& entry) {
  const Variable* variable = entry.FindVariable(ref.variable.name);
  const std::string unit =
      variable == nullptr || variable->unit.empty() ? "" : absl::StrCat(" in ", variable->unit);
  std::string weighted = entry.weight.empty() ? "" : ", weighted";
  for (const std::string& name : {ref.variable.name, ref.divisor.name}) {
    const Variable* measure = entry.FindVariable(name);
    if (measure == nullptr || measure->role != VariableRole::kMeasure || measure->grain.empty())
      continue;
    absl::StrAppend(&weighted, ", ", ref.divisor.name.empty() ? "" : absl::StrCat(name, " "),
                    "once for each ", measure->grain[0], " that has a row there");
  }
  switch (ref.kind) {
    case StatisticKind::kCount:
      return absl::StrCat("the number of rows", weighted);
    case StatisticKind::kCountDistinct:
      return absl::StrCat("the number of different ", ref.variable.name);
    case StatisticKind::kSum:
      return absl::StrCat("the sum of ", ref.variable.name, unit, weighted);
    case StatisticKind::kAverage:
      return absl::StrCat("the mean of ", ref.variable.name, unit, weighted);
    case StatisticKind::kRatio:
      return absl::StrCat("the sum of ", ref.variable.name, " divided by the sum of ",
                          ref.divisor.name, weighted);
    case StatisticKind::kShare:
      return absl::StrCat("the share of rows where ", AllWords(ref.conditions), weighted);
    case StatisticKind::kMedian:
      return absl::StrCat("the median of ", ref.variable.name, unit, weighted);
    case StatisticKind::kPercentile:
      return absl::StrCat("what ", ref.percent, " per cent of the values of ", ref.variable.name,
                          unit, " are below", weighted);
    case StatisticKind::kVariance:
      return absl::StrCat("the sample variance of ", ref.variable.name,
                          unit.empty() ? "" : unit + " squared", weighted);
    case StatisticKind::kDeviation:
      return absl::StrCat("the sample standard deviation of ", ref.variable.name, unit, weighted);
    case StatisticKind::kGini:
      return absl::StrCat("the Gini coefficient of ", ref.variable.name, weighted);
  }
  return "";
}

std::string StatisticWords(const StatisticRef& ref, const DatasetEntry& entry) {
  const bool all = ref.kind == StatisticKind::kShare || ref.conditions.empty();
  return absl::StrCat(UnfilteredWords(ref, entry),
                      all ? "" : absl::StrCat(", only where ", AllWords(ref.conditions)));
}

std::string StatisticsWords(const ParsedQuery& query, const DatasetEntry& entry,
                            const ReleaseShape& shape) {
  std::vector<std::string> statistics;
  for (const SelectItem& item : query.items) {
    const auto* ref = std::get_if<StatisticRef>(&item.value);
    if (ref == nullptr) continue;
    const std::string& name = shape.statistics[statistics.size()].name;
    statistics.push_back(absl::StrCat(name, ", ", StatisticWords(*ref, entry)));
  }
  return absl::StrJoin(statistics, "; ");
}

std::string CoarserWords(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources) {
  std::set<std::string> asked;
  for (const DimensionRef& ref : query.query().grouping_dimensions) asked.insert(Written(ref));
  std::vector<std::string> all;
  for (const DimensionRef& ref : query.query().grouping_dimensions) {
    std::vector<std::string> forms;
    for (const PlannedSource& planned : sources) {
      if (planned.source.alias != ref.variable.qualifier) continue;
      for (std::string& form : CoarserForms(ref, planned.snapshot->entry, query.project()))
        if (asked.count(form) == 0) forms.push_back(std::move(form));
    }
    all.push_back(absl::StrCat("instead of ", Written(ref), ": ", Listed(forms, ", "),
                               forms.empty() ? "leave it out" : ", or leave it out"));
  }
  return absl::StrJoin(all, "; ");
}

}  // namespace

std::string PlanWords(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources,
                      const std::vector<PlannedDimension>& dimensions,
                      const AggregationPlan& plan) {
  const ParsedQuery& parsed = query.query();
  const ReleaseShape& shape = plan.table.shape;
  const std::string coarser = CoarserWords(query, sources);
  return absl::StrCat("population: ", PopulationWords(query, sources), "\n",       //
                      "rows:       ", RowsWords(parsed, dimensions, shape), "\n",  //
                      "statistics: ", StatisticsWords(parsed, sources[0].snapshot->entry, shape),
                      "\n",  //
                      coarser.empty() ? "" : absl::StrCat("coarser:    ", coarser, "\n"));
}

}  // namespace kluis
