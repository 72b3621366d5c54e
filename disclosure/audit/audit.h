// An attacker who has a table, its code trees and a linear program for every cell: which interval
// is left of each value that is not shown, and which of them are too narrow.
//
// Independent of the suppressor by design: it shares no code with disclosure/suppression, derives
// the equations from the trees itself, and believes no proof but its own. Sources: Handbook on SDC
// (2024), 4.2.2; Fischetti and Salazar (2000), the attacker subproblem.
#ifndef KLUIS_DISCLOSURE_AUDIT_AUDIT_H_
#define KLUIS_DISCLOSURE_AUDIT_AUDIT_H_

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"

namespace kluis {

enum class AuditScope {
  kAll,        // the interval of every cell that is not shown
  kDemanded,   // of those with a demand; the others have outer bounds
  kJudgement,  // as far as the judgement needs it: of a cell that keeps its demand, at least this
};

struct AuditOptions {
  AuditScope scope = AuditScope::kAll;
  const std::atomic<bool>* cancelled = nullptr;  // polled between programs; CANCELLED
  std::function<void(double done)> progress;     // share of the cells, in [0, 1]
};

struct AuditResult {
  std::vector<AuditInterval> intervals;  // per cell; of a cell that is shown: its value, twice
  std::vector<int> exposed;              // cells that do not keep what is demanded, ascending
  int64_t programs = 0;                  // linear programs that were solved
};

// INVALID_ARGUMENT: the table contradicts itself, with the cell; or it is no table at all.
// INTERNAL: the solver gave up, so nothing is proven.
absl::StatusOr<AuditResult> AuditCells(const AuditTable& table, const AuditOptions& options);

// Widths up to which an interval is one value, and by which it may fall short of what is demanded:
// rounding of the solver, where differences below `unit` are nothing.
inline double ExactWidth(double unit) { return std::max(2 * unit, 1e-4); }
inline double DemandSlack(double unit, double demanded) {
  return unit + 1e-7 + 1e-9 * std::abs(demanded);
}

// Whether the interval keeps what is demanded of the cell, up to rounding of `unit`.
bool KeepsDemand(const AuditCell& cell, const AuditInterval& interval, bool integral, double unit);

// An insider knows the cells of which it is the only contributor, and what follows from them.
struct Insider {
  std::vector<int> knows;  // cells that are not shown; their `value` is true
};

// Pairs of an insider and a cell, of another, that does not keep its demand against that insider
// though it does against outsiders. Only cells that share an equation with what the insider knows
// are judged. REQUIRES: cells that are not shown hold their true value.
absl::StatusOr<std::vector<std::pair<int, int>>> AuditInsiders(const AuditTable& table,
                                                               const std::vector<Insider>& insiders,
                                                               const AuditResult& outsider,
                                                               const AuditOptions& options);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_AUDIT_H_
