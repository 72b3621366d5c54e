// What a query says about each code tree: what it groups by, selects and asks of parts, and the
// scope of the project. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_TREE_USE_H_
#define KLUIS_SERVER_PLAN_TREE_USE_H_

#include <vector>

#include "server/access/authorised_query.h"
#include "server/plan/parts.h"
#include "server/plan/selection.h"
#include "server/plan/sources.h"

namespace kluis {

// All that a query says about one code tree.
struct TreeUse {
  int source = 0;
  const Variable* base = nullptr;
  VariableKind kind = VariableKind::kMixed;  // of the variable, and no less than the membership
  bool missing = false;
  std::vector<int> grouped;  // indices of grouping_dimensions
  std::vector<int> levels;   // the plan's, of the code list, ascending; or
  std::vector<int> widths;   // of a range, descending
  std::vector<bool> in_scope, selected;
  bool has_scope = false, has_condition = false;
  bool has_recode = false;  // a CASE
  std::vector<PartCondition> parts;
  SourcePosition condition_at;
  // The tree is then of partitions, not of the code list.
  bool partitioned() const { return has_recode || !parts.empty(); }
};

struct TreeUses {
  std::vector<TreeUse> uses;  // those that are grouped by first, in that order, then by name
  std::vector<CatalogueDimension> resolved;  // parallel to grouping_dimensions
  int parts = 0;                             // statistics with conditions
};

// Refuses what the catalogue does not allow in dimensions and conditions.
Decision<TreeUses> ReadTreeUses(const AuthorisedQuery& query,
                                const std::vector<PlannedSource>& sources);

// Of vectors of one size, value by value.
std::vector<bool> And(const std::vector<bool>& a, const std::vector<bool>& b);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_TREE_USE_H_
