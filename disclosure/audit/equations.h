// How the cells of a table hang together, derived from the trees of its axes. Internal to this
// folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_EQUATIONS_H_
#define KLUIS_DISCLOSURE_AUDIT_EQUATIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"

namespace kluis {

// parent = sum of children along one axis; where the axis is not additive, the cover rows.
struct Equation {
  int parent = -1;
  std::vector<int> children;
  bool additive = true;
};

struct EquationSystem {
  std::vector<Equation> equations;
  int unlisted = 0;  // cells that the table does not hold: numbered after those that it does
};

// Every parent that the table holds and of which something finer is there as well. A part that the
// table does not hold becomes an unlisted cell with equations of its own: so what adds up over two
// axes at once, or over levels that are left out, is found too. None without axes.
// INVALID_ARGUMENT: a key outside the axes or twice, or far more unlisted cells than listed ones.
absl::StatusOr<EquationSystem> DeriveEquations(const AuditTable& table);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_EQUATIONS_H_
