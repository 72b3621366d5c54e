#include "disclosure/protect/canonical.h"

#include <algorithm>
#include <numeric>

namespace kluis {
namespace {

bool ComesBefore(const CellKey& a, const CellKey& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

// values[i] goes to place[i].
template <typename T>
std::vector<T> Moved(const std::vector<T>& values, const std::vector<int>& place) {
  std::vector<T> moved(values.size());
  for (size_t i = 0; i < values.size(); ++i) moved[place[i]] = values[i];
  return moved;
}

// values[place[i]] goes to i.
template <typename T>
void MoveBack(const std::vector<int>& place, std::vector<T>* values) {
  std::vector<T> moved(values->size());
  for (size_t i = 0; i < moved.size(); ++i) moved[i] = (*values)[place[i]];
  *values = std::move(moved);
}

}  // namespace

std::vector<int> AxesByName(const AggregateTable& table) {
  std::vector<int> axes(table.axes.size());
  std::iota(axes.begin(), axes.end(), 0);
  std::sort(axes.begin(), axes.end(),
            [&](int a, int b) { return table.axes[a].name < table.axes[b].name; });
  return axes;
}

bool IsCanonical(const AggregateTable& table) {
  const std::vector<int> axes = AxesByName(table);
  return std::is_sorted(axes.begin(), axes.end()) &&
         std::is_sorted(table.keys.begin(), table.keys.end(), ComesBefore);
}

CanonicalTable::CanonicalTable(const AggregateTable& original) {
  const std::vector<int> axes = AxesByName(original);
  std::vector<CellKey> keys(original.keys.size(), CellKey(axes.size()));
  for (size_t a = 0; a < axes.size(); ++a) {
    table.axes.push_back(original.axes[axes[a]]);
    for (size_t i = 0; i < keys.size(); ++i) keys[i][a] = original.keys[i][axes[a]];
  }
  std::vector<int> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return ComesBefore(keys[a], keys[b]); });
  place.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);

  table.keys = Moved(keys, place);
  table.uses = Moved(original.uses, place);
  if (!original.sum_uses.empty()) table.sum_uses = Moved(original.sum_uses, place);
  table.weight_decimals = original.weight_decimals;
  table.weighted = original.weighted;
  table.units = Moved(original.units, place);
  for (const MeasureColumn& measure : original.measures) {
    table.measures.push_back({.name = measure.name,
                              .decimals = measure.decimals,
                              .any_sign = measure.any_sign,
                              .cells = Moved(measure.cells, place),
                              .squares_of = measure.squares_of,
                              .levels = measure.levels,
                              .product = measure.product});
  }
  for (const DistinctColumn& distinct : original.distincts) {
    std::vector<bool> additive;
    for (const int axis : axes) additive.push_back(distinct.additive[axis]);
    table.distincts.push_back({.name = distinct.name,
                               .cells = Moved(distinct.cells, place),
                               .additive = std::move(additive)});
  }
  for (const PercentileColumn& column : original.percentiles) {
    table.percentiles.push_back({.measure = column.measure,
                                 .percent = column.percent,
                                 .nearest = column.nearest,
                                 .cells = Moved(column.cells, place)});
  }
  for (const GiniColumn& column : original.ginis) {
    table.ginis.push_back({.measure = column.measure, .cells = Moved(column.cells, place)});
  }
  table.shape.statistics = original.shape.statistics;
}

void CanonicalTable::Restore(Layers* layers) const {
  for (Layer& layer : layers->all) {
    MoveBack(place, &layer.values);
    MoveBack(place, &layer.primaries);
    MoveBack(place, &layer.suppressed);
    MoveBack(place, &layer.intervals);
    MoveBack(place, &layer.reached);
  }
}

}  // namespace kluis
