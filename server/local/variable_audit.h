// One variable of a table before the auditor: what attackers know of it beforehand, in both
// readings of mixed variables, what the table shows them, and what insiders add. Internal to this
// folder.
#ifndef KLUIS_SERVER_LOCAL_VARIABLE_AUDIT_H_
#define KLUIS_SERVER_LOCAL_VARIABLE_AUDIT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "disclosure/audit/audit.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protected_table.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// As its pattern was found: whole units, and what a unit is.
struct AuditedVariable {
  std::string name;  // in the reviews
  int decimals = 0;
  bool count = false;
  bool measure = false;
  bool any_sign = false;
  const MeasureColumn* source = nullptr;  // of a measure; the table must outlive this
  std::vector<bool> additive;  // per axis; empty: all
  std::vector<absl::int128> values;
  std::vector<int64_t> contributors;
  std::vector<absl::int128> largest;  // of a measure: the largest contribution to each cell, or 0
  std::vector<int64_t> givers = {};   // whose it is, or -1; empty when the table never says
  std::vector<int64_t> owners = {};   // beside `givers`: for whose sake the cell is secret, or -1
};

// A sum and its mean have one. `table` must outlive the result. REQUIRES: no ratio, which has two.
AuditedVariable AuditedVariableOf(const AggregateTable& table, const StatisticColumn& column);

// What is said of each cell of one variable.
struct VariableClaims {
  std::vector<bool> shown;
  std::vector<const CellReview*> reviews;   // null: nothing is demanded of the cell
  std::vector<AuditInterval> outside = {};  // what everyone knows besides; empty: nothing
};

struct VariableVerdict {
  AuditResult result;
  std::vector<std::pair<int, int>> insider_pairs;  // a cell of the insider, and what it narrows
  double insider_seconds = 0;
};

// Errors as AuditCells().
absl::StatusOr<VariableVerdict> AuditVariable(const AggregateTable& table,
                                              const AuditedVariable& variable, const RuleSet& rules,
                                              const VariableClaims& claims,
                                              const AuditOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_VARIABLE_AUDIT_H_
