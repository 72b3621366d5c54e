// The tables that a model tells at most, as queries.
#include "absl/strings/str_cat.h"
#include "server/query/canonical.h"
#include "server/query/parsed_model.h"

namespace kluis {
namespace {

ParsedQuery QueryOf(const ParsedModel& model) {
  ParsedQuery query;
  query.of_model = true;
  query.dataset = query.alias = model.dataset;
  query.dataset_at = model.dataset_at;
  query.conditions = model.conditions;
  return query;
}

void Add(StatisticKind kind, const NameRef& variable, const std::string& alias,
         const std::vector<Condition>& conditions, ParsedQuery* query) {
  query->items.push_back(
      {.value =
           StatisticRef{
               .kind = kind, .variable = variable, .at = variable.at, .conditions = conditions},
       .alias = alias,
       .at = variable.at});
}

// Of the outcome, then of the measures.
std::vector<NameRef> MeasuresOf(const ParsedModel& model) {
  std::vector<NameRef> measures;
  if (model.outcome_is.empty()) measures.push_back(model.outcome);
  for (const ParsedTerm& term : model.terms) {
    if (!term.factor) measures.push_back(term.measure);
  }
  return measures;
}

void AddGroupingSets(bool cross, int factors, ParsedQuery* query) {
  query->has_rollup = false;  // each stands for the level that is asked for
  std::vector<int> all;
  query->grouping_sets.push_back({});
  for (int a = 0; a < factors; ++a) {
    all.push_back(a);
    query->grouping_sets.push_back({a});
  }
  for (int a = 0; a < factors; ++a) {
    for (int b = a + 1; b < factors; ++b) query->grouping_sets.push_back({a, b});
  }
  if (cross && factors > 2) query->grouping_sets.push_back(all);
}

}  // namespace

ParsedQuery CellsQuery(const ParsedModel& model) {
  ParsedQuery query = QueryOf(model);
  for (const ParsedTerm& term : model.terms) {
    if (!term.factor) continue;
    query.items.push_back({.value = term.dimension,
                           .alias = absl::StrCat("factor_", query.grouping_dimensions.size() + 1),
                           .at = term.at});
    query.grouping_dimensions.push_back(term.dimension);
  }
  Add(StatisticKind::kCount, {}, "n", {}, &query);
  if (!model.outcome_is.empty())
    Add(StatisticKind::kShare, {}, "outcome", model.outcome_is, &query);
  // A sum and a mean tell how many have a value, and it is the same for every measure.
  int number = 0;
  for (const NameRef& measure : MeasuresOf(model)) {
    Add(StatisticKind::kSum, measure, absl::StrCat("sum_", number), {}, &query);
    if (number++ == 0) Add(StatisticKind::kAverage, measure, "mean", {}, &query);
  }
  AddGroupingSets(model.family != ModelFamily::kOls,
                  static_cast<int>(query.grouping_dimensions.size()), &query);
  query.canonical = CanonicalQuery(query);
  return query;
}

ParsedQuery TotalsQuery(const ParsedModel& model) {
  ParsedQuery query = QueryOf(model);
  query.grouping_sets = {{}};
  Add(StatisticKind::kCount, {}, "n", {}, &query);
  int number = 0;
  for (const NameRef& measure : MeasuresOf(model)) {
    Add(StatisticKind::kSum, measure, absl::StrCat("sum_", number), {}, &query);
    Add(StatisticKind::kAverage, measure, absl::StrCat("mean_", number), {}, &query);
    Add(StatisticKind::kVariance, measure, absl::StrCat("variance_", number++), {}, &query);
  }
  query.canonical = CanonicalQuery(query);
  return query;
}

}  // namespace kluis
