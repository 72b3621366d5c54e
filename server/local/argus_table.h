// A table that somebody else has made, with its .rda of tau-ARGUS, as the table that an engine
// would have given; and what its columns decide of its cells.
#ifndef KLUIS_SERVER_LOCAL_ARGUS_TABLE_H_
#define KLUIS_SERVER_LOCAL_ARGUS_TABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"
#include "server/local/decisions.h"
#include "server/local/joint_plan.h"

namespace kluis {

// Where the primaries of a table come from.
enum class Primaries {
  kAsGiven,  // from the file when it has statuses, else from the rules
  kRules,    // from the rules; the statuses of the file say nothing
  kFile,     // from the statuses of the file
};

struct GivenTable {
  AggregateTable table;  // with one statistic: the response, or the frequency without one
  JointTable shape;
  bool contributors_known = false;  // it has a <FREQUENCY>
  bool judged = false;              // primaries are to be found by the rules
  // What the file decides besides: statuses, levels, costs. None: nothing.
  std::optional<std::vector<CellDecision>> decisions;
  CodeAliases aliases;
};

// INVALID_ARGUMENT, at its place: what is wrong with the files; two responses; a rule of which the
// columns do not tell what it looks at; a cell of which they contradict each other.
absl::StatusOr<GivenTable> ReadGivenTable(const std::string& file, const std::string& metadata,
                                          const RuleSet& rules, Primaries primaries);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_ARGUS_TABLE_H_
