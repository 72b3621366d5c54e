// What became of each cell of each statistic, and whether it stands up to the audit.
#ifndef KLUIS_SERVER_LOCAL_FINDINGS_H_
#define KLUIS_SERVER_LOCAL_FINDINGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protected_table.h"
#include "disclosure/table/aggregate_table.h"
#include "server/local/audit_depth.h"

namespace kluis {

enum class CellStatus { kOk, kPrimary, kSecondary, kSuppressed, kEmpty };

// "ok", "primary", "secondary"; "suppressed" where a file does not say for what; of a mean without
// values "empty".
const char* CellStatusName(CellStatus status);

// One cell in one statistic. Bounds are absolute, in the unit of the statistic.
struct CellFinding {
  CellStatus status = CellStatus::kOk;
  std::string rule;                       // of a primary
  std::optional<AuditInterval> required;  // of a primary
  std::optional<AuditInterval> interval;  // of what is not shown: what an attacker can derive
};

// The only contributor of one cell narrows another, of which it is not the largest, below what is
// required.
struct InsiderPair {
  int statistic = 0;  // of the table's shape
  int insider = 0, victim = 0;
};

struct Findings {
  std::vector<std::vector<CellFinding>> cells;  // statistic of the table's shape, cell
  int64_t violations = 0;          // primaries of which an attacker knows more than the rules allow
  int64_t insider_violations = 0;  // pairs of a sole contributor and a primary of another, likewise
  std::vector<InsiderPair> insider_pairs;  // the same, one by one
  int64_t programs = 0;
  double insider_seconds = 0;
};

// What became of a table, whoever decided it.
struct PatternOutcome {
  std::vector<std::vector<ValueStatus>> status;  // statistic of the table's shape, cell
  std::vector<CellReview> review;                // of primaries, what must be kept of them
  // Per cell, what everyone knows of its value beside the table, in whole units; empty: nothing.
  std::vector<AuditInterval> outside = {};
};

// `table` is what `protected_table` was made of: its rows are the displayed cells.
PatternOutcome OutcomeOf(const AggregateTable& table, const ProtectedTable& protected_table);

// Every variable that is shown (a sum and its mean are one) is audited by itself, in both readings
// of mixed variables. Errors as AuditCells().
absl::StatusOr<Findings> Examine(const AggregateTable& table, const PatternOutcome& outcome,
                                 const RuleSet& rules, AuditDepth depth,
                                 const AuditOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_FINDINGS_H_
