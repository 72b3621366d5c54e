// Cells as the tables of cases write them.
#ifndef KLUIS_TESTS_DISCLOSURE_RULES_CELLS_H_
#define KLUIS_TESTS_DISCLOSURE_RULES_CELLS_H_

#include <cstdint>
#include <numeric>
#include <vector>

#include "disclosure/rules/concentration.h"
#include "disclosure/rules/contributions.h"
#include "disclosure/rules/protection_level.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// A cell without weights: its total, its largest contributions.
inline Concentration Cell(absl::int128 total, std::vector<absl::int128> largest) {
  const absl::int128 target = largest.empty() ? absl::int128{0} : largest[0];
  return {.target = target, .largest = std::move(largest), .total = total};
}

// The same as the engine hands it over.
inline Contributions Aggregated(int64_t contributors, int64_t total,
                                std::vector<absl::int128> largest) {
  Contributions cell;
  cell.rows = cell.contributors = contributors;
  cell.weight = contributors;
  cell.total = cell.absolute_total = total;
  cell.largest = std::move(largest);
  return cell;
}

// One record for each contributor: {value, weight, request, waiver}.
struct Unit {
  int64_t value = 0;
  int64_t weight = 1;
  int request = 0;
  bool waiver = false;
};

inline CellContributions Microdata(const std::vector<Unit>& units, int weight_decimals = 0) {
  std::vector<ContributionRecord> records;
  for (const Unit& unit : units) {
    records.push_back({.contributor = static_cast<int64_t>(records.size()), .value = unit.value,
                       .weight = unit.weight, .request = unit.request, .waiver = unit.waiver});
  }
  return AddPerContributor(records, weight_decimals);
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_RULES_CELLS_H_
