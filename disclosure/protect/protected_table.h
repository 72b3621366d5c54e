// A table that disclosure control has passed. Only Protect() can make one, so a function that
// takes a ProtectedTable cannot be handed raw aggregates.
#ifndef KLUIS_DISCLOSURE_PROTECT_PROTECTED_TABLE_H_
#define KLUIS_DISCLOSURE_PROTECT_PROTECTED_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

struct ProtectOptions;
struct RuleSet;

// The only statuses that a researcher sees. kSuppressed says nothing about the reason.
enum class ValueStatus { kOk, kSuppressed, kEmpty };

// "ok", "suppressed", "empty".
const char* ValueStatusName(ValueStatus status);

struct ReleasedValue {
  ValueStatus status = ValueStatus::kSuppressed;
  absl::int128 scaled = 0;  // by 10^decimals of its column; 0 unless status is kOk
};

// Why a cell of one variable is not shown: for reviewers and the sealed part of the log only.
struct CellReview {
  int cell = -1;                   // index in the AggregateTable
  std::string variable;            // "units", "distinct:<name>" or the measure
  std::vector<std::string> codes;  // one per axis
  std::string value;               // raw, fixed point: SEALED
  int64_t contributors = 0;        // SEALED
  std::string decision;            // "primary", "secondary"; of hidden units also "known", "hidden"
  std::string rule;  // "frequency", "dominance(2,85)", "p_percent", "group", "zero", "row",
                     // "prior_posterior(10,60)", ""
  double required_low = 0, required_high = 0;  // bounds that the attacker's interval must reach
  // The widest interval proven by a witness: of a primary cell towards everybody in it, of others
  // towards who knows the published figures alone.
  double interval_low = 0, interval_high = 0;
};

struct ProtectionSummary {
  int64_t cells = 0;       // rows x statistics
  int64_t suppressed = 0;  // of these
  int round_to = 0;        // counts and sums are multiples of it; 0: they are exact
  int64_t primary = 0;     // cells x variables: SEALED
  int64_t secondary = 0;   // SEALED
  double seconds = 0;      // SEALED
  int64_t work = 0;        // of the budget that was used: SEALED
  bool cut_short = false;  // the budget ended before cheaper patterns were looked for: SEALED
  double cost = 0;         // of the secondary cells, as the rule set counts it: SEALED
};

class ProtectedTable {
 public:
  ProtectedTable(const ProtectedTable&) = default;
  ProtectedTable(ProtectedTable&&) = default;
  ProtectedTable& operator=(ProtectedTable&&) = default;

  const ReleaseShape& shape() const { return shape_; }
  // values()[row][statistic]; rows as in shape().rows, ordered and cut as asked.
  const std::vector<std::vector<ReleasedValue>>& values() const { return values_; }
  const ProtectionSummary& summary() const { return summary_; }
  // SEALED: raw values and reasons. Only the ledger's sealed part and reviewers may read it.
  const std::vector<CellReview>& review() const { return review_; }

 private:
  friend absl::StatusOr<ProtectedTable> Protect(const AggregateTable& table, const RuleSet& rules,
                                                const ProtectOptions& options);
  ProtectedTable() = default;

  ReleaseShape shape_;
  std::vector<std::vector<ReleasedValue>> values_;
  ProtectionSummary summary_;
  std::vector<CellReview> review_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_PROTECTED_TABLE_H_
