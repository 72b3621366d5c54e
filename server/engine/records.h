// The records behind a plan, one by one: for rules that look at more than aggregates have. Only
// tools on a file of one's own read them; no answer of a server is made of records.
#ifndef KLUIS_SERVER_ENGINE_RECORDS_H_
#define KLUIS_SERVER_ENGINE_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// A value of a record; a missing one has none.
struct RecordValue {
  int64_t value = 0;
  bool missing = true;
};

// Column by column, one element per record that the plan's filters keep; in no particular order.
struct Records {
  // Numbers of contributors, at the level that the plan judges, in the order of their identifiers;
  // records without any identifier have one contributor.
  std::vector<int64_t> contributor;
  std::vector<int64_t> weight;              // 1 when the plan has none
  std::vector<std::vector<int>> axes;       // per axis of the plan: stored values
  std::vector<std::vector<RecordValue>> columns;  // per column that was asked for

  size_t size() const { return contributor.size(); }
};

// `columns`: of the snapshot's table, dimensions (stored values) or measures (scaled). Errors as
// Engine::Run(). REQUIRES: a plan of one dataset, without joins.
absl::StatusOr<Records> ReadRecords(const AggregationPlan& plan,
                                    const std::vector<std::string>& columns,
                                    const EngineOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_RECORDS_H_
