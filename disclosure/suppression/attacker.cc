#include "disclosure/suppression/attacker.h"

#include <queue>
#include <tuple>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kLikedBetter = 3;  // a suppressed cell than others, which cost at least 1

}  // namespace

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
// close inside blocks, and a short row counts for more, as does a cell that is suppressed; among
// equals the cheapest, then the first.
std::vector<int> Attacker::CellsNear(int cell, size_t cells_max,
                                     const std::vector<bool>& allowed) {
  std::vector<int> near;
  if (!CanMove(cell)) return near;
  Scratch& scratch = scratch_;
  scratch.Start(system_.cells.size(), system_.rows.size());
  using Candidate = std::tuple<double, double, int>;
  std::priority_queue<Candidate> queue;
  queue.push({0.0, 0.0, -cell});
  while (!queue.empty() && near.size() < cells_max) {
    const int next = -std::get<2>(queue.top());
    queue.pop();
    if (scratch.taken[next] == scratch.turn) continue;
    scratch.taken[next] = scratch.turn;
    near.push_back(next);
    for (const auto& [row, coefficient] : index_.RowsOf(next)) {
      if (scratch.touched[row] == scratch.turn) continue;
      scratch.touched[row] = scratch.turn;
      for (const auto& term : system_.rows[row].terms) {
        const int other = term.first;
        if (!allowed[other] || !CanMove(other) || scratch.taken[other] == scratch.turn) continue;
        if (scratch.seen[other] != scratch.turn) scratch.hits[other] = 0;
        scratch.seen[other] = scratch.turn;
        double& hit = scratch.hits[other];
        hit += 1.0 / static_cast<double>(system_.rows[row].terms.size());
        const bool suppressed = costs_[other] < 1;
        queue.push({suppressed ? hit * kLikedBetter : hit, -costs_[other], -other});
      }
    }
  }
  return near;
}

void Attacker::Scratch::Start(size_t cells, size_t rows) {
  if (taken.empty()) {
    taken.resize(cells, 0);
    seen.resize(cells, 0);
    hits.resize(cells, 0);
    touched.resize(rows, 0);
  }
  ++turn;
}

void Attacker::SetCost(int cell, double cost) {
  const int component = components_.of_cell[cell];
  if (component >= 0 && programs_[component] != nullptr) programs_[component]->SetCost(cell, cost);
}

}  // namespace kluis
