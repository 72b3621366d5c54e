#include "disclosure/suppression/neighbourhood.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr double kLikedBetter = 3;  // a suppressed cell than others, which cost at least 1

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
  heap_.assign(1, cell);
  cells_[cell] = {.taken = 0, .seen = turn_, .place = 0, .hits = 0};
  while (!heap_.empty() && near.size() < cells_max) {
    const int next = TakeFirst();
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
        if (mark.seen != turn_) {
          mark.hits = 0;
          mark.place = static_cast<int>(heap_.size());
          heap_.push_back(other);
        }
        mark.seen = turn_;
        mark.hits += costs_[other] < 1 ? share * kLikedBetter : share;
        Raise(mark.place);
      }
    }
  }
  return near;
}

bool Neighbourhood::Earlier(int a, int b) const {
  if (cells_[a].hits != cells_[b].hits) return cells_[a].hits > cells_[b].hits;
  if (costs_[a] != costs_[b]) return costs_[a] < costs_[b];
  return a < b;
}

// Moves the cell up the heap, whose hits have grown.
void Neighbourhood::Raise(int place) {
  const int cell = heap_[place];
  while (place > 0 && Earlier(cell, heap_[(place - 1) / 2])) {
    heap_[place] = heap_[(place - 1) / 2];
    cells_[heap_[place]].place = place;
    place = (place - 1) / 2;
  }
  heap_[place] = cell;
  cells_[cell].place = place;
}

int Neighbourhood::TakeFirst() {
  const int first = heap_.front();
  const int last = heap_.back();
  heap_.pop_back();
  const int size = static_cast<int>(heap_.size());
  if (size == 0) return first;
  int place = 0;
  for (int child = 1; child < size; child = 2 * place + 1) {
    if (child + 1 < size && Earlier(heap_[child + 1], heap_[child])) ++child;
    if (!Earlier(heap_[child], last)) break;
    heap_[place] = heap_[child];
    cells_[heap_[place]].place = place;
    place = child;
  }
  heap_[place] = last;
  cells_[last].place = place;
  return first;
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
