// Statistics where each row is a contributor of its own, added up in an array with a place for
// every combination of classes: what a GROUP BY does with a hash table, several times as fast.
#ifndef KLUIS_SERVER_ENGINE_DENSE_CELLS_H_
#define KLUIS_SERVER_ENGINE_DENSE_CELLS_H_

#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/axis_classes.h"
#include "server/engine/sql.h"
#include "server/engine/table_filler.h"

namespace kluis {

// Fills units and measures of all level sets. False, and nothing is filled, where the plan has
// weights, products or repeated units, or its combinations are too many; then the database groups,
// and the cells are the same. OUT_OF_RANGE where a sum has more than 64 bits.
// REQUIRES: plan.contributor_unique. Errors as Collect().
absl::StatusOr<bool> FillDenseCells(const AggregationPlan& plan,
                                    const std::vector<AxisClasses>& classes, const SqlWriter& sql,
                                    DuckConnection& connection, TableFiller* filler);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_DENSE_CELLS_H_
