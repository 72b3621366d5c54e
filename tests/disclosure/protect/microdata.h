// Small registers for tests: units with one category per axis, tabulated without any engine.
#ifndef KLUIS_TESTS_DISCLOSURE_PROTECT_MICRODATA_H_
#define KLUIS_TESTS_DISCLOSURE_PROTECT_MICRODATA_H_

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "disclosure/table/aggregate_table.h"

namespace kluis {

struct Unit {
  std::vector<int> codes;  // category per axis, a leaf
  int64_t contributor = 0;
  int64_t value = 0;     // of the measure "omzet"
  bool has_value = true;
  int64_t holding = 0;   // for COUNT(DISTINCT holding)
  int64_t weight = 1;
};

// `parents[i]` is the parent of category i + 1.
inline Axis MakeAxis(const std::string& name, VariableKind kind, const std::vector<int>& parents) {
  Axis axis{.name = name, .kind = kind, .categories = {}};
  axis.categories.push_back({.code = kTotalCode});
  for (size_t i = 0; i < parents.size(); ++i) {
    Category category;
    category.code = name + std::to_string(i + 1);
    category.parent = parents[i];
    category.level = axis.categories[parents[i]].level + 1;
    axis.categories.push_back(category);
  }
  return axis;
}

inline std::vector<int> LeavesOf(const Axis& axis) {
  std::vector<bool> parent(axis.categories.size(), false);
  for (size_t i = 1; i < axis.categories.size(); ++i) parent[axis.categories[i].parent] = true;
  std::vector<int> leaves;
  for (size_t i = 0; i < axis.categories.size(); ++i) {
    if (!parent[i]) leaves.push_back(static_cast<int>(i));
  }
  return leaves;
}

inline bool IsBelow(const Axis& axis, int category, int ancestor) {
  while (category != ancestor && category > 0) category = axis.categories[category].parent;
  return category == ancestor;
}

inline bool Covers(const std::vector<Axis>& axes, const CellKey& key, const std::vector<int>& leaf) {
  for (size_t a = 0; a < axes.size(); ++a) {
    if (!IsBelow(axes[a], leaf[a], key[a])) return false;
  }
  return true;
}

inline std::vector<CellKey> AllKeys(const std::vector<Axis>& axes) {
  std::vector<CellKey> keys = {{}};
  for (const Axis& axis : axes) {
    std::vector<CellKey> longer;
    for (const CellKey& key : keys) {
      for (size_t c = 0; c < axis.categories.size(); ++c) {
        longer.push_back(key);
        longer.back().push_back(static_cast<int>(c));
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

struct TableOptions {
  bool measure = false;
  bool distinct = false;
  bool weighted = false;
  int top = 3;
  std::function<bool(const CellKey&)> displayed = [](const CellKey&) { return true; };
};

inline ReleaseShape ShapeOf(const AggregateTable& table, const TableOptions& options) {
  ReleaseShape shape;
  for (const Axis& axis : table.axes) shape.dimensions.push_back({.name = axis.name, .label_nl = ""});
  shape.statistics.push_back({.name = "n", .kind = StatisticKind::kCount});
  if (options.distinct) {
    shape.statistics.push_back({.name = "d", .kind = StatisticKind::kCountDistinct, .variable = 0});
  }
  if (options.measure) {
    shape.statistics.push_back({.name = "sum", .kind = StatisticKind::kSum, .variable = 0});
    shape.statistics.push_back(
        {.name = "avg", .kind = StatisticKind::kAverage, .variable = 0, .decimals = 2});
  }
  for (size_t i = 0; i < table.keys.size(); ++i) {
    if (table.uses[i] != CellUse::kDisplayed) continue;
    ReleaseRow row{.codes = {}, .cell = static_cast<int>(i)};
    for (size_t a = 0; a < table.axes.size(); ++a) {
      row.codes.push_back(table.axes[a].categories[table.keys[i][a]].code);
    }
    shape.rows.push_back(row);
  }
  return shape;
}

inline Contributions ContributionsOf(const std::vector<const Unit*>& units, int top) {
  Contributions cell;
  std::map<int64_t, absl::int128> plain, weighted;
  for (const Unit* unit : units) {
    if (!unit->has_value) continue;
    ++cell.rows;
    cell.weight += unit->weight;
    cell.total += absl::int128{unit->value} * unit->weight;
    plain[unit->contributor] += unit->value;
    weighted[unit->contributor] += absl::int128{unit->value} * unit->weight;
  }
  for (const auto& [contributor, total] : plain) {
    if (total != 0) cell.largest.push_back(total < 0 ? -total : total);
  }
  for (const auto& [contributor, total] : weighted) {
    const absl::int128 size = total < 0 ? -total : total;
    cell.absolute_total += size;
    if (plain[contributor] != 0) cell.shares.push_back({contributor, size});
  }
  KeepLargest(top, &cell);
  cell.contributors = static_cast<int64_t>(cell.largest.size());
  std::sort(cell.largest.rbegin(), cell.largest.rend());
  if (cell.largest.size() > static_cast<size_t>(top)) cell.largest.resize(top);
  return cell;
}

// Every combination of categories is a cell.
inline AggregateTable Tabulate(const std::vector<Axis>& axes, const std::vector<Unit>& units,
                               const TableOptions& options) {
  AggregateTable table;
  table.axes = axes;
  table.keys = AllKeys(axes);
  table.weighted = options.weighted;
  if (options.measure) table.measures.push_back({.name = "omzet", .cells = {}});
  if (options.distinct) table.distincts.push_back({.name = "holding", .cells = {}, .additive = {}});
  if (options.distinct) table.distincts[0].additive.assign(axes.size(), false);
  for (const CellKey& key : table.keys) {
    std::vector<const Unit*> inside;
    std::map<int64_t, int> contributors, holdings;
    UnitCount count;
    for (const Unit& unit : units) {
      if (!Covers(axes, key, unit.codes)) continue;
      inside.push_back(&unit);
      ++contributors[unit.contributor];
      ++holdings[unit.holding];
      count.weight += options.weighted ? unit.weight : 1;
    }
    count.rows = static_cast<int64_t>(inside.size());
    count.contributors = static_cast<int64_t>(contributors.size());
    table.units.push_back(count);
    table.uses.push_back(options.displayed(key) ? CellUse::kDisplayed : CellUse::kHidden);
    if (options.measure) table.measures[0].cells.push_back(ContributionsOf(inside, options.top));
    if (options.distinct) table.distincts[0].cells.push_back(static_cast<int64_t>(holdings.size()));
  }
  table.shape = ShapeOf(table, options);
  return table;
}

// One unit per drawn leaf; contributors are the units themselves.
inline std::vector<Unit> DrawUnits(const std::vector<Axis>& axes, int n, std::mt19937* generator) {
  std::vector<std::vector<int>> leaves;
  for (const Axis& axis : axes) leaves.push_back(LeavesOf(axis));
  std::vector<Unit> units(n);
  for (int i = 0; i < n; ++i) {
    Unit& unit = units[i];
    for (const auto& axis_leaves : leaves) {
      // The first categories are the common ones.
      const size_t a = (*generator)() % axis_leaves.size(), b = (*generator)() % axis_leaves.size();
      unit.codes.push_back(axis_leaves[std::min(a, b)]);
    }
    unit.contributor = i;
    unit.holding = (*generator)() % (n / 2 + 1);
    unit.value = 1 + (*generator)() % 1000;
    if ((*generator)() % 8 == 0) unit.value *= 40;
    unit.weight = 1 + (*generator)() % 4;
  }
  return units;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_PROTECT_MICRODATA_H_
