// The rows of a query's answer, whichever database gave them. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_RESULT_ROWS_H_
#define KLUIS_SERVER_ENGINE_RESULT_ROWS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/base/check.h"
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

// Rows that were worked out in this process, in one block, filled number by number.
class MadeRows : public ResultRows {
 public:
  void AddNumber(absl::int128 number) { numbers_.push_back(number); }
  // Of int64_t or absl::int128.
  template <typename T>
  void AddList(const std::vector<T>& values) {
    AddNumber(absl::MakeInt128(static_cast<int64_t>(values.size()), elements_.size()));
    elements_.insert(elements_.end(), values.begin(), values.end());
  }
  // REQUIRES: as many columns as in the rows before.
  void EndRow() {
    if (rows_++ == 0) columns_ = numbers_.size();
    KLUIS_CHECK(numbers_.size() == rows_ * columns_);
  }

  bool Next() override { return rows_ > 0 && !std::exchange(given_, true); }
  int rows() const override { return static_cast<int>(rows_); }
  bool IsNull(int, int) const override { return false; }
  int32_t Int32(int column, int row) const override {
    return static_cast<int32_t>(At(column, row));
  }
  int64_t Int64(int column, int row) const override {
    return static_cast<int64_t>(At(column, row));
  }
  absl::int128 Int128(int column, int row) const override { return At(column, row); }
  void AppendList(int column, int row, std::vector<absl::int128>* values) const override {
    const absl::int128 list = At(column, row);
    const auto first = elements_.begin() + static_cast<int64_t>(absl::Int128Low64(list));
    values->insert(values->end(), first, first + absl::Int128High64(list));
  }

 private:
  absl::int128 At(int column, int row) const {
    return numbers_[static_cast<size_t>(row) * columns_ + static_cast<size_t>(column)];
  }

  size_t columns_ = 0, rows_ = 0;
  std::vector<absl::int128> numbers_;   // row by row; a list: its length above, its begin below
  std::vector<absl::int128> elements_;  // of all lists
  bool given_ = false;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_RESULT_ROWS_H_
