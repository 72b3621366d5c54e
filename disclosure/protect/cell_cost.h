// What it costs to suppress a cell, as a rule set says it.
#ifndef KLUIS_DISCLOSURE_PROTECT_CELL_COST_H_
#define KLUIS_DISCLOSURE_PROTECT_CELL_COST_H_

#include <cstddef>

#include "absl/numeric/int128.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// An amount of `decimals` decimals as a cost: its size, at least 1, to the power of the rule set.
double CostOfAmount(const SecondaryParameters& secondary, absl::int128 amount, int decimals);

// Of a cell in a variable of which it has `value`, with `decimals` decimals: that value, the number
// of contributors, 1, or the measure of the table that the rule set names (where the table does not
// have it, the value), to the power that the rule set asks for.
double CellCost(const AggregateTable& table, const SecondaryParameters& secondary, size_t cell,
                absl::int128 value, int decimals);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_CELL_COST_H_
