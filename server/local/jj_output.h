// A protected table as a JJ problem, so that a colleague can replay it with the solvers of
// tau-ARGUS or have its statuses audited.
#ifndef KLUIS_SERVER_LOCAL_JJ_OUTPUT_H_
#define KLUIS_SERVER_LOCAL_JJ_OUTPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "disclosure/argus/jj.h"
#include "disclosure/policy/rule_set.h"
#include "server/local/decisions.h"
#include "server/local/findings.h"
#include "server/local/joint_plan.h"

namespace kluis {

// The first statistic of the first table. Its cells are numbered as its rows, from 0; behind them
// stand cells that are not shown but hang together with it (of the other tables in the same
// dimensions, and totals that nobody asked for). Unsafe cells have the levels that `findings`
// require of them, costs are the rule set's, times `factors` where there are any, without the key;
// bounds tau-ARGUS's own unless `decisions` say what everyone knows. REQUIRES: the statistic is a
// sum or a count (CheckJjOutput()).
JjTable JjOfResult(const AggregateTable& table, const std::vector<JointTable>& tables,
                   const Findings& findings, const RuleSet& rules,
                   const std::optional<std::vector<CellDecision>>& decisions,
                   const std::vector<double>& factors = {});

// Why the first table cannot be a JJ problem; empty: it can.
std::string CheckJjOutput(const AggregateTable& table, const std::vector<JointTable>& tables);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_JJ_OUTPUT_H_
