// Random registers with a table and a rule set, as the planner and the engine would hand them to
// Protect(): small counts, zeros, giants, holdings, weights, hidden cells.
#ifndef KLUIS_TESTS_ATTACKS_INSTANCE_H_
#define KLUIS_TESTS_ATTACKS_INSTANCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"
#include "tests/attacks/cells.h"
#include "tests/disclosure/table/units.h"

namespace kluis {

struct Instance {
  uint64_t seed = 0;
  Grouping grouping = Grouping::kCube;
  std::vector<Unit> persons;
  AggregateTable table;
  RuleSet rules;
};

struct InstanceOptions {
  int cells_max = 120;      // hidden ones included
  bool more_rules = false;  // prior-posterior, zero, and what becomes of rules on negative values;
                            // all else is as without
};

// Equal for equal arguments.
Instance MakeInstance(uint64_t seed, const InstanceOptions& options);

// Axes, cells with their use and values, and rules, for a reader of a failing test.
std::string Describe(const Instance& instance);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_INSTANCE_H_
