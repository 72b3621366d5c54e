#include "disclosure/suppression/attacker.h"

#include <queue>
#include <tuple>

#include "disclosure/base/decimal.h"

namespace kluis {

Attacker::Attacker(const System& system, const RowIndex& index, const Scenario& scenario,
                   const std::vector<bool>& movable, const std::vector<double>& costs)
    : system_(system),
      index_(index),
      scenario_(scenario),
      costs_(costs) {
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

// Grows a compact block: next comes the cell of which most rows are touched already, because cycles
// close inside blocks, and a short row counts for more; among equals
// the largest, which has most room, then the first.
std::vector<int> Attacker::CellsNear(int cell, size_t cells_max,
                                     const std::vector<bool>& allowed) const {
  std::vector<int> near;
  if (!CanMove(cell)) return near;
  std::vector<bool> touched(system_.rows.size(), false), taken(system_.cells.size(), false);
  std::vector<double> hits(system_.cells.size(), 0);
  using Candidate = std::tuple<double, double, int>;
  std::priority_queue<Candidate> queue;
  queue.push({0.0, 0.0, -cell});
  while (!queue.empty() && near.size() < cells_max) {
    const int next = -std::get<2>(queue.top());
    queue.pop();
    if (taken[next]) continue;
    taken[next] = true;
    near.push_back(next);
    for (const auto& [row, coefficient] : index_.RowsOf(next)) {
      if (touched[row]) continue;
      touched[row] = true;
      for (const auto& term : system_.rows[row].terms) {
        const int other = term.first;
        if (taken[other] || !allowed[other] || !CanMove(other)) continue;
        hits[other] += 1.0 / static_cast<double>(system_.rows[row].terms.size());
        queue.push({hits[other], ToDouble(system_.cells[other].value), -other});
      }
    }
  }
  return near;
}

void Attacker::SetCost(int cell, double cost) {
  const int component = components_.of_cell[cell];
  if (component >= 0 && programs_[component] != nullptr) programs_[component]->SetCost(cell, cost);
}

}  // namespace kluis
