// A plan in plain words, for `--dry-run` and `--explain`. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_PLAN_WORDS_H_
#define KLUIS_SERVER_PLAN_PLAN_WORDS_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"
#include "server/plan/dimensions.h"
#include "server/plan/sources.h"

namespace kluis {

//   population: Households (huishouden) of 2016; where schuld is ja; only gemeente GM0917 (project
//   heerlen) rows:       one for each wijk and buurt; one for each wijk; the total: 107 statistics:
//   met_schuld, the number of rows coarser:    instead of buurt: LEVEL(buurt, 'wijk'), or leave it
//   out; instead of wijk: leave it out
// Lines end in \n; without dimensions there is no last one. Said from the request, the catalogue
// and the grant alone: nothing of the data, and no parameter of a rule.
std::string PlanWords(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources,
                      const std::vector<PlannedDimension>& dimensions, const AggregationPlan& plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_PLAN_WORDS_H_
