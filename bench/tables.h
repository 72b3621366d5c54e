// Tables for the benchmarks of disclosure control: made from records, without an engine.
#ifndef KLUIS_BENCH_TABLES_H_
#define KLUIS_BENCH_TABLES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// One record: a leaf of each axis and a contribution. Every record is a contributor of its own.
struct BenchRecord {
  std::vector<int> leaves;
  int64_t value = 0;
};

// Every combination of categories of the axes: the number of records or, when asked for, the sum of
// the measure "value" in whole units alone.
// Combinations of a confidential axis' total are hidden, like the planner makes them. `linked`:
// the axes of each of several tables, of which only the cells are made; empty: one table of all.
AggregateTable Tabulate(const std::vector<Axis>& axes, const std::vector<BenchRecord>& records,
                        bool with_measure, const std::vector<std::set<size_t>>& linked = {});

// An axis with `children[l]` children under each category of level l.
Axis RegularAxis(const std::string& name, VariableKind kind, const std::vector<int>& children);

// The leaves of an axis, in order.
std::vector<int> LeavesOf(const Axis& axis);

// Axes and records of a CSV file with a header: the columns are named, `value_column` may be empty.
struct BenchData {
  std::vector<Axis> axes;
  std::vector<BenchRecord> records;
};

// micro_tau_testW of KLUIS_TEST_DATA: IndustryCode (3 + 1 + 1 digits) x Region, or Size x Region.
BenchData TauTestW(const std::string& folder, const std::string& dimension, int value_column);

// micro_insee_enterprises: activity (3 levels), size, legal form and NUTS (3 levels), turnover.
BenchData InseeEnterprises(const std::string& folder);

// Counts or turnover in hierarchical tables like those on which the peers were measured: skewed
// over the categories, values lognormal with a Pareto tail.
BenchData RandomData(const std::vector<Axis>& axes, int records, uint64_t seed);

// The rules for such tables: ten contributors to a count; three to a sum, and p% with p = 10.
RuleSet ScaleRules(bool sums);

}  // namespace kluis

#endif  // KLUIS_BENCH_TABLES_H_
