#include "server/engine/dense_cells.h"

#include <algorithm>
#include <array>
#include <utility>

#include "disclosure/base/status_macros.h"
#include "server/duckdb/collect.h"
#include "server/engine/combinations.h"
#include "server/engine/result_rows.h"

namespace kluis {
namespace {

constexpr size_t kLargestMost = 4;
constexpr size_t kBytesMost = size_t{48} << 20;  // of one thread

struct DenseMeasure {
  int64_t total = 0, absolute_total = 0;
  uint32_t rows = 0, contributors = 0;
  std::array<int64_t, kLargestMost> largest = {};  // descending; 0: nobody
};

class DenseCells : public RowSink {
 public:
  DenseCells(const AggregationPlan& plan, const Combinations& combinations)
      : plan_(plan),
        combinations_(combinations),
        rows_(combinations.size(), 0),
        measures_(combinations.size() * plan.measures.size()) {}

  void Take(const RowChunk& chunk) override {
    combinations_.Number(chunk, &numbers_);
    for (const int32_t number : numbers_) {
      if (number >= 0) ++rows_[number];
    }
    for (size_t m = 0; m < plan_.measures.size(); ++m) {
      if (plan_.measures[m].any_sign) {
        TakeMeasure<true>(chunk.longs[m], m);
      } else {
        TakeMeasure<false>(chunk.longs[m], m);
      }
    }
  }

  void Merge(RowSink* other) override {
    const auto& more = static_cast<const DenseCells&>(*other);
    overflow_ |= more.overflow_;
    for (size_t c = 0; c < rows_.size(); ++c) rows_[c] += more.rows_[c];
    for (size_t i = 0; i < measures_.size(); ++i) {
      DenseMeasure& to = measures_[i];
      const DenseMeasure& from = more.measures_[i];
      Add(from.total, &to.total);
      Add(from.absolute_total, &to.absolute_total);
      to.rows += from.rows;
      to.contributors += from.contributors;
      for (const int64_t size : from.largest) Keep(size, &to);
    }
  }

  bool overflow() const { return overflow_; }

  // In the columns of SqlWriter::UniqueContributors().
  MadeRows Rows(size_t groups) const {
    const size_t measures = plan_.measures.size();
    MadeRows rows;
    for (size_t c = 0; c < rows_.size(); ++c) {
      if (rows_[c] == 0) continue;
      for (size_t g = 0; g < groups; ++g) rows.AddNumber(combinations_.ClassOf(c, g));
      rows.AddNumber(rows_[c]);
      rows.AddNumber(rows_[c]);
      for (size_t m = 0; m < measures; ++m) AddMeasure(measures_[c * measures + m], &rows);
      rows.EndRow();
    }
    return rows;
  }

 private:
  template <bool kAnySign>
  void TakeMeasure(const ChunkColumn<int64_t>& column, size_t measure) {
    const size_t measures = plan_.measures.size();
    for (size_t row = 0; row < numbers_.size(); ++row) {
      if (numbers_[row] < 0 || !column.Has(static_cast<int>(row))) continue;
      DenseMeasure& cell = measures_[static_cast<size_t>(numbers_[row]) * measures + measure];
      const int64_t value = column.values[row];
      int64_t size = value;
      if (kAnySign && value < 0) overflow_ |= __builtin_sub_overflow(int64_t{0}, value, &size);
      ++cell.rows;
      cell.contributors += value != 0 ? 1 : 0;
      Add(value, &cell.total);
      Add(size, &cell.absolute_total);
      Keep(size, &cell);
    }
  }

  void AddMeasure(const DenseMeasure& cell, MadeRows* rows) const {
    rows->AddNumber(cell.rows);
    rows->AddNumber(cell.contributors);
    rows->AddNumber(cell.total);
    rows->AddNumber(cell.absolute_total);
    const auto end = std::find(cell.largest.begin(), cell.largest.end(), 0);
    if (plan_.largest > 0) rows->AddList(std::vector<int64_t>(cell.largest.begin(), end));
  }

  void Add(int64_t value, int64_t* sum) { overflow_ |= __builtin_add_overflow(*sum, value, sum); }

  void Keep(int64_t size, DenseMeasure* cell) const {
    const auto most = static_cast<size_t>(plan_.largest);
    if (most == 0 || size <= cell->largest[most - 1]) return;
    size_t place = most - 1;
    for (; place > 0 && cell->largest[place - 1] < size; --place)
      cell->largest[place] = cell->largest[place - 1];
    cell->largest[place] = size;
  }

  const AggregationPlan& plan_;
  const Combinations& combinations_;
  std::vector<int64_t> rows_;           // by combination
  std::vector<DenseMeasure> measures_;  // by combination and measure
  bool overflow_ = false;
  std::vector<int32_t> numbers_;  // of the chunk at hand
};

}  // namespace

absl::StatusOr<bool> FillDenseCells(const AggregationPlan& plan,
                                    const std::vector<AxisClasses>& classes, const SqlWriter& sql,
                                    DuckConnection& connection, TableFiller* filler) {
  const auto query = sql.StoredRows(0, plan.measures.size());
  if (!query || plan.largest > static_cast<int>(kLargestMost)) return false;
  const size_t bytes = sizeof(int64_t) + plan.measures.size() * sizeof(DenseMeasure);
  const auto combinations = Combinations::Of(plan, classes, sql.grouped_axes(), kBytesMost / bytes);
  if (!combinations) return false;
  KLUIS_ASSIGN_OR_RETURN(const auto sink, Collect(connection, *query, [&plan, &combinations] {
                           return std::make_unique<DenseCells>(plan, *combinations);
                         }));
  const auto& cells = static_cast<const DenseCells&>(*sink);
  if (cells.overflow()) return absl::OutOfRangeError("a sum has more than 64 bits");
  MadeRows rows = cells.Rows(sql.grouped_axes().size());
  filler->Add(rows, sql.grouped_axes(), 0, static_cast<int>(plan.level_sets.size()), false, -1);
  return true;
}

}  // namespace kluis
