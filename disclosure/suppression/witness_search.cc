#include "disclosure/suppression/witness_search.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr size_t kNearCells = 40;

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
      neighbourhood_(system, index, prices.costs),
      nearby_(system, index, scenario, {}),
      exchange_(system, index, scenario) {
  if (system.grid != nullptr) {
    product_ = std::make_unique<ProductSearch>(system, index, scenario, prices);
  }
  if (!insiders.none()) MakeWary();
}

void WitnessSearch::MakeWary() {
  wary_.known = scenario_.known;
  wary_.bounds = scenario_.bounds;
  for (size_t i = 0; i < system_.cells.size(); ++i) {
    const Knowledge known = insiders_.OfAnyone(static_cast<int>(i));
    if (known.exact) wary_.known[i] = true;
    wary_.bounds[i].low = std::max(wary_.bounds[i].low, known.low);
  }
  if (product_ != nullptr) {
    wary_product_ = std::make_unique<ProductSearch>(system_, index_, wary_, prices_);
  }
}

bool WitnessSearch::FindForEveryone(const Target& target, ProductSearch::Reach reach,
                                    size_t near_cells, WorkBudget* budget, Deviation* deviation) {
  if (insiders_.none() || !target.coalition.empty()) return false;
  const bool known = wary_.known[target.cell];
  const Bounds bounds = wary_.bounds[target.cell];
  // What is known of the target's own cell is in its amount already.
  SetWary(target.cell, scenario_.known[target.cell], scenario_.bounds[target.cell]);
  const auto& allowed =
      reach == ProductSearch::Reach::kSuppressed ? prices_.suppressed : everything_;
  const bool found =
      (wary_product_ != nullptr && wary_product_->Find(target.cell, target.amount * target.sign,
                                                       reach, {}, budget, deviation)) ||
      (near_cells > 0 && SolveNear(target, near_cells, {.scenario = wary_, .allowed = allowed},
                                   budget, deviation));
  SetWary(target.cell, known, bounds);
  return found;
}

void WitnessSearch::SetWary(int cell, bool known, const Bounds& bounds) {
  wary_.known[cell] = known;
  wary_.bounds[cell] = bounds;
  if (wary_product_ != nullptr) wary_product_->Refresh(cell);
}

bool WitnessSearch::FindFree(const Target& target, bool with_program, WorkBudget* budget,
                             Deviation* deviation) {
  const double amount = target.amount * target.sign;
  const auto& knowledge = KnowledgeOf(target.coalition);
  if (product_ != nullptr && (product_->Find(target.cell, amount, ProductSearch::Reach::kSuppressed,
                                             knowledge, budget, deviation) ||
                              Complete(target, budget, deviation))) {
    return true;
  }
  if (exchange_.Find(target.cell, amount, prices_.suppressed, knowledge, budget, deviation)) {
    return true;
  }
  if (!with_program) return false;
  const Ground ground{.scenario = SeenBy(target.coalition), .allowed = prices_.suppressed};
  return SolveNear(target, kNearCells, ground, budget, deviation);
}

bool WitnessSearch::Adjust(const Target& target, const Deviation& start,
                           ProductSearch::Reach reach, WorkBudget* budget, Deviation* deviation) {
  return product_ != nullptr &&
         product_->Adjust(start, target.cell, reach, KnowledgeOf(target.coalition),
                          budget, deviation) &&
         insiders_.Allows(target.coalition, *deviation);
}

bool WitnessSearch::FindMove(const Target& target, ProductSearch::Reach reach, WorkBudget* budget,
                             Deviation* deviation) {
  return product_ != nullptr &&
         (product_->Find(target.cell, target.amount * target.sign, reach,
                         KnowledgeOf(target.coalition), budget, deviation) ||
          Complete(target, budget, deviation));
}

// A move of the grid that breaks rows beside it may be repaired by what is suppressed.
bool WitnessSearch::Complete(const Target& target, WorkBudget* budget, Deviation* deviation) {
  if (!system_.integral || !target.coalition.empty() || deviation->empty()) return false;
  const Deviation start = *deviation;
  if (!exchange_.Complete(start, prices_.suppressed, budget, deviation)) return false;
  return Reaches(target, *deviation);
}

bool WitnessSearch::FindNearby(const Target& target, size_t cells_max, double price_max,
                               WorkBudget* budget, Deviation* deviation) {
  const Ground ground{.scenario = SeenBy(target.coalition), .allowed = everything_,
                      .price_max = price_max};
  return SolveNear(target, cells_max, ground, budget, deviation);
}

LpResult WitnessSearch::FindAnywhere(const Target& target, WorkBudget* budget,
                                     Deviation* deviation) {
  const double amount = target.amount * target.sign;
  if (target.coalition.empty()) {
    DeviationLp* lp = attacker_.ProgramOf(target.cell);
    return lp == nullptr ? LpResult::kInfeasible
                         : lp->Solve(target.cell, amount, budget, deviation);
  }
  Attacker insider(system_, index_, SeenBy(target.coalition), everything_, prices_.costs);
  DeviationLp* lp = insider.ProgramOf(target.cell);
  return lp == nullptr ? LpResult::kInfeasible : lp->Solve(target.cell, amount, budget, deviation);
}

double WitnessSearch::Reach(const Target& target, WorkBudget* budget) {
  DeviationLp* lp = attacker_.ProgramOf(target.cell);
  return lp == nullptr ? 0 : lp->Reach(target.cell, target.sign, target.amount, budget);
}

bool WitnessSearch::SolveNear(const Target& target, size_t cells_max, const Ground& ground,
                              WorkBudget* budget, Deviation* deviation) {
  const std::vector<int> near = neighbourhood_.Around(target.cell, cells_max, ground);
  if (near.empty()) return false;
  nearby_.Load(ground.scenario, near, prices_.costs);
  return nearby_.Solve(target.cell, target.amount * target.sign, budget, deviation) ==
         LpResult::kFound;
}

const Scenario& WitnessSearch::SeenBy(const Coalition& coalition) {
  return coalition.empty() ? scenario_ : Told(coalition);
}

// One coalition is asked for several times in a row.
const std::vector<Knowledge>& WitnessSearch::KnowledgeOf(const Coalition& coalition) {
  if (asked_for_ != coalition) knowledge_ = insiders_.KnowledgeOf(coalition);
  asked_for_ = coalition;
  return knowledge_;
}

// The scenario as the coalition sees it, until the next call.
const Scenario& WitnessSearch::Told(const Coalition& coalition) {
  if (told_.known.empty()) {
    told_.known = scenario_.known;
    told_.bounds = scenario_.bounds;
  }
  for (const int cell : told_cells_) {
    told_.known[cell] = scenario_.known[cell];
    told_.bounds[cell] = scenario_.bounds[cell];
  }
  told_cells_.clear();
  for (const Knowledge& known : KnowledgeOf(coalition)) {
    told_cells_.push_back(known.cell);
    if (known.exact) told_.known[known.cell] = true;
    Bounds& bounds = told_.bounds[known.cell];
    bounds.low = std::max(bounds.low, known.low);
  }
  return told_;
}

}  // namespace kluis
