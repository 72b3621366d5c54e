#include "disclosure/suppression/neighbourhood.h"

#include <algorithm>
#include <queue>

namespace kluis {
namespace {

constexpr double kLikedBetter = 3;  // a suppressed cell than others, which cost at least 1

struct Candidate {
  double hits = 0, cost = 0;
  int cell = -1;
};

struct Later {
  bool operator()(const Candidate& a, const Candidate& b) const {
    if (a.hits != b.hits) return a.hits < b.hits;
    if (a.cost != b.cost) return a.cost > b.cost;
    return a.cell > b.cell;
  }
};

}  // namespace

Neighbourhood::Neighbourhood(const System& system, const RowIndex& index,
                             const std::vector<double>& costs)
    : system_(system),
      index_(index),
      costs_(costs),
      cells_(system.cells.size()),
      rows_(system.rows.size()) {
  for (const SystemCell& cell : system.cells) fixed_.push_back(cell.fixed);
}

std::vector<int> Neighbourhood::Around(int cell, size_t cells_max, const Ground& ground) {
  if (fixed_[cell] || ground.scenario.known[cell]) return {};
  ++turn_;
  std::vector<int> near = Grow(cell, cells_max, ground);
  near.erase(std::remove_if(near.begin(), near.end(),
                            [&](int other) { return ground.scenario.known[other]; }),
             near.end());
  RemoveStuck(&near);
  return near;
}

bool Neighbourhood::CanMove(int cell, const Ground& ground) const {
  return ground.allowed[cell] && !fixed_[cell] && costs_[cell] < ground.price_max;
}

// Grows a compact block: next comes the cell of which most rows are touched already, because cycles
// close inside blocks, and a short row counts for more, as does a cell that is suppressed; among
// equals the cheapest, then the first.
std::vector<int> Neighbourhood::Grow(int cell, size_t cells_max, const Ground& ground) {
  std::vector<int> near;
  std::priority_queue<Candidate, std::vector<Candidate>, Later> queue;
  queue.push({.hits = 0, .cost = 0, .cell = cell});
  while (!queue.empty() && near.size() < cells_max) {
    const int next = queue.top().cell;
    queue.pop();
    if (cells_[next].taken == turn_) continue;
    cells_[next].taken = turn_;
    near.push_back(next);
    for (const auto& [row, coefficient] : index_.RowsOf(next)) {
      if (rows_[row].touched == turn_) continue;
      rows_[row].touched = turn_;
      const auto& terms = system_.rows[row].terms;
      const double share = 1.0 / static_cast<double>(terms.size());
      for (const auto& term : terms) {
        const int other = term.first;
        if (!CanMove(other, ground)) continue;
        CellMark& mark = cells_[other];
        if (mark.taken == turn_) continue;
        if (mark.seen != turn_) mark.hits = 0;
        mark.seen = turn_;
        mark.hits += share;
        const double cost = costs_[other];
        queue.push({.hits = cost < 1 ? mark.hits * kLikedBetter : mark.hits,
                    .cost = cost, .cell = other});
      }
    }
  }
  return near;
}

// A cell that is alone in an equality cannot move, and then the next may be alone.
void Neighbourhood::RemoveStuck(std::vector<int>* near) {
  for (const int cell : *near) {
    for (const auto& [row, coefficient] : index_.RowsOf(cell)) {
      if (rows_[row].counted != turn_) rows_[row].cells = 0;
      rows_[row].counted = turn_;
      ++rows_[row].cells;
    }
  }
  const auto stuck = [&](int cell) {
    const auto& rows = index_.RowsOf(cell);
    return std::any_of(rows.begin(), rows.end(), [&](const auto& term) {
      return rows_[term.first].cells == 1 && system_.rows[term.first].equality();
    });
  };
  const int target = near->front();
  for (size_t before = 0; before != near->size();) {
    before = near->size();
    size_t kept = 0;
    for (const int cell : *near) {
      if (!stuck(cell)) {
        (*near)[kept++] = cell;
        continue;
      }
      for (const auto& [row, coefficient] : index_.RowsOf(cell)) --rows_[row].cells;
    }
    near->resize(kept);
  }
  if (near->empty() || near->front() != target) near->clear();
}

}  // namespace kluis
