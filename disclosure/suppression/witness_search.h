// Every way to find a witness of one scenario, the cheapest first.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_SEARCH_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_SEARCH_H_

#include <memory>
#include <vector>

#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/exchange.h"
#include "disclosure/suppression/neighbourhood.h"
#include "disclosure/suppression/product_search.h"
#include "disclosure/suppression/proofs.h"

namespace kluis {

class WitnessSearch {
 public:
  // All references must outlive the object. `prices.costs` may change as cells are suppressed;
  // programs are told by SetCost().
  WitnessSearch(const System& system, const RowIndex& index, const Scenario& scenario,
                const Insiders& insiders, const Prices& prices);

  // Within what is suppressed: moves, exchanges, a program nearby. Verified, and possible for the
  // coalition of the target.
  bool FindFree(const Target& target, bool with_program, WorkBudget* budget, Deviation* deviation);
  // As Reach says, from `start`: a witness for the same amount in the same cell, made when more was
  // suppressed or for those who know less.
  bool Adjust(const Target& target, const Deviation& start, ProductSearch::Reach reach,
              WorkBudget* budget, Deviation* deviation);
  // For outsiders: a witness that no coalition excludes, by moves and a program over at most
  // `near_cells` (0: none). Stricter than necessary, but it serves everybody at once.
  bool FindForEveryone(const Target& target, ProductSearch::Reach reach, size_t near_cells,
                       WorkBudget* budget, Deviation* deviation);
  // A cheap move, whatever it touches.
  bool FindMove(const Target& target, ProductSearch::Reach reach, WorkBudget* budget,
                Deviation* deviation);
  // A program over at most `cells_max` cells nearby that cost less than `price_max` each: a proof
  // at a lower price can hold no others.
  bool FindNearby(const Target& target, size_t cells_max, double price_max, WorkBudget* budget,
                  Deviation* deviation);
  // A program over everything that hangs together with the target.
  LpResult FindAnywhere(const Target& target, WorkBudget* budget, Deviation* deviation);

  // The largest amount, at most the target's, that is possible when nothing is published.
  double Reach(const Target& target, WorkBudget* budget);
  void SetCost(int cell, double cost) { attacker_.SetCost(cell, cost); }

 private:
  bool Complete(const Target& target, WorkBudget* budget, Deviation* deviation);
  void MakeWary();
  void SetWary(int cell, bool known, const Bounds& bounds);
  bool SolveNear(const Target& target, size_t cells_max, const Ground& ground, WorkBudget* budget,
                 Deviation* deviation);
  const Scenario& SeenBy(const Coalition& coalition);
  const std::vector<Knowledge>& KnowledgeOf(const Coalition& coalition);
  const Scenario& Told(const Coalition& coalition);

  const System& system_;
  const RowIndex& index_;
  const Scenario& scenario_;
  const Insiders& insiders_;
  const Prices prices_;
  const std::vector<bool> everything_;
  Attacker attacker_;
  Neighbourhood neighbourhood_;
  DeviationLp nearby_;
  ExchangeSearch exchange_;
  std::unique_ptr<ProductSearch> product_;  // null without a grid
  Coalition asked_for_;
  std::vector<Knowledge> knowledge_;  // of that coalition
  Scenario told_;  // of a coalition: the scenario but for `told_cells_`
  std::vector<int> told_cells_;
  Scenario wary_;  // of one who would know whatever any coalition knows
  std::unique_ptr<ProductSearch> wary_product_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_WITNESS_SEARCH_H_
