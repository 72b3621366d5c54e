// Registers for tests, and the columns of their tables, counted unit by unit without any engine.
#ifndef KLUIS_TESTS_DISCLOSURE_TABLE_UNITS_H_
#define KLUIS_TESTS_DISCLOSURE_TABLE_UNITS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "disclosure/table/aggregate_table.h"
#include "tests/disclosure/table/axes.h"

namespace kluis {

struct Unit {
  std::vector<int> codes;  // category per axis, a leaf
  int64_t contributor = 0;
  int64_t value = 0;  // of the measure
  bool has_value = true;
  int64_t holding = 0;  // for COUNT(DISTINCT holding)
  int64_t weight = 1;
};

struct ContributionOptions {
  int top = 3;
  bool shares = true;  // false: as the engine does where every row is a contributor of its own
};

inline Contributions ContributionsOf(const std::vector<const Unit*>& units,
                                     const ContributionOptions& options) {
  Contributions cell;
  std::map<int64_t, absl::int128> plain, weighted;
  for (const Unit* unit : units) {
    if (!unit->has_value) continue;
    ++cell.rows;
    cell.weight += unit->weight;
    plain[unit->contributor] += unit->value;
    weighted[unit->contributor] += absl::int128{unit->value} * unit->weight;
  }
  for (const auto& [contributor, amount] : plain) {
    if (amount != 0) cell.largest.push_back(amount < 0 ? -amount : amount);
  }
  for (const auto& [contributor, amount] : weighted) {
    const absl::int128 size = amount < 0 ? -amount : amount;
    cell.total += amount;
    cell.absolute_total += size;
    if (options.shares && plain[contributor] != 0) cell.shares.push_back({contributor, size});
  }
  KeepLargest(options.top, &cell);
  cell.contributors = static_cast<int64_t>(cell.largest.size());
  std::sort(cell.largest.rbegin(), cell.largest.rend());
  const auto top = static_cast<size_t>(options.top);
  if (cell.largest.size() > top) cell.largest.resize(top);
  return cell;
}

// Fills `units` and the cells of the first measure and the first distinct count, where the table
// has them. REQUIRES: axes, keys, `weighted` and the columns' names are there.
inline void Aggregate(const std::vector<Unit>& units, const ContributionOptions& options,
                      AggregateTable* table) {
  for (const CellKey& key : table->keys) {
    std::vector<const Unit*> inside;
    std::set<int64_t> contributors, holdings;
    UnitCount count;
    for (const Unit& unit : units) {
      if (!IsWithin(table->axes, unit.codes, key)) continue;
      inside.push_back(&unit);
      contributors.insert(unit.contributor);
      holdings.insert(unit.holding);
      count.weight += table->weighted ? unit.weight : 1;
    }
    count.rows = static_cast<int64_t>(inside.size());
    count.contributors = static_cast<int64_t>(contributors.size());
    table->units.push_back(count);
    if (!table->measures.empty()) {
      table->measures[0].cells.push_back(ContributionsOf(inside, options));
    }
    if (!table->distincts.empty()) {
      table->distincts[0].cells.push_back(static_cast<int64_t>(holdings.size()));
    }
  }
}

// A row of the release for each displayed cell, with the codes of its categories.
inline std::vector<ReleaseRow> DisplayedRows(const AggregateTable& table) {
  std::vector<ReleaseRow> rows;
  for (size_t i = 0; i < table.keys.size(); ++i) {
    if (table.uses[i] != CellUse::kDisplayed) continue;
    ReleaseRow row{.codes = {}, .cell = static_cast<int>(i)};
    for (size_t a = 0; a < table.axes.size(); ++a) {
      row.codes.push_back(table.axes[a].categories[table.keys[i][a]].code);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_TABLE_UNITS_H_
