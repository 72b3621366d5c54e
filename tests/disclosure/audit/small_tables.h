// Small tables for the audit, from leaves: every cell is the sum of the leaves below it.
#ifndef KLUIS_TESTS_DISCLOSURE_AUDIT_SMALL_TABLES_H_
#define KLUIS_TESTS_DISCLOSURE_AUDIT_SMALL_TABLES_H_

#include <string>
#include <utility>
#include <vector>

#include "disclosure/audit/audit.h"

namespace kluis {

// Parents of the categories 1, 2, ...; category 0 is the total.
inline Axis MakeAxis(const std::string& name, const std::vector<int>& parents) {
  Axis axis{.name = name, .kind = VariableKind::kIdentifying, .categories = {}};
  axis.categories.push_back({.code = kTotalCode, .parent = -1, .level = 0});
  for (size_t i = 0; i < parents.size(); ++i) {
    const int parent = parents[i];
    axis.categories.push_back({.code = name + std::to_string(i + 1),
                               .parent = parent,
                               .level = axis.categories[parent].level + 1});
  }
  return axis;
}

inline std::vector<int> LeavesOf(const Axis& axis) {
  std::vector<int> leaves;
  for (size_t c = 0; c < axis.categories.size(); ++c) {
    bool leaf = true;
    for (const Category& other : axis.categories) leaf &= other.parent != static_cast<int>(c);
    if (leaf) leaves.push_back(static_cast<int>(c));
  }
  return leaves;
}

inline bool IsBelow(const Axis& axis, int category, int above) {
  while (category >= 0 && category != above) category = axis.categories[category].parent;
  return category == above;
}

// All combinations of `lists`, the last running fastest.
inline std::vector<CellKey> Product(const std::vector<std::vector<int>>& lists) {
  std::vector<CellKey> keys = {{}};
  for (const std::vector<int>& list : lists) {
    std::vector<CellKey> longer;
    for (const CellKey& key : keys) {
      for (const int category : list) {
        longer.push_back(key);
        longer.back().push_back(category);
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

inline std::vector<CellKey> AllKeys(const std::vector<Axis>& axes, bool leaves) {
  std::vector<std::vector<int>> lists;
  for (const Axis& axis : axes) {
    std::vector<int> all;
    for (size_t c = 0; c < axis.categories.size(); ++c) all.push_back(static_cast<int>(c));
    lists.push_back(leaves ? LeavesOf(axis) : all);
  }
  return Product(lists);
}

inline bool Holds(const std::vector<Axis>& axes, const CellKey& cell, const CellKey& leaf) {
  for (size_t a = 0; a < axes.size(); ++a) {
    if (!IsBelow(axes[a], leaf[a], cell[a])) return false;
  }
  return true;
}

// Every cell of the product, all shown; `values` of the leaves in the order of AllKeys(axes, true).
inline AuditTable MakeTable(std::vector<Axis> axes, const std::vector<int>& values) {
  AuditTable table;
  const std::vector<CellKey> leaves = AllKeys(axes, true);
  for (const CellKey& key : AllKeys(axes, false)) {
    AuditCell cell{.key = key, .known = {0, kInfinity}, .required = {}};
    for (size_t l = 0; l < leaves.size(); ++l) {
      if (Holds(axes, key, leaves[l])) cell.value += values[l];
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
