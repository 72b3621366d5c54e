// Statements of one run of a plan, over the connections to all clusters. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_POSTGRES_RUN_H_
#define KLUIS_SERVER_ENGINE_POSTGRES_RUN_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/cluster/cluster.h"
#include "server/engine/postgres_sql.h"
#include "server/engine/table_filler.h"

namespace kluis {

struct PostgresRun {
  const AggregationPlan& plan;
  const PostgresSql& sql;
  const ClusterConnections& connections;
  const std::atomic<bool>* cancelled;  // may be null
  TableFiller* filler;

  absl::StatusOr<std::vector<PgResult>> Ask(const std::string& statement) const {
    return AskAll(connections, statement, cancelled);
  }
};

// The table of each source: the unit's rows are placed so that its contributors are whole, and the
// others stand with the rows that they are joined to, or everywhere. `distinct`: an identifier that
// is counted, whose units are to be whole in place of the contributors; empty: none. INTERNAL names
// the dataset of which the clusters have no such copy.
absl::StatusOr<std::vector<SourceTable>> ChooseTables(const AggregationPlan& plan,
                                                      const std::vector<Copy>& copies,
                                                      const std::string& distinct);

// Fills the percentiles and Gini coefficients of the filler's table, as
// disclosure/table/percentiles.h and gini.h define them. The clusters count how often each value
// occurs in a cell; where the percentile lies is found here, and they are asked for the values
// around it.
absl::Status FillOrdered(const PostgresRun& run, const std::vector<SourceTable>& tables);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_POSTGRES_RUN_H_
