// A witness: another table that agrees with everything published. It proves that an attacker
// cannot exclude its values.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_

#include <utility>
#include <vector>

#include "disclosure/suppression/system.h"

namespace kluis {

// Witness minus true table, per cell where they differ, ascending by cell. Whole numbers when the
// system is integral.
using Deviation = std::vector<std::pair<int, double>>;

// Which rows hold a cell, and with which coefficient.
class RowIndex {
 public:
  explicit RowIndex(const System& system);
  const std::vector<std::pair<int, int>>& RowsOf(int cell) const { return rows_of_[cell]; }

 private:
  std::vector<std::vector<std::pair<int, int>>> rows_of_;
};

// Whether true table + deviation is a table that the attacker of `scenario` holds possible, when
// the cells of the deviation are not published. Counts are checked in integers; magnitudes to one
// part in 10^9 of the largest deviation.
bool IsWitness(const System& system, const RowIndex& index, const Scenario& scenario,
               const Deviation& deviation);

Deviation Negated(const Deviation& deviation);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_
