// Sums of suppressed cells in a line: where a total is shown, everybody computes the sum of its
// parts that are not, so it is judged like a cell (safety.md 1; tau-ARGUS manual 2.10, virtual
// cells). One contributor may be in several of the parts.
#ifndef KLUIS_DISCLOSURE_PROTECT_LINE_SUMS_H_
#define KLUIS_DISCLOSURE_PROTECT_LINE_SUMS_H_

#include <vector>

#include "disclosure/table/aggregate_table.h"
#include "disclosure/table/relations.h"

namespace kluis {

// The parts of `relation` in `suppressed`, where their sum is a number of its own: the total is
// shown, there are at least two, and somebody contributes to what is shown. Else empty.
std::vector<int> SumOfLine(const Relation& relation, const std::vector<int64_t>& contributors,
                           const std::vector<bool>& suppressed);

// Whether nobody is in two parts of the line.
bool IsDisjoint(const Relation& relation, const std::vector<int64_t>& contributors);

// The contributions to the sum of `cells`. Where they are not `disjoint` each contributor gave as
// much as it may have, by what the cells list, and there are no more than must be.
Contributions Together(const MeasureColumn& measure, int weight_decimals,
                       const std::vector<int>& cells, bool disjoint);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_LINE_SUMS_H_
