// A slow, obvious aggregation of rows in memory: the definition of every statistic of a cell.
#ifndef KLUIS_TESTS_SERVER_ENGINE_DEFINITION_H_
#define KLUIS_TESTS_SERVER_ENGINE_DEFINITION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "tests/server/engine/engine_workshop.h"

namespace kluis {

// Whether the plan counts a row in the cell.
bool IsIn(const AggregationPlan& plan, const Row& row, const CellKey& key);

// Expects every statistic of one cell of `table` to be as defined. `unit_of` collects who stands
// behind the numbers that the table gives to contributors: the same in each of its cells.
void ExpectCell(const AggregationPlan& plan, const std::vector<Row>& rows,
                const AggregateTable& table, size_t cell, std::map<int64_t, int64_t>* unit_of);

// Runs the plan and expects every cell to be as defined, and no number to stand for two units.
void ExpectLikeDefinition(const AggregationPlan& plan, const std::vector<Row>& rows);

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_DEFINITION_H_
