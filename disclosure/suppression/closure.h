// Patterns that say nothing of their own making (safety.md 9 and 24, attack P25). Who knows the
// method can run it on every table that agrees with an answer, and keep those for which it gives
// that answer. A pattern is closed when it is safe for all of these tables, not only for the true
// one: whatever a hidden cell may be, once it may be a small count it may be any. What is demanded
// then depends on what is shown, alike for all of them, and excludes none.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_CLOSURE_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_CLOSURE_H_

#include <set>
#include <tuple>
#include <vector>

#include "disclosure/suppression/deviation_lp.h"
#include "disclosure/suppression/proofs.h"

namespace kluis {

class Closure {
 public:
  // All references must outlive the object. `costs`: prices of the cells, of no consequence.
  Closure(const System& system, const RowIndex& index, const std::vector<double>& costs);

  // What `suppressed` lacks, of scenarios with Scenario::small_below: a cell that can be a small
  // count and cannot be as small as its bound, or as large as the least count that is not small.
  // Cells that hang together with many others are left out: too many tables agree with them to be
  // tried. Each side of a cell comes once, so that a fixed point is reached.
  std::vector<Target> Missing(const std::vector<bool>& suppressed, WorkBudget* budget);

 private:
  void AddMissing(int scenario, int cell, DeviationLp* program, WorkBudget* budget,
                  std::vector<Target>* missing);

  const System& system_;
  const RowIndex& index_;
  const std::vector<double>& costs_;
  std::set<std::tuple<int, int, int>> settled_;  // scenario, cell, sign
};

// Shows decoys again that can only have one value: they mislead nobody.
void ShowIdleDecoys(const System& system, std::vector<bool>* suppressed);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_CLOSURE_H_
