// The list of copies that each cluster keeps: the table kluis.copies. Internal to this folder.
#ifndef KLUIS_SERVER_CLUSTER_REGISTRY_H_
#define KLUIS_SERVER_CLUSTER_REGISTRY_H_

#include <string>

#include "server/cluster/cluster.h"

namespace kluis {

inline constexpr char kSchema[] = "kluis";

// Statements that make the schema and the list where they are not there.
std::string CreateRegistry();

// "c_0f3a...": of a snapshot, placed in this way. Another layout has other names.
std::string CopyName(const std::string& snapshot, const Distribution& by, bool everywhere,
                     const ClusterConfig& config);

// The statement that makes a copy visible. `place`: of the cluster, from 0; `rows`: on it.
std::string RegisterCopy(const std::string& name, const Copy& copy, const ClusterConfig& config,
                         int place, int64_t rows, int64_t rows_of_all);

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_REGISTRY_H_
