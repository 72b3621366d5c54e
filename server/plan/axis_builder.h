// A code tree, what is in scope and what WHERE selects -> an axis of the table and the maps that
// compute it. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_AXIS_BUILDER_H_
#define KLUIS_SERVER_PLAN_AXIS_BUILDER_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"
#include "server/plan/code_tree.h"

namespace kluis {

struct AxisRequest {
  const CodeTree* tree = nullptr;
  std::vector<int> levels;     // of the tree, ascending; those that the query shows
  std::vector<bool> in_scope;  // per entry of tree->node_of_stored
  std::vector<bool> selected;  // by WHERE, likewise
  // WHERE on a mixed or confidential variable: `in` and `out` below the total, so that the
  // complement is judged too (safety.md 11). Else what is not selected is out of scope.
  bool complement = false;
  std::vector<std::string> sensitive;  // codes
};

// The shown categories of an axis by level. Levels are those of PlanAxis::level_maps.
struct BuiltAxis {
  Axis axis;
  PlanAxis plan;  // source and column are the caller's
  int top = 0;    // the category that a researcher sees as `_T`
  int top_level = 0;
  int out = -1;                        // category of the complement; -1: there is none
  std::vector<std::vector<int>> cuts;  // level -> categories, in code-list order, without `out`

  // Level of the maps for a level of the tree that the query shows.
  int LevelOf(const std::vector<int>& levels, int tree_level) const;
  // The category of level `level` that holds `category`; `top` when none does.
  int CategoryAt(int category, int level) const;
  std::vector<std::vector<bool>> in_cut;  // level -> category -> stands in cuts[level]
};

BuiltAxis BuildAxis(const AxisRequest& request);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_AXIS_BUILDER_H_
