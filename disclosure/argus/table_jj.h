// A table of tau-ARGUS as a JJ problem, and its solution back into the table.
#ifndef KLUIS_DISCLOSURE_ARGUS_TABLE_JJ_H_
#define KLUIS_DISCLOSURE_ARGUS_TABLE_JJ_H_

#include <cstddef>

#include "absl/status/status.h"
#include "disclosure/argus/jj.h"
#include "disclosure/argus/table_file.h"

namespace kluis {

// One JJ cell per cell, numbered as in `table.keys`, with the relations of its axes and tau-ARGUS's
// own bounds. Costs are the cost column, or the absolute value; protection levels those of the
// table, of unsafe cells only. Without a response the frequency is the value.
// REQUIRES: `response` is an index in table.responses, or there are none.
JjTable JjOfTable(const ArgusTable& table, size_t response = 0);

// The statuses of a solved problem: s leaves a cell as it is unless it was suppressed.
// INVALID_ARGUMENT when the cells are not those of the table.
absl::Status ApplyJj(const JjTable& solved, ArgusTable* table);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_TABLE_JJ_H_
