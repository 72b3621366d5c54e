#include "disclosure/suppression/smaller_attackers.h"

#include <algorithm>

namespace kluis {
namespace {

System RowsOfDisplayed(const System& system) {
  System result{.cells = system.cells, .rows = {}, .scenarios = {}, .integral = system.integral};
  for (const LinearRow& row : system.rows) {
    const bool shown = std::none_of(row.terms.begin(), row.terms.end(), [&](const auto& term) {
      return system.cells[term.first].hidden;
    });
    if (shown) result.rows.push_back(row);
  }
  return result;
}

}  // namespace

ReducedAttacker::ReducedAttacker(const System& system, const RowIndex& index,
                                 const Scenario& scenario, HeldStill held,
                                 const std::vector<double>& costs)
    : full_(system), full_index_(index), scenario_(scenario), costs_of_cells_(costs),
      reduction_(system, scenario, held), index_(reduction_.system()),
      attacker_(reduction_.system(), index_, reduction_.system().scenarios[0],
                std::vector<bool>(reduction_.system().cells.size(), true), costs_) {
  const int classes = static_cast<int>(reduction_.system().cells.size());
  for (int id = 0; id < classes; ++id) costs_.push_back(CostOf(id));
}

bool ReducedAttacker::Solve(int cell, double amount, WorkBudget* budget, Deviation* deviation) {
  const int id = reduction_.ClassOf(cell);
  DeviationLp* lp = id < 0 ? nullptr : attacker_.ProgramOf(id);
  if (lp == nullptr) return false;
  Deviation found;
  const double of_class = amount * reduction_.SignOf(cell);
  if (lp->Solve(id, of_class, budget, &found) != LpResult::kFound) return false;
  *deviation = reduction_.Expand(found);
  return IsWitness(full_, full_index_, scenario_, *deviation);
}

void ReducedAttacker::CostChanged(int cell) {
  const int id = reduction_.ClassOf(cell);
  if (id < 0) return;
  costs_[id] = CostOf(id);
  attacker_.SetCost(id, costs_[id]);
}

double ReducedAttacker::CostOf(int id) const {
  double cost = 0;
  for (const int cell : reduction_.CellsOf(id)) cost += costs_of_cells_[cell];
  return cost;
}

DisplayedAttacker::DisplayedAttacker(const System& system, const Scenario& scenario,
                                     const std::vector<double>& costs)
    : system_(RowsOfDisplayed(system)), index_(system_) {
  std::vector<bool> displayed;
  for (const SystemCell& cell : system.cells) {
    displayed.push_back(!cell.hidden);
    hidden_.push_back(cell.hidden);
    any_hidden_ |= cell.hidden;
  }
  attacker_ = std::make_unique<Attacker>(system_, index_, scenario, displayed, costs);
}

bool DisplayedAttacker::Solve(int cell, double amount, ExchangeSearch* exchange,
                              WorkBudget* budget, Deviation* deviation) {
  DeviationLp* lp = any_hidden_ ? attacker_->ProgramOf(cell) : nullptr;
  Deviation found;
  if (lp == nullptr || lp->Solve(cell, amount, budget, &found) != LpResult::kFound) return false;
  return exchange->Complete(found, hidden_, budget, deviation);
}

}  // namespace kluis
