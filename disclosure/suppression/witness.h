// A witness: another table that agrees with everything published. It proves that an attacker
// cannot exclude its values.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_

#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "disclosure/suppression/system.h"

namespace kluis {

// Witness minus true table, per cell where they differ, ascending by cell. Whole numbers when the
// system is integral.
using Deviation = std::vector<std::pair<int, double>>;

// Which rows hold a cell, and with which coefficient. Not for several threads at once.
class RowIndex {
 public:
  explicit RowIndex(const System& system);
  absl::Span<const std::pair<int, int>> RowsOf(int cell) const {
    return {terms_.data() + first_[cell], first_[cell + 1] - first_[cell]};
  }

 private:
  friend class RowSums;

  std::vector<std::pair<int, int>> terms_;  // row, coefficient; cell by cell
  std::vector<size_t> first_;               // of the terms of each cell
  // Of each row while a deviation is verified; 0 at other times. Made when first needed.
  mutable std::vector<double> sums_;
  mutable std::vector<absl::int128> whole_sums_;
};

// Whether true table + deviation is a table that the attacker of `scenario` holds possible, when
// the cells of the deviation are not published. Counts are checked in integers; magnitudes to one
// part in 10^9 of the largest deviation.
bool IsWitness(const System& system, const RowIndex& index, const Scenario& scenario,
               const Deviation& deviation);

Deviation Negated(const Deviation& deviation);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_H_
