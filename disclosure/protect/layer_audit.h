// The last look at a pattern: the system that it was found in, as tables, before an auditor who
// derives their equations from the trees and believes the proofs of the pattern only as far as it
// can follow them.
#ifndef KLUIS_DISCLOSURE_PROTECT_LAYER_AUDIT_H_
#define KLUIS_DISCLOSURE_PROTECT_LAYER_AUDIT_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "disclosure/audit/audit_table.h"
#include "disclosure/protect/table_view.h"
#include "disclosure/suppression/pattern.h"

namespace kluis {

// Which tables the cells of a system are. The first are those of a view.
struct SystemTables {
  std::vector<bool> additive = {};  // per axis, of the first cells; empty: all
  bool units_beside = false;        // a cell for the units of each of them follows
  // Of each cell that follows then, which cells and coefficients it is computed from.
  std::vector<std::vector<std::pair<int, int>>> computed = {};
  // Only identifying supports stand in a table: nobody knows what the others add up to.
  bool supports_only = false;
};

// INTERNAL: the proofs do not prove what the requirements of the system ask for, and nothing may be
// released. The message says of what kind the fault is and nothing of the table.
// FAILED_PRECONDITION: cells that the view does not hold tell more than the system knows of, so it
// cannot be protected. REQUIRES: `pattern.proofs` are those of `system`.
absl::Status AuditPattern(const TableView& view, const System& system, const SystemTables& tables,
                          const Pattern& pattern);

// The same where the cells stand in tables of the caller's: one state of knowledge.
struct SystemSheets {
  std::vector<AuditTable> sheets;    // keys and axes, or relations; the rest is filled in
  std::vector<AuditRelation> links;  // between cells of all sheets
  std::vector<int> cells;            // of all sheets, which cell of the system they are
};
absl::Status AuditSheets(SystemSheets sheets, const System& system, const Pattern& pattern);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_LAYER_AUDIT_H_
