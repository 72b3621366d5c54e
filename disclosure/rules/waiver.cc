#include "disclosure/rules/waiver.h"

#include <algorithm>

namespace kluis {

std::vector<Contribution> TargetFirst(const CellContributions& cell) {
  std::vector<Contribution> order = cell.sorted;
  const auto target = std::find_if(order.begin(), order.end(),
                                   [](const Contribution& c) { return !c.waiver && c.value != 0; });
  if (target == order.end()) return {};
  std::rotate(order.begin(), target, target + 1);
  return order;
}

}  // namespace kluis
