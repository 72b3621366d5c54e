// Random registers with a table and a rule set, as the planner and the engine would hand them to
// Protect(): small counts, zeros, giants, holdings, weights, hidden cells.
#ifndef KLUIS_TESTS_ATTACKS_INSTANCE_H_
#define KLUIS_TESTS_ATTACKS_INSTANCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

struct Person {
  std::vector<int> codes;  // category per axis, a leaf
  int64_t contributor = 0;
  int64_t holding = 0;  // for COUNT(DISTINCT holding)
  bool has_value = true;
  int64_t value = 0;  // of the measure
  int64_t weight = 1;
};

// How the displayed cells were asked for.
enum class Grouping { kCube, kRollup, kSets };

struct Instance {
  uint64_t seed = 0;
  Grouping grouping = Grouping::kCube;
  std::vector<Person> persons;
  AggregateTable table;
  RuleSet rules;
};

struct InstanceOptions {
  int cells_max = 120;  // hidden ones included
  bool more_rules = false;  // prior-posterior, zero, and what becomes of rules on negative values;
                            // all else is as without
};

// Equal for equal arguments.
Instance MakeInstance(uint64_t seed, const InstanceOptions& options);

// Axes, cells with their use and values, and rules, for a reader of a failing test.
std::string Describe(const Instance& instance);

// Whether `category` is `ancestor` or lies below it.
bool IsWithin(const Axis& axis, int category, int ancestor);
bool IsWithin(const std::vector<Axis>& axes, const CellKey& key, const CellKey& ancestor);

// Categories without children, ascending.
std::vector<int> Leaves(const Axis& axis);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_INSTANCE_H_
