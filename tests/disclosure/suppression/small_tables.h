// Small two-way tables of counts as systems, and every table of integers that agrees with one: the
// slow, obvious reference of secondary suppression.
#ifndef KLUIS_TESTS_DISCLOSURE_SUPPRESSION_SMALL_TABLES_H_
#define KLUIS_TESTS_DISCLOSURE_SUPPRESSION_SMALL_TABLES_H_

#include <algorithm>
#include <functional>
#include <vector>

#include "disclosure/suppression/system.h"
#include "disclosure/suppression/witness.h"
#include "tests/attacks/random.h"

namespace kluis {

// Cell (r, c) has index r * (columns + 1) + c; row 0 and column 0 are totals. Inner cells lie in
// 0..cap for everyone. One scenario, in which nothing is known.
struct SmallTable {
  int rows = 0, columns = 0;
  int cap = 0;
  System system;

  int Cell(int r, int c) const { return r * (columns + 1) + c; }
  Scenario& scenario() { return system.scenarios[0]; }
};

// `inner[r][c]` are the inner cells. The cost of a cell is its value, and at least 1.
inline SmallTable MakeSmallTable(const std::vector<std::vector<int>>& inner, int cap) {
  SmallTable table{.rows = static_cast<int>(inner.size()),
                   .columns = static_cast<int>(inner[0].size()),
                   .cap = cap,
                   .system = {}};
  System& system = table.system;
  const int size = (table.rows + 1) * (table.columns + 1);
  system.cells.resize(size);
  Scenario scenario{.name = "nothing known",
                    .known = std::vector<bool>(size, false),
                    .bounds = std::vector<Bounds>(size),
                    .requirements = {}};
  for (int r = 1; r <= table.rows; ++r) {
    for (int c = 1; c <= table.columns; ++c) {
      for (const int cell : {table.Cell(r, c), table.Cell(r, 0), table.Cell(0, c), 0}) {
        system.cells[cell].value += inner[r - 1][c - 1];
      }
      scenario.bounds[table.Cell(r, c)].high = cap;
    }
  }
  for (SystemCell& cell : system.cells) {
    cell.cost = std::max<double>(static_cast<double>(static_cast<int64_t>(cell.value)), 1);
  }
  for (int r = 0; r <= table.rows; ++r) {
    LinearRow row{.terms = {{table.Cell(r, 0), 1}}};
    for (int c = 1; c <= table.columns; ++c) row.terms.emplace_back(table.Cell(r, c), -1);
    system.rows.push_back(std::move(row));
  }
  for (int c = 0; c <= table.columns; ++c) {
    LinearRow row{.terms = {{table.Cell(0, c), 1}}};
    for (int r = 1; r <= table.rows; ++r) row.terms.emplace_back(table.Cell(r, c), -1);
    system.rows.push_back(std::move(row));
  }
  system.scenarios.push_back(std::move(scenario));
  return table;
}

// Counts below `minimum` are open and must look like 0..minimum; zeros are fixed.
inline SmallTable DrawSmallTable(Random* random, int rows, int columns, int cap, int minimum) {
  std::vector<std::vector<int>> inner(rows);
  for (auto& row : inner) {
    for (int c = 0; c < columns; ++c) row.push_back(static_cast<int>(random->Between(0, cap)));
  }
  SmallTable table = MakeSmallTable(inner, cap);
  for (size_t i = 0; i < table.system.cells.size(); ++i) {
    SystemCell& cell = table.system.cells[i];
    if (cell.value == 0) cell.fixed = true;
    if (cell.value == 0 || cell.value >= minimum) continue;
    cell.open = true;
    table.scenario().requirements.push_back(
        {.cell = static_cast<int>(i), .low = 0, .high = minimum});
  }
  return table;
}

// Calls `visit` with every table of integers within the bounds and rows in which fixed and known
// cells have their value, as deviations per cell.
inline void ForEachTable(const SmallTable& table,
                         const std::function<void(const std::vector<int>&)>& visit) {
  const System& system = table.system;
  const Scenario& scenario = system.scenarios[0];
  const int inner = table.rows * table.columns;
  std::vector<int> values(inner, 0), deviation(system.cells.size());
  while (true) {
    std::fill(deviation.begin(), deviation.end(), 0);
    for (int i = 0; i < inner; ++i) {
      const int r = i / table.columns + 1, c = i % table.columns + 1;
      for (const int cell : {table.Cell(r, c), table.Cell(r, 0), table.Cell(0, c), 0}) {
        deviation[cell] += values[i];
      }
    }
    bool possible = true;
    for (size_t i = 0; i < deviation.size(); ++i) {
      const absl::int128 value = deviation[i];
      possible &= value >= scenario.bounds[i].low && value <= scenario.bounds[i].high;
      deviation[i] -= static_cast<int>(static_cast<int64_t>(system.cells[i].value));
      possible &= deviation[i] == 0 || (!system.cells[i].fixed && !scenario.known[i]);
    }
    if (possible) visit(deviation);
    int i = 0;
    while (i < inner && ++values[i] > table.cap) values[i++] = 0;
    if (i == inner) return;
  }
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_SUPPRESSION_SMALL_TABLES_H_
