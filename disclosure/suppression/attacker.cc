#include "disclosure/suppression/attacker.h"

namespace kluis {

Attacker::Attacker(const System& system, const RowIndex& index, const Scenario& scenario,
                   const std::vector<bool>& movable, const std::vector<double>& costs)
    : system_(system),
      index_(index),
      scenario_(scenario),
      costs_(costs),
      published_(system.cells.size(), false) {
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
    for (const int other : cells) {
      program->SetCost(other, costs_[other]);
      if (published_[other]) program->SetPublished(other, true);
    }
  }
  return program.get();
}

std::unique_ptr<DeviationLp> Attacker::ProgramNear(int cell, size_t cells_max) const {
  if (!CanMove(cell)) return nullptr;
  std::vector<int> near = {cell};
  std::vector<bool> seen(system_.cells.size(), false);
  seen[cell] = true;
  for (size_t next = 0; next < near.size() && near.size() < cells_max; ++next) {
    for (const auto& [row, coefficient] : index_.RowsOf(near[next])) {
      for (const auto& term : system_.rows[row].terms) {
        if (seen[term.first] || !CanMove(term.first) || published_[term.first]) continue;
        seen[term.first] = true;
        near.push_back(term.first);
      }
    }
  }
  auto program = std::make_unique<DeviationLp>(system_, index_, scenario_, near);
  for (const int other : near) program->SetCost(other, costs_[other]);
  return program;
}

void Attacker::SetCost(int cell, double cost) {
  const int component = components_.of_cell[cell];
  if (component >= 0 && programs_[component] != nullptr) programs_[component]->SetCost(cell, cost);
}

void Attacker::SetPublished(int cell, bool published) {
  published_[cell] = published;
  const int component = components_.of_cell[cell];
  if (component >= 0 && programs_[component] != nullptr) {
    programs_[component]->SetPublished(cell, published);
  }
}

}  // namespace kluis
