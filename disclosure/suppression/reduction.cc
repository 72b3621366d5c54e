#include "disclosure/suppression/reduction.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace kluis {

Reduction::Reduction(const System& system, const Scenario& scenario, HeldStill held)
    : parent_(system.cells.size()), sign_(system.cells.size(), 1),
      class_of_(system.cells.size(), -1) {
  for (size_t i = 0; i < system.cells.size(); ++i) {
    movable_.push_back(!system.cells[i].fixed && !scenario.known[i]);
  }
  std::iota(parent_.begin(), parent_.end(), 0);
  Freeze(system, held);
  FreezeLonely(system);
  Join(system);
  MakeClasses(system, scenario);
  MakeRows(system);
}

// Holds a hidden cell still where a row has one displayed and two hidden cells.
void Reduction::Freeze(const System& system, HeldStill held) {
  for (const LinearRow& row : system.rows) {
    if (!row.equality()) continue;
    int movable = 0, displayed = 0, still = -1;
    for (const auto& [cell, coefficient] : row.terms) {
      if (!movable_[cell]) continue;
      ++movable;
      if (!system.cells[cell].hidden) {
        ++displayed;
      } else if ((coefficient < 0) == (held == HeldStill::kPart)) {
        still = cell;
      }
    }
    if (movable == 3 && displayed == 1 && still >= 0) movable_[still] = false;
  }
}

// A cell alone in an equality cannot move.
void Reduction::FreezeLonely(const System& system) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const LinearRow& row : system.rows) {
      if (!row.equality()) continue;
      int movable = 0, last = -1;
      for (const auto& term : row.terms) {
        if (!movable_[term.first]) continue;
        ++movable;
        last = term.first;
      }
      if (movable != 1) continue;
      movable_[last] = false;
      changed = true;
    }
  }
}

int Reduction::Root(int cell, int* sign) const {
  for (*sign = 1; parent_[cell] != cell; cell = parent_[cell]) *sign *= sign_[cell];
  return cell;
}

// Two cells alone in an equality move by the same amount.
void Reduction::Join(const System& system) {
  for (const LinearRow& row : system.rows) {
    if (!row.equality()) continue;
    std::vector<std::pair<int, int>> moving;
    for (const auto& term : row.terms) {
      if (movable_[term.first]) moving.push_back(term);
    }
    if (moving.size() != 2 || std::abs(moving[0].second) != std::abs(moving[1].second)) continue;
    int sign[2];
    const int first = Root(moving[0].first, &sign[0]);
    const int second = Root(moving[1].first, &sign[1]);
    if (first == second) continue;
    parent_[second] = first;
    sign_[second] = (moving[0].second == moving[1].second ? -1 : 1) * sign[0] * sign[1];
  }
}

void Reduction::MakeClasses(const System& system, const Scenario& scenario) {
  reduced_.integral = system.integral;
  Scenario& reduced = reduced_.scenarios.emplace_back();
  reduced.name = scenario.name;
  std::vector<int> signs(system.cells.size(), 1);
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (!movable_[i]) continue;
    const int root = Root(static_cast<int>(i), &signs[i]);
    int& id = class_of_[root];
    if (id < 0) {
      id = static_cast<int>(members_.size());
      members_.emplace_back();
      reduced_.cells.emplace_back();
      reduced.bounds.push_back({.low = -kUnbounded, .high = kUnbounded});
    }
    class_of_[i] = id;
    members_[id].push_back(static_cast<int>(i));
    const absl::int128 value = system.cells[i].value;
    const absl::int128 down = scenario.bounds[i].low - value;
    const absl::int128 up = scenario.bounds[i].high - value;
    Bounds& bounds = reduced.bounds[id];
    bounds.low = std::max(bounds.low, signs[i] > 0 ? down : -up);
    bounds.high = std::min(bounds.high, signs[i] > 0 ? up : -down);
  }
  sign_ = std::move(signs);
  reduced.known.assign(members_.size(), false);
}

// Rows that say the same of the classes are kept once.
void Reduction::MakeRows(const System& system) {
  std::set<std::tuple<std::vector<std::pair<int, int>>, absl::int128, absl::int128>> seen;
  for (const LinearRow& row : system.rows) {
    std::map<int, int> sums;
    absl::int128 truth = 0;
    for (const auto& [cell, coefficient] : row.terms) {
      truth += system.cells[cell].value * coefficient;
      if (movable_[cell]) sums[class_of_[cell]] += coefficient * sign_[cell];
    }
    LinearRow reduced{.terms = {}, .low = row.low - truth, .high = row.high - truth};
    for (const auto& term : sums) {
      if (term.second != 0) reduced.terms.push_back(term);
    }
    if (reduced.terms.empty()) continue;
    if (reduced.terms[0].second < 0) {
      for (auto& term : reduced.terms) term.second = -term.second;
      std::swap(reduced.low, reduced.high);
      reduced.low = -reduced.low;
      reduced.high = -reduced.high;
    }
    if (!seen.insert({reduced.terms, reduced.low, reduced.high}).second) continue;
    reduced_.rows.push_back(std::move(reduced));
  }
}

Deviation Reduction::Expand(const Deviation& deviation) const {
  Deviation expanded;
  for (const auto& [id, amount] : deviation) {
    for (const int cell : members_[id]) expanded.emplace_back(cell, amount * sign_[cell]);
  }
  std::sort(expanded.begin(), expanded.end());
  return expanded;
}

}  // namespace kluis
