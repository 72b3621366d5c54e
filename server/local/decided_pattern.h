// Secondary suppression of cells of which somebody else has decided the primaries: statuses of a
// file, decisions by hand, the cells of a JJ problem.
#ifndef KLUIS_SERVER_LOCAL_DECIDED_PATTERN_H_
#define KLUIS_SERVER_LOCAL_DECIDED_PATTERN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/argus/jj.h"
#include "disclosure/policy/rule_set.h"
#include "server/local/decisions.h"
#include "server/local/findings.h"

namespace kluis {

// Of every way to a pattern here.
struct PatternSettings {
  int64_t iterations_max = 3'000'000;
  std::function<double(absl::string_view canonical_cell)> cost_factor;  // empty: 1
  std::function<void(double done)> progress;
  bool* cut_short = nullptr;  // set when the budget ended the search for what costs less
};

// One decision per cell, of the table's only statistic, a sum or a count. Contributors are insiders
// as far as the table knows them. INVALID_ARGUMENT: nothing keeps what is required, since too many
// cells must be published. DEADLINE_EXCEEDED, and other errors, as FindPattern().
absl::StatusOr<PatternOutcome> FindDecidedPattern(const AggregateTable& table,
                                                  const std::vector<CellDecision>& decisions,
                                                  const RuleSet& rules,
                                                  const PatternSettings& settings);

// The same of a JJ problem: its unsafe cells keep their levels within the bounds of the problem,
// and an interval at least as wide as the sliding level; cells that must be published are. Its
// cells that are suppressed stay so, and what is added is secondary.
absl::StatusOr<JjTable> SolveJj(const JjTable& problem, const PatternSettings& settings);

// What an attacker must hold possible of an unsafe cell, in units of the values: its levels, the
// upper one wider where the sliding level needs it, and at least the last digit; but nothing
// outside the bounds that everyone knows. Levels with more decimals than the values are rounded
// outwards.
struct JjRequirement {
  absl::int128 low = 0, high = 0;
};
JjRequirement RequirementOf(const JjTable& problem, const JjCell& cell);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_DECIDED_PATTERN_H_
