#include "disclosure/suppression/witness_search.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr size_t kNearCells = 150;

// A repair may undo the move where a row beside the grid leaves nothing else.
bool Reaches(const Target& target, const Deviation& deviation) {
  return std::any_of(deviation.begin(), deviation.end(), [&](const auto& term) {
    return term.first == target.cell && term.second * target.sign >= target.amount;
  });
}

}  // namespace

WitnessSearch::WitnessSearch(const System& system, const RowIndex& index, const Scenario& scenario,
                             const Insiders& insiders, const Prices& prices)
    : system_(system),
      index_(index),
      scenario_(scenario),
      insiders_(insiders),
      prices_(prices),
      everything_(system.cells.size(), true),
      attacker_(system, index, scenario, everything_, prices.costs),
      exchange_(system, index, scenario) {
  if (system.grid != nullptr) {
    product_ = std::make_unique<ProductSearch>(system, index, scenario, prices);
  }
}

bool WitnessSearch::FindFree(const Target& target, bool with_program, WorkBudget* budget,
                             Deviation* deviation) {
  const double amount = target.amount * target.sign;
  const auto knowledge = insiders_.KnowledgeOf(target.coalition);
  if (product_ != nullptr && (product_->Find(target.cell, amount, ProductSearch::Reach::kSuppressed,
                                             knowledge, budget, deviation) ||
                              Complete(target, budget, deviation))) {
    return true;
  }
  if (target.coalition.empty() &&
      exchange_.Find(target.cell, amount, prices_.suppressed, budget, deviation)) {
    return true;
  }
  return with_program && SolveNear(target, kNearCells, prices_.suppressed, budget, deviation);
}

bool WitnessSearch::FindMove(const Target& target, ProductSearch::Reach reach, WorkBudget* budget,
                             Deviation* deviation) {
  return product_ != nullptr &&
         (product_->Find(target.cell, target.amount * target.sign, reach,
                         insiders_.KnowledgeOf(target.coalition), budget, deviation) ||
          Complete(target, budget, deviation));
}

// A move of the grid that breaks rows beside it may be repaired by what is suppressed.
bool WitnessSearch::Complete(const Target& target, WorkBudget* budget, Deviation* deviation) {
  if (!system_.integral || !target.coalition.empty() || deviation->empty()) return false;
  const Deviation start = *deviation;
  if (!exchange_.Complete(start, prices_.suppressed, budget, deviation)) return false;
  return Reaches(target, *deviation);
}

bool WitnessSearch::FindNearby(const Target& target, size_t cells_max, WorkBudget* budget,
                               Deviation* deviation) {
  return SolveNear(target, cells_max, everything_, budget, deviation);
}

LpResult WitnessSearch::FindAnywhere(const Target& target, WorkBudget* budget,
                                     Deviation* deviation) {
  const double amount = target.amount * target.sign;
  if (target.coalition.empty()) {
    DeviationLp* lp = attacker_.ProgramOf(target.cell);
    return lp == nullptr ? LpResult::kInfeasible
                         : lp->Solve(target.cell, amount, budget, deviation);
  }
  const Scenario told = Told(target.coalition);
  Attacker insider(system_, index_, told, everything_, prices_.costs);
  DeviationLp* lp = insider.ProgramOf(target.cell);
  return lp == nullptr ? LpResult::kInfeasible : lp->Solve(target.cell, amount, budget, deviation);
}

double WitnessSearch::Reach(const Target& target, WorkBudget* budget) {
  DeviationLp* lp = attacker_.ProgramOf(target.cell);
  return lp == nullptr ? 0 : lp->Reach(target.cell, target.sign, target.amount, budget);
}

bool WitnessSearch::SolveNear(const Target& target, size_t cells_max,
                              const std::vector<bool>& allowed, WorkBudget* budget,
                              Deviation* deviation) {
  std::vector<int> near = attacker_.CellsNear(target.cell, cells_max, allowed);
  if (near.empty()) return false;
  Scenario told;
  if (!target.coalition.empty()) {
    told = Told(target.coalition);
    near.erase(std::remove_if(near.begin(), near.end(), [&](int c) { return told.known[c]; }),
               near.end());
  }
  const Scenario& scenario = target.coalition.empty() ? scenario_ : told;
  DeviationLp program(system_, index_, scenario, near);
  for (const int cell : near) program.SetCost(cell, prices_.costs[cell]);
  return program.Solve(target.cell, target.amount * target.sign, budget, deviation) ==
         LpResult::kFound;
}

// The scenario as the coalition sees it.
Scenario WitnessSearch::Told(const Coalition& coalition) const {
  Scenario told = scenario_;
  told.requirements.clear();
  for (const Knowledge& known : insiders_.KnowledgeOf(coalition)) {
    if (known.exact) told.known[known.cell] = true;
    Bounds& bounds = told.bounds[known.cell];
    bounds.low = std::max(bounds.low, known.low);
  }
  return told;
}

}  // namespace kluis
