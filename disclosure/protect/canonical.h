// One order for a table however it was written down. What is suppressed follows from the names of
// cells and, where costs are equal, from their order; two spellings of one question must not give
// two patterns, since together they show what neither does.
#ifndef KLUIS_DISCLOSURE_PROTECT_CANONICAL_H_
#define KLUIS_DISCLOSURE_PROTECT_CANONICAL_H_

#include <vector>

#include "disclosure/protect/layers.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// Axes ascending by name.
std::vector<int> AxesByName(const AggregateTable& table);

// A table with its axes by name and its cells by key, the last axis first; without rows of a shape.
struct CanonicalTable {
  AggregateTable table;
  std::vector<int> place;  // of each cell of the original

  explicit CanonicalTable(const AggregateTable& original);

  // Brings layers of `table` into the order of the original, but for Layer::opened_beside, which is
  // of use while they are made.
  void Restore(Layers* layers) const;
};

bool IsCanonical(const AggregateTable& table);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_CANONICAL_H_
