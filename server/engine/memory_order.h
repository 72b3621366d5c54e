// Percentiles of a plan from values held in memory: where each row is a contributor of its own and
// has no weight, ranks are places, and finding them takes no sort.
#ifndef KLUIS_SERVER_ENGINE_MEMORY_ORDER_H_
#define KLUIS_SERVER_ENGINE_MEMORY_ORDER_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/axis_classes.h"
#include "server/engine/sql.h"
#include "server/engine/table_filler.h"

namespace kluis {

// Whether a plan's percentiles are such, and it has no Gini coefficients, which need a sort anyhow.
bool HasPlainPercentiles(const AggregationPlan& plan);

// Fills the percentiles of one measure, of all level sets: 20 bytes a row, for one caller of the
// process at a time. False, and nothing is filled, when there are too many classes or rows, or
// others have the place; then FillOrdered() has the database do it, and the cells are the same.
// CANCELLED when `cancelled`, which may be null, is set. REQUIRES: HasPlainPercentiles(plan).
absl::StatusOr<bool> FillPercentiles(const AggregationPlan& plan,
                                     const std::vector<AxisClasses>& classes, const SqlWriter& sql,
                                     int measure, DuckConnection& connection, int threads,
                                     const std::atomic<bool>* cancelled, TableFiller* filler);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_MEMORY_ORDER_H_
