#include "disclosure/suppression/components.h"

#include <numeric>

namespace kluis {
namespace {

int Root(std::vector<int>* parents, int cell) {
  while ((*parents)[cell] != cell) {
    (*parents)[cell] = (*parents)[(*parents)[cell]];
    cell = (*parents)[cell];
  }
  return cell;
}

}  // namespace

Components FindComponents(const System& system, const std::vector<bool>& movable) {
  std::vector<int> parents(system.cells.size());
  std::iota(parents.begin(), parents.end(), 0);
  for (const LinearRow& row : system.rows) {
    int first = -1;
    for (const auto& term : row.terms) {
      if (!movable[term.first]) continue;
      if (first < 0) first = Root(&parents, term.first);
      parents[Root(&parents, term.first)] = first;
    }
  }
  Components result{.of_cell = std::vector<int>(system.cells.size(), -1), .cells = {}};
  std::vector<int> component_of_root(system.cells.size(), -1);
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (!movable[i]) continue;
    int& component = component_of_root[Root(&parents, static_cast<int>(i))];
    if (component < 0) {
      component = static_cast<int>(result.cells.size());
      result.cells.emplace_back();
    }
    result.of_cell[i] = component;
    result.cells[component].push_back(static_cast<int>(i));
  }
  return result;
}

}  // namespace kluis
