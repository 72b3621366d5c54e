// Rows of a query handed to code of ours on the database's own threads: an aggregate function whose
// states are objects of this process. It spares what a result of one row each would cost.
#ifndef KLUIS_SERVER_DUCKDB_COLLECT_H_
#define KLUIS_SERVER_DUCKDB_COLLECT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

// One column of a chunk.
template <typename T>
struct ChunkColumn {
  const T* values = nullptr;
  const uint64_t* valid = nullptr;  // a bit for each row; null: every row has a value

  bool Has(int row) const { return valid == nullptr || ((valid[row >> 6] >> (row & 63)) & 1) != 0; }
};

struct RowChunk {
  int rows = 0;
  std::vector<ChunkColumn<int32_t>> ints;
  std::vector<ChunkColumn<int64_t>> longs;
  ChunkColumn<uint64_t> identifier;  // where the query has one
};

// What the rows of one thread become.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void Take(const RowChunk& chunk) = 0;
  // Takes over what another sink, made by the same maker, has taken.
  virtual void Merge(RowSink* other) = 0;
};

// How many rows the sinks of one query keep together.
class RowLimit {
 public:
  explicit RowLimit(size_t most) : most_(most) {}
  // False: the limit is passed, and there is no use in keeping more.
  bool Add(int rows) { return (rows_ += static_cast<size_t>(rows)) <= most_; }
  bool passed() const { return rows_ > most_; }

 private:
  const size_t most_;
  std::atomic<size_t> rows_ = 0;
};

inline constexpr size_t kCollectIntsMost = 9, kCollectLongsMost = 5;

// What a query is collected from: expressions, and its text from " FROM" on.
struct CollectQuery {
  std::vector<std::string> ints;   // as INTEGER; at most kCollectIntsMost
  std::vector<std::string> longs;  // as BIGINT; at most kCollectLongsMost
  std::string identifier = {};     // as UBIGINT; empty: none
  std::string from;
};

// Lets queries of this database be collected. Once, before its configuration is locked.
absl::Status AllowCollect(DuckConnection& connection);

// Every row of `query` in one sink of those that `make` makes, in no order. Errors as
// DuckConnection::Query(); INTERNAL where memory does not suffice.
absl::StatusOr<std::unique_ptr<RowSink>> Collect(
    DuckConnection& connection, const CollectQuery& query,
    const std::function<std::unique_ptr<RowSink>()>& make);

}  // namespace kluis

#endif  // KLUIS_SERVER_DUCKDB_COLLECT_H_
