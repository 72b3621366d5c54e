// Statistics of cells that were worked out in this process, in the columns of SqlWriter. Internal
// to this folder.
#ifndef KLUIS_SERVER_ENGINE_CELL_ROWS_H_
#define KLUIS_SERVER_ENGINE_CELL_ROWS_H_

#include <utility>
#include <vector>

#include "server/engine/result_rows.h"

namespace kluis {

// One block, filled number by number, row after row.
class CellRows : public ResultRows {
 public:
  explicit CellRows(size_t columns) : columns_(columns) {}

  void Reserve(size_t rows) { numbers_.reserve(rows * columns_); }
  void AddNumber(absl::int128 number) { numbers_.push_back(number); }
  // Of int64_t or absl::int128.
  template <typename T>
  void AddList(const T* values, size_t count) {
    numbers_.push_back(absl::MakeInt128(static_cast<int64_t>(count), elements_.size()));
    elements_.insert(elements_.end(), values, values + count);
  }

  bool Next() override { return !numbers_.empty() && !std::exchange(given_, true); }
  int rows() const override { return static_cast<int>(numbers_.size() / columns_); }
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
    const absl::int128* const first = elements_.data() + absl::Int128Low64(list);
    values->insert(values->end(), first, first + absl::Int128High64(list));
  }

 private:
  absl::int128 At(int column, int row) const {
    return numbers_[static_cast<size_t>(row) * columns_ + static_cast<size_t>(column)];
  }

  const size_t columns_;
  std::vector<absl::int128> numbers_;   // a list: its length above, its first element below
  std::vector<absl::int128> elements_;  // of all lists
  bool given_ = false;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_CELL_ROWS_H_
