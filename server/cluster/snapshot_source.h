// The rows of a snapshot's DuckDB file, and what they say of identifiers. Internal to this folder.
#ifndef KLUIS_SERVER_CLUSTER_SNAPSHOT_SOURCE_H_
#define KLUIS_SERVER_CLUSTER_SNAPSHOT_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/catalogue/data_key.h"
#include "server/cluster/cluster.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

struct SourceColumn {
  std::string name;
  bool is_identifier = false;
  bool is_dimension = false;  // 32 bits; all others have 64
};

// Not thread safe. Errors as DuckConnection's.
class SnapshotSource {
 public:
  static absl::StatusOr<std::unique_ptr<SnapshotSource>> Open(const std::string& file,
                                                              const DataKey& data_key);

  const std::vector<SourceColumn>& columns() const { return columns_; }
  int64_t rows() const { return rows_; }

  // Rows [first, first + count) in the order of the file: row number, then the columns.
  absl::StatusOr<std::unique_ptr<DuckResult>> Rows(int64_t first, int64_t count);

  // Whether rows of one unit always have the same place by `by`: neither of the lists is empty.
  // `present_only`: rows that have none of the identifiers do not count.
  absl::StatusOr<bool> Keeps(const Distribution& units, const Distribution& by, bool present_only);

 private:
  SnapshotSource() = default;

  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<DuckConnection> connection_;
  std::vector<SourceColumn> columns_;
  int64_t rows_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CLUSTER_SNAPSHOT_SOURCE_H_
