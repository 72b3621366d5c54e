// From SQL texts to one plan: parsed, granted on the one dataset that is there, and joined.
#ifndef KLUIS_SERVER_LOCAL_REQUEST_H_
#define KLUIS_SERVER_LOCAL_REQUEST_H_

#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "server/local/joint_plan.h"

namespace kluis {

// A refusal, and the number of the table that it is about, from 0.
struct TableRefusal {
  Refusal refusal;
  int table = 0;
};

// Every variable of the dataset is granted to whoever holds its file: the project, its only member
// and the grant are made for the occasion and go through Authorise() like any other. Refuses,
// besides what the language and the catalogue refuse: another dataset, JOIN, ORDER BY and LIMIT
// (all rows are written in code-list order), and tables with different WHERE. With `any_dataset`
// FROM may have any name: microdata without an entry have none of their own.
std::variant<JointPlan, TableRefusal> PlanTables(const std::vector<std::string>& tables,
                                                 const Snapshot& snapshot, const RuleSet& rules,
                                                 bool any_dataset = false);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_REQUEST_H_
