// What a Gini coefficient is made of, pair by pair.
#ifndef KLUIS_TESTS_DISCLOSURE_TABLE_GINI_REFERENCE_H_
#define KLUIS_TESTS_DISCLOSURE_TABLE_GINI_REFERENCE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "disclosure/table/gini.h"
#include "tests/disclosure/table/percentile_reference.h"

namespace kluis {

// With ranks: weight total + (half of the sum of differences of all pairs of units).
inline GiniCell GiniByDefinition(const std::vector<ValueOf>& rows) {
  GiniCell cell;
  absl::int128 differences = 0;  // of each pair once
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t x = std::max<int64_t>(rows[i].value, 0);
    cell.weight += rows[i].weight;
    cell.total += absl::int128{rows[i].weight} * x;
    for (size_t j = 0; j < i; ++j) {
      const int64_t away = x - std::max<int64_t>(rows[j].value, 0);
      differences += absl::int128{rows[i].weight} * rows[j].weight * (away < 0 ? -away : away);
    }
  }
  cell.ranked = cell.weight * cell.total + differences;
  return cell;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_TABLE_GINI_REFERENCE_H_
