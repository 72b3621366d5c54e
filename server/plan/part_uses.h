// Which cells SHARE and FILTER show. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_PART_USES_H_
#define KLUIS_SERVER_PLAN_PART_USES_H_

#include <optional>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/table/aggregate_table.h"
#include "server/plan/parts.h"
#include "server/query/parsed_query.h"

namespace kluis {

// Sets the uses of a table of which rows and columns are planned, and the rows are displayed. What
// meets a condition is shown; what does not, where all of the row are: it is the rest, which anyone
// computes. A row of which nothing is shown but parts is not shown.
void UseParts(AggregateTable* table);

// Refuses the distinct units of a part of several cells when one unit can be in two of them: these
// do not add up. `items`: the columns of SELECT.
std::optional<Refusal> CheckDistinctParts(const std::vector<SelectItem>& items,
                                          const std::vector<PlannedPart>& parts,
                                          const AggregateTable& table);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_PART_USES_H_
