// The measure that secondary.cost names, where no table shows it: it is aggregated with the tables,
// taken away again before anything is judged, and left as a factor of the cost of each cell.
#ifndef KLUIS_SERVER_LOCAL_COST_MEASURE_H_
#define KLUIS_SERVER_LOCAL_COST_MEASURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/dataset_entry.h"
#include "disclosure/policy/rule_set.h"
#include "server/local/joint_plan.h"

namespace kluis {

// Adds the measure as the last one of the plan; false: the tables have all that the cost needs.
// INVALID_ARGUMENT, at the key in `rules_file`: the entry has no such measure.
absl::StatusOr<bool> AddCostMeasure(const std::string& rules_file, const RuleSet& rules,
                                    const DatasetEntry& entry, JointPlan* joint);

// Of a table of such a plan: removes the last measure, and gives the cost of each cell by it. From
// then on the rule set's own cost is unity.
std::vector<double> TakeCostMeasure(AggregateTable* table, SecondaryParameters* secondary);

// INVALID_ARGUMENT when the cost is a measure that a table from a file does not have.
absl::Status CheckCostOf(const std::string& rules_file, const RuleSet& rules,
                         const AggregateTable& table);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_COST_MEASURE_H_
