// Axes and cell keys of small tables, for tests: trees from lists of parents, who lies below whom,
// and every combination of categories.
#ifndef KLUIS_TESTS_DISCLOSURE_TABLE_AXES_H_
#define KLUIS_TESTS_DISCLOSURE_TABLE_AXES_H_

#include <string>
#include <utility>
#include <vector>

#include "disclosure/table/axis.h"

namespace kluis {

// `parents[i]` is the parent of category i + 1; category 0 is the total.
inline Axis MakeAxis(const std::string& name, VariableKind kind, const std::vector<int>& parents) {
  Axis axis{.name = name, .kind = kind, .categories = {}};
  axis.categories.push_back({.code = kTotalCode});
  for (size_t i = 0; i < parents.size(); ++i) {
    Category category;
    category.code = name + std::to_string(i + 1);
    category.parent = parents[i];
    category.level = axis.categories[parents[i]].level + 1;
    axis.categories.push_back(category);
  }
  return axis;
}

inline Axis MakeAxis(const std::string& name, const std::vector<int>& parents) {
  return MakeAxis(name, VariableKind::kIdentifying, parents);
}

// Categories without children, ascending.
inline std::vector<int> LeavesOf(const Axis& axis) {
  std::vector<bool> parent(axis.categories.size(), false);
  for (size_t c = 1; c < axis.categories.size(); ++c) parent[axis.categories[c].parent] = true;
  std::vector<int> leaves;
  for (size_t c = 0; c < axis.categories.size(); ++c) {
    if (!parent[c]) leaves.push_back(static_cast<int>(c));
  }
  return leaves;
}

// Whether `category` is `ancestor` or lies below it.
inline bool IsWithin(const Axis& axis, int category, int ancestor) {
  while (category != ancestor && category > 0) category = axis.categories[category].parent;
  return category == ancestor;
}

inline bool IsWithin(const std::vector<Axis>& axes, const CellKey& key, const CellKey& ancestor) {
  for (size_t a = 0; a < axes.size(); ++a) {
    if (!IsWithin(axes[a], key[a], ancestor[a])) return false;
  }
  return true;
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

inline std::vector<CellKey> AllKeys(const std::vector<Axis>& axes) {
  std::vector<std::vector<int>> lists;
  for (const Axis& axis : axes) {
    std::vector<int>& all = lists.emplace_back();
    for (size_t c = 0; c < axis.categories.size(); ++c) all.push_back(static_cast<int>(c));
  }
  return Product(lists);
}

inline std::vector<CellKey> LeafKeys(const std::vector<Axis>& axes) {
  std::vector<std::vector<int>> lists;
  for (const Axis& axis : axes) lists.push_back(LeavesOf(axis));
  return Product(lists);
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_TABLE_AXES_H_
