// A code tree, what is in scope and what WHERE selects -> an axis of the table and the maps that
// compute it. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_AXIS_BUILDER_H_
#define KLUIS_SERVER_PLAN_AXIS_BUILDER_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"
#include "server/plan/code_tree.h"

namespace kluis {

// What becomes of rows that have no partner in the joined dataset of the axis.
enum class Unmatched {
  kDropped,  // there are none: the unit's own axis, or an inner join that everyone can judge
  kMissing,  // LEFT JOIN: they are `_U`
  kOut,      // a join that is judged as a condition: they are `out`
};

struct AxisRequest {
  const CodeTree* tree = nullptr;
  std::vector<int> levels;     // of the tree, ascending; those that the query shows
  std::vector<bool> in_scope;  // per entry of tree->node_of_stored
  std::vector<bool> selected;  // by WHERE, likewise
  // WHERE on a mixed or confidential variable: `in` and `out` below the total, so that the
  // complement is judged too (safety.md 11). Else what is not selected is out of scope.
  bool complement = false;
  Unmatched unmatched = Unmatched::kDropped;  // kOut needs `complement`
  bool missing = false;                       // a row with a partner can be `_U`
  bool secret_zeros = false;                  // no zero is public, whatever is sensitive
  std::vector<std::string> sensitive;         // codes
  // Per entry of tree->node_of_stored: a sensitive code or below one. Empty: `tree` has the codes.
  std::vector<bool> touches_sensitive;
  // Values that data may hold: the import refuses codes that the list divides further. Empty: all.
  std::vector<bool> possible = {};
};

// The shown categories of an axis by level. Levels are those of PlanAxis::level_maps.
struct BuiltAxis {
  Axis axis;
  PlanAxis plan;  // source and column are the caller's
  int top = 0;    // the category that a researcher sees as `_T`
  int top_level = 0;
  int out = -1;           // category of the complement; -1: there is none
  int hidden_level = -1;  // where the hidden cells beside those shown stand; -1: there are none
  std::vector<bool> matched, unmatched;  // per category: has rows with a partner, and without one
  std::vector<std::vector<int>> cuts;    // level -> categories, in code-list order, without `out`

  // Level of the maps for a level of the tree that the query shows.
  int LevelOf(const std::vector<int>& levels, int tree_level) const;
  // The category of level `level` that holds `category`; `top` when none does.
  int CategoryAt(int category, int level) const;
  std::vector<std::vector<bool>> in_cut;  // level -> category -> stands in cuts[level]
};

BuiltAxis BuildAxis(const AxisRequest& request);

// Whether a row has a partner, as an axis of its own: `in` and `out` below the total. What is shown
// is `in`; of a LEFT JOIN the total, and the two halves are hidden.
BuiltAxis BuildMembershipAxis(bool left);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_AXIS_BUILDER_H_
