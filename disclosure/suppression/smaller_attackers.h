// Programs that are much smaller than the whole. What they find is verified in the whole, so it is
// proof; what they do not find may still exist.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_SMALLER_ATTACKERS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_SMALLER_ATTACKERS_H_

#include <memory>
#include <vector>

#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/exchange.h"
#include "disclosure/suppression/reduction.h"

namespace kluis {

// The programs of a scenario on its reduced system.
class ReducedAttacker {
 public:
  // All references must outlive the object; `costs` holds the price of each cell.
  ReducedAttacker(const System& system, const RowIndex& index, const Scenario& scenario,
                  HeldStill held, const std::vector<double>& costs);

  // A deviation of at least `amount` with its sign in `cell`; false when none was found.
  bool Solve(int cell, double amount, WorkBudget* budget, Deviation* deviation);

  // Reads `costs` again.
  void CostChanged(int cell);

 private:
  double CostOf(int id) const;

  const System& full_;
  const RowIndex& full_index_;
  const Scenario& scenario_;
  const std::vector<double>& costs_of_cells_;
  const Reduction reduction_;
  const RowIndex index_;
  std::vector<double> costs_;
  Attacker attacker_;
};

// The program over displayed cells alone, to which hidden ones adapt afterwards.
class DisplayedAttacker {
 public:
  // As above.
  DisplayedAttacker(const System& system, const Scenario& scenario,
                    const std::vector<double>& costs);

  // As above. Always false when no cell is hidden.
  bool Solve(int cell, double amount, ExchangeSearch* exchange, WorkBudget* budget,
             Deviation* deviation);

  void SetCost(int cell, double cost) { attacker_->SetCost(cell, cost); }

 private:
  const System system_;  // without the rows that hold a hidden cell
  const RowIndex index_;
  std::vector<bool> hidden_;
  bool any_hidden_ = false;
  std::unique_ptr<Attacker> attacker_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_SMALLER_ATTACKERS_H_
