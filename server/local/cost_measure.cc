#include "server/local/cost_measure.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/protect/cell_cost.h"
#include "server/local/inputs.h"

namespace kluis {
namespace {

bool IsMeasure(const std::string& cost) {
  return cost != "value" && cost != "frequency" && cost != "unity";
}

bool Has(const AggregateTable& table, const std::string& measure) {
  return std::any_of(table.measures.begin(), table.measures.end(),
                     [&](const MeasureColumn& m) { return m.name == measure; });
}

absl::Status NoSuchCost(const std::string& rules_file, const std::string& what,
                        const std::string& hint) {
  return RuleFault(rules_file, {"secondary", "cost"}, absl::StrCat("secondary.cost: ", what), hint);
}

}  // namespace

absl::StatusOr<bool> AddCostMeasure(const std::string& rules_file, const RuleSet& rules,
                                    const DatasetEntry& entry, JointPlan* joint) {
  const std::string& cost = rules.secondary.cost;
  if (!IsMeasure(cost) || Has(joint->plan.table, cost)) return false;
  const Variable* variable = entry.FindVariable(cost);
  if (variable == nullptr || variable->role != VariableRole::kMeasure) {
    std::vector<std::string> known = {"value", "frequency", "unity"};
    for (const Variable& other : entry.variables) {
      if (other.role == VariableRole::kMeasure) known.push_back(other.name);
    }
    return NoSuchCost(rules_file, absl::StrCat(entry.name, " has no measure '", cost, "'"),
                      NearestOrListHint(cost, known));
  }
  if (!variable->grain.empty()) {
    return NoSuchCost(rules_file,
                      absl::StrCat("'", cost, "' is a value of ", variable->grain[0],
                                   ", which has no sum in every cell"),
                      "name a measure of rows, or value, frequency or unity");
  }
  joint->plan.measures.push_back({cost, variable->decimals, variable->any_sign});
  joint->plan.table.measures.push_back(
      {.name = cost, .decimals = variable->decimals, .any_sign = variable->any_sign, .cells = {}});
  return true;
}

std::vector<double> TakeCostMeasure(AggregateTable* table, SecondaryParameters* secondary) {
  const MeasureColumn& measure = table->measures.back();
  std::vector<double> costs;
  for (const Contributions& cell : measure.cells)
    costs.push_back(
        CostOfAmount(*secondary, cell.total, measure.decimals + table->weight_decimals));
  table->measures.pop_back();
  secondary->cost = "unity";
  return costs;
}

absl::Status CheckCostOf(const std::string& rules_file, const RuleSet& rules,
                         const AggregateTable& table) {
  const std::string& cost = rules.secondary.cost;
  if (!IsMeasure(cost) || Has(table, cost)) return absl::OkStatus();
  return NoSuchCost(rules_file, absl::StrCat("the table has no measure '", cost, "'"),
                    "write value, frequency or unity; a <COST> column of the table counts before "
                    "any of them");
}

}  // namespace kluis
