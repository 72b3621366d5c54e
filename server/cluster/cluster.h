// The PostgreSQL clusters of an enclave, and the copies of snapshots on them.
#ifndef KLUIS_SERVER_CLUSTER_CLUSTER_H_
#define KLUIS_SERVER_CLUSTER_CLUSTER_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/postgres/postgres.h"

namespace kluis {

struct ClusterConfig {
  // One connection string for each cluster: of a role that reads, and of one that loads (none: the
  // same). Each cluster has its share of every dataset, by its place here.
  std::vector<std::string> dsns, load_dsns = {};
  int shards = 0;  // parts of each dataset, over all clusters; 0: one for each cluster

  int ShardCount() const { return shards > 0 ? shards : static_cast<int>(dsns.size()); }
  const std::vector<std::string>& Loaders() const { return load_dsns.empty() ? dsns : load_dsns; }
};

// Whose rows stand together: those of one unit, which is the last of these identifiers that is not
// empty. None: each row is a unit.
using Distribution = std::vector<std::string>;

// A table that is there on every cluster, whole, with the rows of a snapshot.
struct Copy {
  std::string table;  // quoted, with its schema
  std::string snapshot;
  Distribution by;
  bool everywhere = false;  // every cluster has all rows, and there is no column kluis_shard
  // Units, by their identifiers as in a Distribution, none of which is in two shards; rows without
  // any identifier are one unit.
  std::vector<Distribution> whole;
  std::vector<std::string> present;  // the same of one identifier, where empty ones do not count

  // Rows that have the identifier stand where it says.
  bool IsPlacedBy(const std::string& identifier) const {
    return !everywhere && !by.empty() && by.back() == identifier;
  }
  bool Keeps(const Distribution& units) const;
  bool KeepsPresent(const std::string& identifier) const;
};

using ClusterConnections = std::vector<std::unique_ptr<PgConnection>>;

// To all clusters, as "cluster 1" and so on. Errors as PgConnection::Connect(). `reason` as there.
absl::StatusOr<ClusterConnections> ConnectAll(const std::vector<std::string>& dsns,
                                              const PgOptions& options,
                                              const std::atomic<bool>* cancelled,
                                              std::string* reason);

// PgConnection::QueryAll() over all of them.
absl::StatusOr<std::vector<PgResult>> AskAll(const ClusterConnections& connections,
                                             const std::string& sql,
                                             const std::atomic<bool>* cancelled);

// The copies of snapshots, in the order of their names: those that every cluster has, each with its
// own share. A copy that one of them lacks, or has with another share, is none. INTERNAL: a cluster
// has no list of copies.
absl::StatusOr<std::vector<Copy>> ReadCopies(const ClusterConnections& connections,
                                             const ClusterConfig& config,
                                             const std::vector<std::string>& snapshots,
                                             const std::atomic<bool>* cancelled);

// Whether all clusters answer, are new enough and, unless nothing was loaded, are those of this
// order: "PostgreSQL 15.18, 2 clusters". INVALID_ARGUMENT and UNAVAILABLE, for the operator, name
// the cluster by its place, with what libpq says and a hint.
absl::StatusOr<std::string> CheckClusters(const ClusterConfig& config);

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_CLUSTER_H_
