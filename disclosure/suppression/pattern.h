// Secondary suppression: which cells must not be published besides the sensitive ones, so that no
// attacker narrows a sensitive cell below its protection level.
//
// For each requirement without a proof, one linear program finds the cheapest deviation from the
// true table that reaches it (the network flow heuristic of Kelly, Golden and Assad, 1992, on any
// linear system); the cells that it touches are suppressed, and it is the proof. A clean-up then
// publishes again what no proof needs.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_PATTERN_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_PATTERN_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/suppression/deviation_lp.h"
#include "disclosure/suppression/system.h"
#include "disclosure/suppression/witness.h"

namespace kluis {

// The widest interval of the target of a requirement that a witness proves.
struct ProvenInterval {
  double low = 0;
  double high = 0;
};

// Which deviation proves one side of a requirement, towards an outsider or a coalition.
struct ProofClaim {
  int scenario = 0;
  int requirement = 0;
  int sign = 1;                    // +1: above the true value; -1: below
  std::vector<int64_t> coalition;  // ascending; empty: an outsider
  int deviation = -1;              // index in PatternProofs
};

// What an auditor needs to believe a pattern without looking for proofs itself.
struct PatternProofs {
  std::vector<Deviation> deviations;
  std::vector<ProofClaim> claims;  // none for a side that is relaxed to nothing
};

struct Pattern {
  std::vector<bool> suppressed;                        // per cell; includes every open cell
  std::vector<std::vector<ProvenInterval>> intervals;  // per scenario and requirement
  // Every requirement is proven, but with more of the budget it might have been cheaper, or closed
  // as Scenario::small_below asks.
  bool cut_short = false;
  // Per cell: from the least to the most in a table that who knows the published figures alone must
  // hold possible, among those that prove the requirements. Nothing is asked of most cells.
  std::vector<ProvenInterval> reached = {};
  PatternProofs proofs = {};  // when they are asked for
};

struct PatternOptions {
  bool clean_up = true;
  bool proofs = false;                                // wanted in the pattern
  std::function<void(double done)> progress;          // share of the requirements that are proven
  std::function<void(const char* stage)> stage = {};  // that begins
};

// FAILED_PRECONDITION: a requirement cannot be met even when everything is suppressed.
// DEADLINE_EXCEEDED: the budget ended before everything was proven; from half of it on only the
// fastest ways are tried, so that this is rare. CANCELLED. INVALID_ARGUMENT: the system contradicts
// itself. INTERNAL: a fault of ours, found by a last look at every proof. The clean-up alone never
// fails: it stops at the budget.
absl::StatusOr<Pattern> FindPattern(const System& system, const PatternOptions& options,
                                    WorkBudget* budget);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_PATTERN_H_
