// Small registers for tests: units with one category per axis, and tables of them.
#ifndef KLUIS_TESTS_DISCLOSURE_PROTECT_MICRODATA_H_
#define KLUIS_TESTS_DISCLOSURE_PROTECT_MICRODATA_H_

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"
#include "tests/disclosure/table/units.h"

namespace kluis {

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
  shape.rows = DisplayedRows(table);
  return shape;
}

// Neighbourhoods in two levels, and a secret of three classes.
inline std::vector<Axis> SmallAxes() {
  return {MakeAxis("buurt", VariableKind::kIdentifying, {0, 0, 1, 1, 2, 2}),
          MakeAxis("klasse", VariableKind::kConfidential, {0, 0, 0})};
}

inline RuleSet SmallRules() {
  RuleSet rules;
  rules.frequency.minimum = 5;
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  rules.p_percent = PPercentParameters{};
  return rules;
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
    table.uses.push_back(options.displayed(key) ? CellUse::kDisplayed : CellUse::kHidden);
  }
  Aggregate(units, {.top = options.top}, &table);
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
