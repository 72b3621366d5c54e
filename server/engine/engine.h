// AggregationPlan -> AggregateTable. Callers do not know which engine answers.
#ifndef KLUIS_SERVER_ENGINE_ENGINE_H_
#define KLUIS_SERVER_ENGINE_ENGINE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/catalogue/data_key.h"
#include "server/cluster/cluster.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

struct EngineOptions {
  int threads = 2;
  int64_t memory_limit_mb = 4096;  // of all databases together
  std::string temp_directory = {};  // for spilling, encrypted; empty: nothing is spilled
  std::shared_ptr<const DataKey> data_key = {};  // of the snapshots; there is no engine without
  // The operator's log: reference, stage and error number of a failed run; never a value.
  std::function<void(const std::string&)> operator_log = {};
  // Whether rows may be added up in this process where that is faster than SQL; the tables are the
  // same. Off in tests that compare the two.
  bool collects = true;
};

// Thread safe.
class Engine {
 public:
  virtual ~Engine() = default;

  // Fills the statistics of plan.table. Errors carry no text of the database (it can quote a row):
  // INTERNAL "engine failed (reference N)"; the text goes to the operator's log without values.
  // CANCELLED within 200 ms after `cancelled` is set; DEADLINE_EXCEEDED by the caller's choice.
  virtual absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan,
                                             const std::atomic<bool>* cancelled) = 0;
};

// Removes what engines of ended processes left in the folder: files under keys that nobody has.
// REQUIRES: no other process uses it.
void ClearSpills(const std::string& temp_directory);

// "DuckDB v1.4.4".
std::string EngineVersion();

// DuckDB in this process: external access off, configuration locked, snapshots attached read-only
// with the data key. FAILED_PRECONDITION without one.
absl::StatusOr<std::unique_ptr<Engine>> NewDuckDbEngine(const EngineOptions& options);

// PostgreSQL clusters, each with its share of every snapshot (LoadSnapshots): all are asked at the
// same time, and one that fails, is silent or has another snapshot fails the run. Of the options
// the log alone is used. FAILED_PRECONDITION without a cluster; nothing is connected before Run().
absl::StatusOr<std::unique_ptr<Engine>> NewPostgresEngine(const EngineOptions& options,
                                                          const ClusterConfig& config,
                                                          const PgOptions& limits);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_ENGINE_H_
