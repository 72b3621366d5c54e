// Small tables for the audit, from leaves: every cell is the sum of the leaves below it.
#ifndef KLUIS_TESTS_DISCLOSURE_AUDIT_SMALL_TABLES_H_
#define KLUIS_TESTS_DISCLOSURE_AUDIT_SMALL_TABLES_H_

#include <cstdlib>
#include <utility>
#include <vector>

#include "disclosure/audit/audit.h"
#include "tests/disclosure/table/axes.h"

namespace kluis {

// Every cell of the product, all shown; `values` of the leaves in the order of LeafKeys(axes).
inline AuditTable MakeTable(std::vector<Axis> axes, const std::vector<int>& values) {
  AuditTable table;
  const std::vector<CellKey> leaves = LeafKeys(axes);
  for (const CellKey& key : AllKeys(axes)) {
    AuditCell cell{.key = key, .known = {0, kInfinity}, .required = {}};
    for (size_t l = 0; l < leaves.size(); ++l) {
      if (IsWithin(axes, leaves[l], key)) cell.value += values[l];
    }
    table.cells.push_back(std::move(cell));
  }
  table.axes = std::move(axes);
  return table;
}

inline AuditCell& CellAt(AuditTable& table, const CellKey& key) {
  for (AuditCell& cell : table.cells) {
    if (cell.key == key) return cell;
  }
  std::abort();
}

inline int IndexAt(const AuditTable& table, const CellKey& key) {
  for (size_t i = 0; i < table.cells.size(); ++i) {
    if (table.cells[i].key == key) return static_cast<int>(i);
  }
  std::abort();
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_AUDIT_SMALL_TABLES_H_
