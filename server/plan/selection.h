// Dimensions and conditions of a query against the catalogue: which level, which stored values.
// Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_SELECTION_H_
#define KLUIS_SERVER_PLAN_SELECTION_H_

#include <optional>
#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "server/plan/code_tree.h"
#include "server/query/parsed_query.h"

namespace kluis {

// A dimension as the catalogue knows it.
struct CatalogueDimension {
  const Variable* variable = nullptr;
  const Variable* base = nullptr;  // whose codes and column it uses
  int level = 0;                   // of the code list; 0 for a range
  int width = 0;                   // of a band; 1: the value itself; 0 for a code list
  bool all_levels = false;         // a plain variable whose code list has several levels
  const DatasetEntry* entry = nullptr;
};

// Refuses identifiers and measures, unknown levels and widths that are not declared. A CASE is its
// variable: partition.h reads the classes. `entry` must outlive the result.
Decision<CatalogueDimension> ResolveDimension(const DimensionRef& ref, const DatasetEntry& entry);

// Per stored value (as CodeTree::node_of_stored): does it meet the condition? `tree` is that of the
// base variable, at all its levels. `_U` is a code like the others.
Decision<std::vector<bool>> SelectStored(const Condition& condition,
                                         const CatalogueDimension& dimension, const CodeTree& tree);

// Stored values at or below one of the codes of a grant's `where`.
std::vector<bool> ScopeStored(const std::vector<std::string>& codes, const CodeTree& tree);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_SELECTION_H_
