// Two PostgreSQL 15 clusters of this process's own: made in a temporary folder, reached through
// sockets there, and stopped when the process ends, however it ends.
#ifndef KLUIS_TESTS_SERVER_ENGINE_TWO_CLUSTERS_H_
#define KLUIS_TESTS_SERVER_ENGINE_TWO_CLUSTERS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "server/cluster/cluster.h"

namespace kluis {

class TwoClusters {
 public:
  // The same two for all tests of a process; null where PostgreSQL 15 is not installed, and then a test fails.
  static TwoClusters* Get();
  ~TwoClusters();

  // Of the clusters' owner, in the database `postgres`.
  std::vector<std::string> dsns() const { return {DsnOf(0), DsnOf(1)}; }
  std::string DsnOf(int cluster) const;
  ClusterConfig Config(int shards) const {
    ClusterConfig config;
    config.dsns = dsns();
    config.shards = shards;
    return config;
  }

  // Runs SQL on one of them.
  PgResult Sql(int cluster, const std::string& sql) const;

  // What the server wrote: every statement's plan as JSON, with the rows that it gave, after
  // ExplainAll().
  std::string LogOf(int cluster) const;
  void ExplainAll(bool on) const;

  // Seconds of CPU that the servers and all that they started have used.
  double CpuSeconds() const;

  // Stops the server at once, or freezes it (SIGSTOP) and lets it go on.
  void Stop(int cluster);
  void Start(int cluster);
  void Freeze(int cluster, bool frozen);

 private:
  TwoClusters() = default;
  bool Make();

  std::string folder_;
  pid_t servers_[2] = {0, 0};
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_TWO_CLUSTERS_H_
