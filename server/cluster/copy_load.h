// One copy of a snapshot, from its file to the clusters. Internal to this folder.
#ifndef KLUIS_SERVER_CLUSTER_COPY_LOAD_H_
#define KLUIS_SERVER_CLUSTER_COPY_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/cluster/cluster.h"
#include "server/cluster/snapshot_source.h"

namespace kluis {

// A transaction on each cluster: the table, its share of the rows, what they add up to compared
// with what was sent, and the line in the list of copies. `readers`: of each cluster the quoted
// name of the role that may read it; empty: the one that loads. DATA_LOSS when a cluster holds
// other rows.
absl::Status LoadCopy(SnapshotSource& source, const Copy& copy, const ClusterConfig& config,
                      const ClusterConnections& connections,
                      const std::vector<std::string>& readers);

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_COPY_LOAD_H_
