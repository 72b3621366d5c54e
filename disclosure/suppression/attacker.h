// The linear programs of one scenario, one per connected component, made when first needed.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_ATTACKER_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_ATTACKER_H_

#include <memory>
#include <vector>

#include "disclosure/suppression/components.h"
#include "disclosure/suppression/deviation_lp.h"

namespace kluis {

class Attacker {
 public:
  // Only cells in `movable` that are neither fixed nor known in the scenario may deviate. `costs`
  // holds the price of each cell. All references must outlive the object.
  Attacker(const System& system, const RowIndex& index, const Scenario& scenario,
           const std::vector<bool>& movable, const std::vector<double>& costs);

  // The parts of what may deviate.
  const Components& components() const { return components_; }

  // The program that holds `cell`; null when it cannot move.
  DeviationLp* ProgramOf(int cell);

  // Price of `cell` in a program that exists already; later ones read `costs`.
  void SetCost(int cell, double cost);

 private:
  const System& system_;
  const RowIndex& index_;
  const Scenario& scenario_;
  const std::vector<double>& costs_;
  Components components_;
  std::vector<std::unique_ptr<DeviationLp>> programs_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_ATTACKER_H_
