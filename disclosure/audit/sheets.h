// Several tables that an attacker has at once, as one system of cells and equations. Internal to
// this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_SHEETS_H_
#define KLUIS_DISCLOSURE_AUDIT_SHEETS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"
#include "disclosure/audit/equations.h"

namespace kluis {

struct SheetSystem {
  AuditTable table;       // cells of all sheets, without axes; all relations
  EquationSystem system;  // of all sheets; what none of them lists is numbered after all cells

  int listed() const { return static_cast<int>(table.cells.size()); }
  int size() const { return listed() + system.unlisted; }
};

// Bounds of unlisted cells, and whether only whole numbers are possible, are those of the first.
// Errors as DeriveEquations().
absl::StatusOr<SheetSystem> JoinSheets(std::vector<AuditTable> sheets,
                                       std::vector<AuditRelation> links);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_SHEETS_H_
