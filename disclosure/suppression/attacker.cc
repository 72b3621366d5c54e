#include "disclosure/suppression/attacker.h"

namespace kluis {

Attacker::Attacker(const System& system, const RowIndex& index, const Scenario& scenario,
                   const std::vector<bool>& movable, const std::vector<double>& costs)
    : system_(system), index_(index), scenario_(scenario), costs_(costs) {
  std::vector<bool> free = movable;
  for (size_t i = 0; i < free.size(); ++i) {
    if (system.cells[i].fixed || scenario.known[i]) free[i] = false;
  }
  components_ = FindComponents(system, free);
  programs_.resize(components_.cells.size());
}

DeviationLp* Attacker::ProgramOf(int cell) {
  const int component = components_.of_cell[cell];
  if (component < 0) return nullptr;
  std::unique_ptr<DeviationLp>& program = programs_[component];
  if (program == nullptr) {
    const std::vector<int>& cells = components_.cells[component];
    program = std::make_unique<DeviationLp>(system_, index_, scenario_, cells);
    for (const int other : cells) program->SetCost(other, costs_[other]);
  }
  return program.get();
}

void Attacker::SetCost(int cell, double cost) {
  const int component = components_.of_cell[cell];
  if (component >= 0 && programs_[component] != nullptr) programs_[component]->SetCost(cell, cost);
}

}  // namespace kluis
