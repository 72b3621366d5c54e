// The additivity relations of a table as one sparse system: parent = sum of children along each
// axis, for every combination of the other axes that the table holds.
#ifndef KLUIS_DISCLOSURE_TABLE_RELATIONS_H_
#define KLUIS_DISCLOSURE_TABLE_RELATIONS_H_

#include <vector>

#include "disclosure/table/axis.h"

namespace kluis {

// cells[parent] = sum of cells[children]; all are indices of cells.
struct Relation {
  int parent = -1;
  std::vector<int> children;
  int axis = -1;  // along which it runs
};

// Every relation whose parent and all children are cells of the table, along the nearest levels
// that are present. Duplicates are left out. O(cells x axes).
std::vector<Relation> BuildRelations(const std::vector<Axis>& axes, const std::vector<CellKey>& keys);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_RELATIONS_H_
