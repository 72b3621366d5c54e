// The codes of a variable as one tree, whether they come from a code list, a list of values or a
// range with bands. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_CODE_TREE_H_
#define KLUIS_SERVER_PLAN_CODE_TREE_H_

#include <string>
#include <vector>

#include "disclosure/policy/dataset_entry.h"

namespace kluis {

struct CodeTree {
  struct Node {
    std::string code;
    int parent = -1;  // stands before its children; -1: below the total
    int level = 1;
    int last_level = 1;  // that it stands for, when finer levels do not divide it; else `level`
    bool leaf = true;
    bool recoded = false;  // a class of a CASE: codes put together, not one of the list
  };
  std::vector<Node> nodes;
  int levels = 1;
  // Entry i is the node of stored value i - 1; -1: no such value. Entry 0 is the missing value.
  std::vector<int> node_of_stored;

  // The node that stands for `node` at a level: the first on the way down from the total that is at
  // or below that level, so that the nodes of one level never overlap (a leaf above the level
  // stands for itself).
  int CutNode(int node, int level) const;
};

// `missing`: `_U` is a category. Levels are those the entry names; deeper codes count as their
// ancestor.
CodeTree TreeOfCodes(const Variable& base, bool missing);

// One level per width, from wide to narrow; width 1 is the value itself. False when bands of one
// width cut through those of a wider one. REQUIRES: base.range; base.bands when a width is over 1.
bool TreeOfBands(const Variable& base, const std::vector<int>& widths, bool missing,
                 CodeTree* tree);

// The tree on which conditions are judged: all levels of a code list, one width of a range.
CodeTree ValueTree(const Variable& base, int width, bool missing);

// Per entry of node_of_stored: whether data may hold it. The import refuses codes that the list
// divides further, so that nothing may follow from what a condition says of such a code alone.
std::vector<bool> HeldByData(const CodeTree& tree);

// "20-30" (30 exclusive), "<20", ">=90"; the number itself for width 1.
std::string BandCode(int value, const Variable& base, int width);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_CODE_TREE_H_
