// The cells of a random query, as the planner would lay them out: ragged trees, a condition now and
// then, what is displayed, and what is hidden beside it.
#ifndef KLUIS_TESTS_ATTACKS_CELLS_H_
#define KLUIS_TESTS_ATTACKS_CELLS_H_

#include "disclosure/table/aggregate_table.h"
#include "tests/attacks/random.h"

namespace kluis {

// How the displayed cells were asked for.
enum class Grouping { kCube, kRollup, kSets };

// Fills axes, keys and uses. REQUIRES: an empty table.
Grouping DrawCells(Random* random, AggregateTable* table);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_CELLS_H_
