// What the engine's SQL may consist of.
#ifndef KLUIS_TESTS_SQL_PATH_ENGINE_SQL_H_
#define KLUIS_TESTS_SQL_PATH_ENGINE_SQL_H_

#include <set>
#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"

namespace kluis {

// Everything that SqlWriter writes for the plan; of many level sets the first few.
std::vector<std::string> EngineSqlOf(const AggregationPlan& plan);

// The columns that the snapshots of the plan's datasets may have.
std::set<std::string> ColumnsOf(const AggregationPlan& plan, const CatalogueView& catalogue);

// What of `sql` is none of the writer's words, its numbered names, whole numbers, its operators and
// quoted names of `columns`; empty: nothing.
std::string ForeignIn(const std::string& sql, const std::set<std::string>& columns);

}  // namespace kluis

#endif  // KLUIS_TESTS_SQL_PATH_ENGINE_SQL_H_
