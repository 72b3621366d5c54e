// Databases for plans to run on. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_INSTANCES_H_
#define KLUIS_SERVER_ENGINE_INSTANCES_H_

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/engine.h"

namespace kluis {

// A database in memory with snapshots attached.
struct Instance {
  std::vector<std::string> files;  // file i is attached as SchemaAt(i)
  std::unique_ptr<DuckDatabase> database;

  bool Has(const std::vector<std::string>& wanted) const;
  std::string SchemaOf(const std::string& file) const;  // REQUIRES: Has({file})
};

// At most two databases at a time, each with half of the memory: one with the files that plans have
// asked for of late, which serves whatever it has attached, and the one before it until its last
// plan is done. Thread safe.
class Instances {
 public:
  explicit Instances(EngineOptions options);

  // One that has `files`. When a new one is needed while two are busy, it waits for the older one:
  // CANCELLED when `cancelled` (may be null) is set by then.
  absl::StatusOr<std::shared_ptr<const Instance>> With(const std::vector<std::string>& files,
                                                       const std::atomic<bool>* cancelled);

 private:
  absl::StatusOr<std::shared_ptr<const Instance>> Open(const std::vector<std::string>& files) const;
  void Touch(const std::vector<std::string>& files);

  const EngineOptions options_;
  std::mutex mutex_;
  std::shared_ptr<const Instance> current_;  // guarded by mutex_, as all below; null: none yet
  std::weak_ptr<const Instance> previous_;
  std::list<std::string> recent_;  // files, last used first
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_INSTANCES_H_
