// Which part of a dataset a row belongs to. Internal to this folder.
#ifndef KLUIS_SERVER_CLUSTER_PLACING_H_
#define KLUIS_SERVER_CLUSTER_PLACING_H_

#include <cstdint>
#include <vector>

#include "server/cluster/cluster.h"
#include "server/cluster/snapshot_source.h"

namespace kluis {

class Placing {
 public:
  // REQUIRES: `by` are columns.
  Placing(const std::vector<SourceColumn>& columns, const Distribution& by,
          const ClusterConfig& config)
      : shards_(static_cast<uint64_t>(config.ShardCount())),
        clusters_(static_cast<int>(config.dsns.size())) {
    for (size_t i = by.size(); i-- > 0;) {
      for (size_t c = 0; c < columns.size(); ++c) {
        if (columns[c].name == by[i]) columns_.push_back(static_cast<int>(c) + 1);
      }
    }
    by_row_ = by.empty();
  }

  // `rows`: as SnapshotSource::Rows() gives them. Rows with no identifier at all are in shard 0.
  int ShardOf(const DuckResult& rows, int row) const {
    if (by_row_) return static_cast<int>(Mix(static_cast<uint64_t>(rows.Int64(0, row))) % shards_);
    for (const int column : columns_) {
      if (rows.IsNull(column, row)) continue;
      const auto number = static_cast<absl::uint128>(rows.Int128(column, row));
      return static_cast<int>(Mix(absl::Uint128Low64(number)) % shards_);
    }
    return 0;
  }

  int PlaceOf(int shard) const { return shard % clusters_; }

 private:
  // The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): numbers that are no
  // pseudonyms are spread as well.
  static uint64_t Mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }

  uint64_t shards_;
  int clusters_;
  bool by_row_ = false;
  std::vector<int> columns_;  // of a result, the last identifier first
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_PLACING_H_
