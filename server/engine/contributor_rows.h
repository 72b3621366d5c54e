// Statistics where a contributor can have several rows, added up from rows held in memory: each
// contributor's rows are brought together once, and give what it adds to every cell of every level.
#ifndef KLUIS_SERVER_ENGINE_CONTRIBUTOR_ROWS_H_
#define KLUIS_SERVER_ENGINE_CONTRIBUTOR_ROWS_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/axis_classes.h"
#include "server/engine/sql.h"
#include "server/engine/table_filler.h"

namespace kluis {

// Fills units, measures and the largest contributors of all level sets, for one caller of the
// process at a time, on `threads` threads. False, and nothing is filled, where the plan has
// weights, products or repeated units, its combinations or rows are too many, or others have the
// place; then the database groups, and the cells are the same. OUT_OF_RANGE where a sum has more
// than 64 bits; CANCELLED when `cancelled`, which may be null, is set. REQUIRES:
// !plan.contributor_unique. Errors as Collect().
absl::StatusOr<bool> FillFromContributorRows(const AggregationPlan& plan,
                                             const std::vector<AxisClasses>& classes,
                                             const SqlWriter& sql, DuckConnection& connection,
                                             int threads, const std::atomic<bool>* cancelled,
                                             TableFiller* filler);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_CONTRIBUTOR_ROWS_H_
