#include "server/plan/aggregation_plan.h"
#include "server/plan/cells.h"
#include "server/plan/dimensions.h"
#include "server/plan/plan_text.h"
#include "server/plan/plan_words.h"
#include "server/plan/sources.h"
#include "server/plan/statistics.h"

namespace kluis {

Decision<AggregationPlan> MakePlan(const AuthorisedQuery& query, const CatalogueView& catalogue) {
  const Decision<std::vector<PlannedSource>> sources = PlanSources(query, catalogue);
  if (!sources.allowed()) return sources.refusal();
  Decision<PlannedDimensions> dimensions = PlanDimensions(query, sources.value());
  if (!dimensions.allowed()) return dimensions.refusal();
  AggregationPlan plan;
  for (const PlannedSource& planned : sources.value()) plan.sources.push_back(planned.source);
  std::vector<int> columns;
  if (auto refusal = PlanStatistics(query, sources.value(), dimensions.value(), &columns, &plan))
    return *refusal;
  const std::vector<PlannedDimension> grouped = dimensions.value().dimensions;
  if (auto refusal = PlanCells(std::move(dimensions).value(), query.query(), columns,
                               query.rules().cells_per_query, &plan)) {
    return *refusal;
  }
  plan.canonical = PlanText(query, plan);
  plan.words = PlanWords(query, sources.value(), grouped, plan);
  plan.sha256 = Sha256Text(plan.canonical);
  return plan;
}

}  // namespace kluis
