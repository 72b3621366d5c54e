// A model as tables that are judged: which cells it tells, and where it finds what it is made of.
#ifndef KLUIS_SERVER_PLAN_MODEL_PLAN_H_
#define KLUIS_SERVER_PLAN_MODEL_PLAN_H_

#include <optional>
#include <string>

#include "disclosure/models/model_spec.h"
#include "server/plan/aggregation_plan.h"
#include "server/query/parsed_model.h"

namespace kluis {

struct ModelPlan {
  AggregationPlan cells;                  // of CellsQuery()
  std::optional<AggregationPlan> totals;  // of TotalsQuery(); of kOls only
  ModelSpec spec;
  std::string canonical;     // of all of it, for the log
  std::string sha256;        // of `canonical`
  std::string words;         // for who asks; without rule parameters
  int64_t judged_cells = 0;  // values that are judged
};

// `cells` and `totals`: CellsQuery(model) and TotalsQuery(model), authorised for one project. What
// is refused from the request alone: measures as factors and dimensions as measures, a factor of
// one level, two factors of one code tree, an outcome among the factors, a model that is a table
// (saturated), more parameters than kParametersMax; and what MakePlan() refuses.
//
// Of what the model tells, these are displayed, that is, judged as if they were shown:
//  - all units and the levels of each factor, with counts and sums;
//  - of a linear model the counts of pairs of levels (X'X) where not everyone can judge both factors
//    and who is in the model at all (safety.md 7); when values are missing, all pairs with their sums;
//  - of logit and Poisson models with a factor or condition that not everyone can judge, or an outcome
//    that is missing for some, and of every probit model, whose equations weigh each combination by
//    itself: all combinations, with the outcome. Of the others these are tried first: when all of
//    them could be shown, so could their sums.
Decision<ModelPlan> MakeModelPlan(const ParsedModel& model, const AuthorisedQuery& cells,
                                  const AuthorisedQuery& totals, const CatalogueView& catalogue);

inline constexpr int kParametersMax = 300;

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_MODEL_PLAN_H_
