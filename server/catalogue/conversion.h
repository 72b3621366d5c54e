// CSV records to stored values, in threads beside the one that reads and the one that writes.
#ifndef KLUIS_SERVER_CATALOGUE_CONVERSION_H_
#define KLUIS_SERVER_CATALOGUE_CONVERSION_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/catalogue/record_batch.h"
#include "server/catalogue/row_converter.h"

namespace kluis {

// The good rows of a batch, column by column, and what is wrong with the others.
struct ConvertedRows {
  struct Column {
    std::vector<int64_t> values;
    std::vector<int> nulls;  // rows that have no value, ascending
  };
  // REQUIRES: a column for each of the row's.
  void Add(const std::vector<StoredColumn>& row, int64_t line = 0);

  int rows = 0;
  std::vector<int64_t> lines = {};  // of the source file, per row
  int64_t outside = 0;  // rows of other days than the reference date, which are left out
  std::vector<Column> columns;
  std::vector<std::pair<int64_t, std::vector<RowProblem>>> bad;  // line, in the order of the file
};

// Gives the rows in the order of the file, whatever the number of threads. A few batches are in
// memory at a time.
class Conversion {
 public:
  // Starts reading behind the header. `reader` and `entry` must outlive the object, and `reader` is
  // its own until Next() said that it is over. INVALID_ARGUMENT: as RowConverter::BindHeader().
  static absl::StatusOr<std::unique_ptr<Conversion>> Start(
      CsvReader& reader, const DatasetEntry& entry, const std::string& key,
      const std::vector<absl::string_view>& header, int threads);
  ~Conversion();
  Conversion(const Conversion&) = delete;  // owns threads
  Conversion& operator=(const Conversion&) = delete;

  // The stored columns, without values.
  const std::vector<StoredColumn>& columns() const { return converters_[0]->columns(); }

  // False at the end. An error of the reader is given once what stands before it has been.
  absl::StatusOr<bool> Next(ConvertedRows* rows);

 private:
  explicit Conversion(CsvReader& reader) : reader_(reader) {}

  void ReadAll();
  void ConvertAll(RowConverter& converter);

  CsvReader& reader_;
  std::vector<std::unique_ptr<RowConverter>> converters_;  // one per thread
  std::vector<std::thread> threads_;
  size_t in_flight_max_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  std::deque<std::pair<int64_t, RecordBatch>> read_;  // with their numbers
  std::map<int64_t, ConvertedRows> converted_;
  int64_t batches_ = 0, given_ = 0;
  bool at_end_ = false;
  absl::Status failure_;
  bool stopping_ = false;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_CONVERSION_H_
