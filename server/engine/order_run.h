// The percentiles and Gini coefficients of a plan. They do not add up, so each level set orders the
// values anew.
#ifndef KLUIS_SERVER_ENGINE_ORDER_RUN_H_
#define KLUIS_SERVER_ENGINE_ORDER_RUN_H_

#include <atomic>

#include "absl/status/status.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/axis_classes.h"
#include "server/engine/sql.h"
#include "server/engine/table_filler.h"

namespace kluis {

// Fills the percentiles and Gini coefficients of the filler's table, as
// disclosure/table/percentiles.h and gini.h define them, in integers; one sort of the values per
// measure and level set. Errors as DuckConnection's; CANCELLED when `cancelled`, which may be null,
// is set. REQUIRES: the look-up tables of `sql` stand.
absl::Status FillOrdered(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                         const SqlWriter& sql, DuckConnection& connection, int threads,
                         const std::atomic<bool>* cancelled, TableFiller* filler);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_ORDER_RUN_H_
