// The rows of a query's answer, whichever database gave them. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_RESULT_ROWS_H_
#define KLUIS_SERVER_ENGINE_RESULT_ROWS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

// Cells are read by column and by row of the block at hand; no bounds are checked.
class ResultRows {
 public:
  virtual ~ResultRows() = default;
  // Moves on to the next block; false at the end.
  virtual bool Next() = 0;
  virtual int rows() const = 0;
  virtual bool IsNull(int column, int row) const = 0;
  virtual int32_t Int32(int column, int row) const = 0;
  virtual int64_t Int64(int column, int row) const = 0;
  virtual absl::int128 Int128(int column, int row) const = 0;
  // Appends the elements of a list; nothing when it is NULL.
  virtual void AppendList(int column, int row, std::vector<absl::int128>* values) const = 0;
};

class DuckRows : public ResultRows {
 public:
  explicit DuckRows(std::unique_ptr<DuckResult> result) : result_(std::move(result)) {}
  bool Next() override { return result_->Next(); }
  int rows() const override { return result_->rows(); }
  bool IsNull(int column, int row) const override { return result_->IsNull(column, row); }
  int32_t Int32(int column, int row) const override { return result_->Int32(column, row); }
  int64_t Int64(int column, int row) const override { return result_->Int64(column, row); }
  absl::int128 Int128(int column, int row) const override { return result_->Int128(column, row); }
  void AppendList(int column, int row, std::vector<absl::int128>* values) const override {
    result_->AppendList(column, row, values);
  }

 private:
  std::unique_ptr<DuckResult> result_;
};

// Rows that were worked out in this process, in one block.
class MadeRows : public ResultRows {
 public:
  // A number or a list of them.
  using Cell = std::vector<absl::int128>;

  void Add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool Next() override { return !rows_.empty() && !std::exchange(given_, true); }
  int rows() const override { return static_cast<int>(rows_.size()); }
  bool IsNull(int, int) const override { return false; }
  int32_t Int32(int column, int row) const override {
    return static_cast<int32_t>(rows_[row][column][0]);
  }
  int64_t Int64(int column, int row) const override {
    return static_cast<int64_t>(rows_[row][column][0]);
  }
  absl::int128 Int128(int column, int row) const override { return rows_[row][column][0]; }
  void AppendList(int column, int row, std::vector<absl::int128>* values) const override {
    values->insert(values->end(), rows_[row][column].begin(), rows_[row][column].end());
  }

 private:
  std::vector<std::vector<Cell>> rows_;
  bool given_ = false;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_RESULT_ROWS_H_
