// What an attacker learns from single rows alone: the range of each cell that is not published,
// narrowed row by row until nothing changes (bounds propagation). It overestimates what is
// possible, so it proves that a cell is NOT protected, cheaply; it never proves that one is.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_NARROWING_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_NARROWING_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "disclosure/suppression/proofs.h"

namespace kluis {

class Narrowing {
 public:
  // The ranges of all cells of `suppressed`. `targets`: those of any scenario; what outsiders of
  // this one must hold possible is watched. All references must outlive the object.
  Narrowing(const System& system, const RowIndex& index, int scenario,
            const std::vector<bool>& suppressed, const std::vector<Target>& targets);

  // Publishes a cell. False when a target can then not be held possible any more; the ranges are
  // what they were in that case. Steps are charged to the budget.
  bool Publish(int cell, WorkBudget* budget);
  // How far the cell can be from its true value at most, above it (sign 1) or below it (-1);
  // infinite when single rows do not tell.
  double ReachOf(int cell, int sign) const {
    return sign > 0 ? ranges_[cell].high : -ranges_[cell].low;
  }

  // Takes the last successful Publish() back.
  void Undo();

 private:
  struct Range {
    double low = 0, high = 0;  // of the deviation
  };
  struct Change {
    int cell = 0;
    Range before;
  };
  struct Activity {
    double low = 0, high = 0;  // of the sum of a row, without the terms without a bound
    int unbounded_low = 0, unbounded_high = 0;
  };

  bool Propagate(int64_t visits_max, WorkBudget* budget);
  bool VisitRow(int row);
  bool Narrow(int cell, double low, double high);
  void Enqueue(int cell);
  Activity ActivityOf(const LinearRow& row) const;

  const System& system_;
  const RowIndex& index_;
  std::vector<Range> ranges_;
  std::vector<Range> wanted_;      // what targets of a cell must hold possible
  std::vector<Range> row_bounds_;  // of the sum of deviations in each row
  std::vector<bool> queued_;
  std::deque<int> queue_;
  std::vector<Change> trail_;
  bool watching_ = false;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_NARROWING_H_
