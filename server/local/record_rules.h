// The rules that look at records: requests, waivers, a shadow variable, and the weights of single
// contributors. A table holds aggregates; here every total is judged by its contributions.
#ifndef KLUIS_SERVER_LOCAL_RECORD_RULES_H_
#define KLUIS_SERVER_LOCAL_RECORD_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"
#include "server/catalogue/catalogue.h"
#include "server/engine/engine.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// What the cells of a table are judged by, and where the records are.
struct RecordSource {
  std::string rules_file;  // for messages
  const RuleSet& rules;
  const DatasetEntry& entry;
  const AggregationPlan& plan;  // that the table was aggregated by
  const EngineOptions& engine;
};

// Whether aggregates cannot tell: then JudgeByRecords() must.
bool NeedsRecords(const RuleSet& rules, bool weighted);

// Gives each total of each measure its verdict, whose sake it is secret for, and the contributors
// by numbers of their own; and says of whom everybody has agreed to publication. INVALID_ARGUMENT at
// a key of the rule set: a variable or a code that the dataset does not have. INTERNAL: the records
// are not those of the table.
absl::Status JudgeByRecords(const RecordSource& source, AggregateTable* table);

// INVALID_ARGUMENT at the first key that a table file cannot answer, since it has no records.
absl::Status CheckWithoutRecords(const std::string& rules_file, const RuleSet& rules);

// INVALID_ARGUMENT where the rule set lists a check for a statistic of the table that nothing here
// makes (an own `statistics:`), that has no parameters, or that refuses it.
absl::Status CheckStatistics(const std::string& rules_file, const RuleSet& rules,
                             const AggregateTable& table);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_RECORD_RULES_H_
