// Cells that can move together: the connected parts of a system under one scenario.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_COMPONENTS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_COMPONENTS_H_

#include <vector>

#include "disclosure/suppression/system.h"

namespace kluis {

struct Components {
  std::vector<int> of_cell;             // component, or -1 for cells that cannot move
  std::vector<std::vector<int>> cells;  // per component, ascending
};

// Two cells are connected when a row holds both and `movable` both.
Components FindComponents(const System& system, const std::vector<bool>& movable);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_COMPONENTS_H_
