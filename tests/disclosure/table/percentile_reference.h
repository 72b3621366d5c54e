// Percentiles the slow way: every value written down as often as its weight says, in order, and
// read off by rank.
#ifndef KLUIS_TESTS_DISCLOSURE_TABLE_PERCENTILE_REFERENCE_H_
#define KLUIS_TESTS_DISCLOSURE_TABLE_PERCENTILE_REFERENCE_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "disclosure/table/percentiles.h"

namespace kluis {

// A row with a value. `weight` in units of `one`: 1 unless weights have decimals.
struct ValueOf {
  int64_t contributor = 0;
  int64_t value = 0;
  int64_t weight = 1;
};

namespace percentile_reference {

// A value and how far it is from the point, in hundredths of `one`.
struct Near {
  int64_t value = 0;
  absl::int128 away = 0;
  bool ComesBefore(const Near& other) const {
    const absl::int128 mine = away < 0 ? -away : away;
    const absl::int128 its = other.away < 0 ? -other.away : other.away;
    return mine != its ? mine < its : value < other.value;
  }
};

inline void AddContributor(const std::vector<Near>& values, PercentileCell* cell) {
  const auto any = [&](auto test) { return std::any_of(values.begin(), values.end(), test); };
  ++cell->contributors;
  cell->at_or_below += any([](const Near& n) { return n.away <= 0; });
  cell->at_or_above += any([](const Near& n) { return n.away >= 0; });
  cell->at_point += any([](const Near& n) { return n.away == 0; });
  Near nearest = values[0];
  for (const Near& near : values) {
    if (near.ComesBefore(nearest)) nearest = near;
  }
  (nearest.away <= 0 ? cell->below : cell->above).push_back(nearest.value);
}

}  // namespace percentile_reference

inline PercentileCell PercentileByDefinition(const std::vector<ValueOf>& rows, int64_t one,
                                             int percent, size_t nearest) {
  PercentileCell cell;
  std::vector<int64_t> expanded;
  for (const ValueOf& row : rows) expanded.insert(expanded.end(), row.weight, row.value);
  std::sort(expanded.begin(), expanded.end());
  const auto n = static_cast<int64_t>(expanded.size());
  if (n == 0) return cell;
  cell.weight = n;
  const int64_t h = std::max<int64_t>(n - one, 0) * percent;  // in hundredths of a row
  const int64_t low = std::min(h / (100 * one) * one + one, n);
  const int64_t rest = h % (100 * one);
  cell.low = expanded[low - 1];
  cell.high = expanded[rest == 0 ? low - 1 : std::min(low + one, n) - 1];
  const absl::int128 point = cell.low * (100 * one) + (cell.high - cell.low) * rest;
  std::map<int64_t, std::vector<percentile_reference::Near>> by_contributor;
  for (const ValueOf& row : rows) {
    by_contributor[row.contributor].push_back(
        {row.value, absl::int128{row.value} * (100 * one) - point});
  }
  for (const auto& [who, values] : by_contributor) {
    percentile_reference::AddContributor(values, &cell);
  }
  std::sort(cell.below.rbegin(), cell.below.rend());
  std::sort(cell.above.begin(), cell.above.end());
  cell.below.resize(std::min(cell.below.size(), nearest));
  cell.above.resize(std::min(cell.above.size(), nearest));
  return cell;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_TABLE_PERCENTILE_REFERENCE_H_
