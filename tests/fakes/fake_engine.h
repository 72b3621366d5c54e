// An engine that aggregates rows held in memory, slowly and obviously. Leaves out: joins, weights,
// filters on variables that are no axis, distinct counts, percentiles and Gini coefficients (so a table with one is refused);
// every row is a contributor of its own.
#ifndef KLUIS_TESTS_FAKES_FAKE_ENGINE_H_
#define KLUIS_TESTS_FAKES_FAKE_ENGINE_H_

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/engine.h"

namespace kluis {

// Column -> stored value, as a snapshot holds it.
using FakeRow = std::map<std::string, int64_t>;

class FakeEngine : public Engine {
 public:
  explicit FakeEngine(std::vector<FakeRow> rows) : rows_(std::move(rows)) {}

  void SetRows(std::vector<FakeRow> rows) { rows_ = std::move(rows); }

  absl::Status next_error;  // when not OK: what the next Run() returns
  std::atomic<int> runs = 0;
  std::function<void()> on_run;  // called at the begin of each run

  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan, const std::atomic<bool>* cancelled) override {
    ++runs;
    if (on_run) on_run();
    if (!next_error.ok()) return std::exchange(next_error, absl::OkStatus());
    if (cancelled != nullptr && *cancelled) return absl::CancelledError("cancelled");
    AggregateTable table = plan.table;
    table.units.assign(table.keys.size(), {});
    for (size_t m = 0; m < table.measures.size(); ++m) table.measures[m].cells.assign(table.keys.size(), {});
    for (size_t c = 0; c < table.keys.size(); ++c) {
      for (const FakeRow& row : rows_) {
        if (!Falls(plan, table, row, table.keys[c])) continue;
        AddUnit(&table.units[c]);
        for (size_t m = 0; m < table.measures.size(); ++m) {
          const int64_t value = row.at(plan.measures[m].column);
          AddContribution(plan.measures[m].squared ? value * value : value, &table.measures[m].cells[c]);
        }
      }
      for (MeasureColumn& measure : table.measures) Cut(plan.largest, &measure.cells[c]);
    }
    return table;
  }

 private:
  static bool Falls(const AggregationPlan& plan, const AggregateTable& table, const FakeRow& row, const CellKey& key) {
    for (size_t a = 0; a < plan.axes.size(); ++a) {
      const PlanAxis& axis = plan.axes[a];
      const size_t stored = static_cast<size_t>(row.at(axis.column) - axis.stored_low);
      const int leaf = axis.level_maps.back().at(stored);
      if (leaf < 0) return false;
      int category = leaf;
      while (category != key[a] && category > 0) category = table.axes[a].categories[category].parent;
      if (category != key[a]) return false;
    }
    return true;
  }

  static void AddUnit(UnitCount* unit) {
    ++unit->rows;
    ++unit->contributors;
    unit->weight += 1;
  }

  static void AddContribution(int64_t value, Contributions* cell) {
    ++cell->rows;
    cell->weight += 1;
    cell->contributors += value != 0;
    cell->total += value;
    cell->absolute_total += value < 0 ? -value : value;
    cell->largest.push_back(value < 0 ? -value : value);
  }

  static void Cut(int largest, Contributions* cell) {
    std::sort(cell->largest.rbegin(), cell->largest.rend());
    cell->largest.resize(std::min<size_t>(cell->largest.size(), largest));
  }

  std::vector<FakeRow> rows_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_FAKES_FAKE_ENGINE_H_
