// Disclosure control of one table under one rule set: primary rules, one pattern per variable,
// secondary suppression over all additivity relations, proof by witness tables.
#ifndef KLUIS_DISCLOSURE_PROTECT_PROTECT_H_
#define KLUIS_DISCLOSURE_PROTECT_PROTECT_H_

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protected_table.h"

namespace kluis {

// A deadline as counted work, so that a result does not depend on how busy the machine was: simplex
// iterations per millisecond, measured on two slow cores.
inline constexpr int64_t kIterationsPerMs = 100;

struct ProtectOptions {
  // Secret factor in [1/4, 4] of a canonical cell (safety.md 9); empty: factor 1, costs not keyed.
  std::function<double(absl::string_view canonical_cell)> cost_factor;
  // Cells, named likewise, that are not shown without need (closure.h), so that whoever tries which
  // tables give an answer cannot exclude one for its waste; then patterns of counts are closed, too.
  // Empty: none are, for who knows the costs can run the method backwards anyhow.
  std::function<bool(absl::string_view canonical_cell)> decoy = {};
  // Work budget: simplex iterations over all linear programs. Reaching it while cells are still
  // unprotected is DEADLINE_EXCEEDED; while dropping superfluous suppressions it only stops that.
  // The default is half a minute of one core, more or less.
  int64_t iterations_max = 3'000'000;
  // A table of sums alone has no pattern of counts of its own: cells below the minimum frequency are
  // judged, and protected as sums, but nothing is suppressed for counts that nobody is shown. The
  // field's tools treat magnitude tables so; the enclave does not, since others may be shown the
  // counts. No effect on a table that shows a count or a mean.
  bool only_shown = false;
  // Reviewers may ask for more than the rules: counts and sums leave as the nearest multiple of this
  // (half away from zero), and other statistics, which would tell them finer, do not leave. Rows are
  // ordered by what leaves. 0: as it is.
  int round_to = 0;
  const std::atomic<bool>* cancelled = nullptr;  // polled between linear programs; CANCELLED
  // Stage and share done in [0, 1]; decided from sizes only.
  std::function<void(absl::string_view stage, double done)> progress;
  // A stage of the search of a layer begins: for who measures. When depends on the data.
  std::function<void(const char* stage)> stage = {};
};

// DEADLINE_EXCEEDED or CANCELLED: not protected, so nothing may be released. INVALID_ARGUMENT:
// the table contradicts itself. Deterministic for equal arguments.
absl::StatusOr<ProtectedTable> Protect(const AggregateTable& table, const RuleSet& rules,
                                       const ProtectOptions& options);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_PROTECT_H_
