// A snapshot's way to the clusters: as often as its statistics need another placing of its rows.
#ifndef KLUIS_SERVER_CLUSTER_LOAD_H_
#define KLUIS_SERVER_CLUSTER_LOAD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/catalogue/catalogue.h"
#include "server/catalogue/data_key.h"
#include "server/cluster/cluster.h"

namespace kluis {

// What a plan can ask of a snapshot.
struct Wanted {
  std::string snapshot;               // its hash
  std::string file;                   // its DuckDB file
  std::vector<Distribution> units;    // that a plan judges: in some copy none may be in two shards
  std::vector<std::string> distinct;  // identifiers that are counted

  // A link to this dataset, from one that is wanted, too.
  struct Join {
    std::string from;       // the hash of its snapshot
    std::string near, far;  // identifiers there and here
  };
  std::vector<Join> joins = {};
};

// Of every dataset: its contributors, alone and together, and with the keys of links whose partner
// has a secret (then that partner is judged, too), up to three at once; and the links with `one:
// true`.
std::vector<Wanted> WantedCopies(const CatalogueView& catalogue);

// Makes the list of copies on every cluster where there is none, and lets the reading roles see it.
// INVALID_ARGUMENT, with a hint, when the loading role may not.
absl::Status PrepareClusters(const ClusterConfig& config);

// Makes the copies that are not there yet: a new table for each, read from the snapshot's file.
// What a link leads to is placed by its key where the other dataset always is, and else everywhere.
// A copy is visible on a cluster when its share is whole, and used when it is on all of them:
// number of rows, and number and sum of the values of each column, are those that were sent.
// INTERNAL and UNAVAILABLE as PgConnection has them; whatever is whole by then stays. What the
// tables have is not encrypted: that is for the disks of the clusters.
absl::Status LoadSnapshots(const std::vector<Wanted>& wanted, const DataKey& data_key,
                           const ClusterConfig& config,
                           const std::function<void(const std::string&)>& progress);

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_LOAD_H_
