// A smaller system with the same witnesses, or fewer: cells that can only move together are one.
//
// A count and its complement under a known total are such a pair. Of a displayed cell and two
// hidden ones in a row, one hidden cell is held still, a part or the sum, so that the rest pairs up.
// What the smaller system proves holds in the whole; what it does not prove may be possible there.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_REDUCTION_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_REDUCTION_H_

#include <vector>

#include "disclosure/suppression/system.h"
#include "disclosure/suppression/witness.h"

namespace kluis {

enum class HeldStill { kPart, kSum };

class Reduction {
 public:
  // The cells of the result are classes of cells; their values are deviations, so all are 0.
  // It has one scenario, without requirements.
  Reduction(const System& system, const Scenario& scenario, HeldStill held);

  const System& system() const { return reduced_; }
  // The class of a cell; -1: it does not move.
  int ClassOf(int cell) const { return class_of_[cell]; }
  const std::vector<int>& CellsOf(int reduced_cell) const { return members_[reduced_cell]; }
  // +1 or -1: the direction in which `cell` moves with its class.
  int SignOf(int cell) const { return sign_[cell]; }

  // The deviation of classes as a deviation of cells.
  Deviation Expand(const Deviation& deviation) const;

 private:
  void Freeze(const System& system, HeldStill held);
  void FreezeLonely(const System& system);
  void Join(const System& system);
  int Root(int cell, int* sign) const;
  void MakeClasses(const System& system, const Scenario& scenario);
  void MakeRows(const System& system);

  std::vector<bool> movable_;
  std::vector<int> parent_;  // union-find; sign_ is relative to the parent, later to the class
  std::vector<int> sign_;
  std::vector<int> class_of_;
  std::vector<std::vector<int>> members_;
  System reduced_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_REDUCTION_H_
