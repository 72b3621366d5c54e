// What is decided of the cells of one statistic before secondary suppression: by rules, by the
// statuses of a file, or by hand in an a priori file.
#ifndef KLUIS_SERVER_LOCAL_DECISIONS_H_
#define KLUIS_SERVER_LOCAL_DECISIONS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "disclosure/argus/apriori.h"
#include "disclosure/argus/rda.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protected_table.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

enum class DecidedState {
  kFree,        // may be shown or suppressed
  kPrimary,     // must not be narrowed below its levels
  kSuppressed,  // not shown, for whatever reason
  kPublished,   // must be shown
};

// Numbers are in whole units of the statistic: scaled by its decimals.
struct CellDecision {
  DecidedState state = DecidedState::kFree;
  std::string rule;                               // of a primary
  absl::int128 lower_level = 0, upper_level = 0;  // of a primary
  std::optional<double> cost;                     // of suppressing it; none: as the rule set says
  std::optional<absl::int128> low, high;          // what everyone knows of it; none: no more
};

// The primaries that a rule set finds, of the table's only statistic, a sum.
std::vector<CellDecision> DecisionsOf(const AggregateTable& table,
                                      const ProtectedTable& protected_table);

// Levels of a primary for which nobody says any: the rule set's range per cent of the value, and at
// least one in its last digit.
absl::int128 RangeLevel(absl::int128 value, const RuleSet& rules);

// Axis -> code as its owner writes it -> code of the axis: totals and missing values.
using CodeAliases = std::map<std::string, std::map<std::string, std::string>>;

// Of the spanning variables that keep their names.
CodeAliases AliasesOf(const ArgusMetadata& metadata);

struct AprioriSource {
  std::string file;  // for messages
  std::vector<AprioriLine> lines;
  CodeAliases aliases;
};

// Line by line, as tau-ARGUS does. INVALID_ARGUMENT, at the line: a cell that the table does not
// have, a number with too many decimals, bounds that the value is outside of, levels of a cell that
// is not primary, and `p` for a cell that is. Gives the number of primaries that are none now.
absl::StatusOr<int> ApplyApriori(const AprioriSource& apriori, const AggregateTable& table,
                                 const RuleSet& rules, std::vector<CellDecision>* decisions);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_DECISIONS_H_
