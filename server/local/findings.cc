#include "server/local/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/rules/statistic_family.h"
#include "server/local/variable_audit.h"

namespace kluis {
namespace {

class Examiner {
 public:
  Examiner(const AggregateTable& table, const PatternOutcome& outcome, const RuleSet& rules,
           AuditDepth depth, const AuditOptions& options)
      : table_(table), outcome_(outcome), rules_(rules), depth_(depth), options_(options) {
    options_.scope = ScopeOf(depth);
    for (const CellReview& review : outcome.review) {
      auto& reviews = reviews_[review.variable];
      reviews.resize(table.keys.size(), nullptr);
      reviews[review.cell] = &review;
    }
  }

  absl::StatusOr<Findings> Run() {
    const auto& statistics = table_.shape.statistics;
    for (size_t s = 0; s < statistics.size(); ++s) {
      const AuditedVariable variable = AuditedVariableOf(table_, statistics[s]);
      KLUIS_RETURN_IF_ERROR(AddStatistic(static_cast<int>(s), variable));
    }
    return std::move(findings_);
  }

 private:
  absl::Status AddStatistic(int statistic, const AuditedVariable& variable) {
    std::vector<const CellReview*>& reviews = reviews_[variable.name];
    reviews.resize(table_.keys.size(), nullptr);
    if (depth_ > AuditDepth::kCertificates && audits_.count(variable.name) == 0) {
      KLUIS_RETURN_IF_ERROR(AddAudit(statistic, variable, reviews));
    }
    auto& cells = findings_.cells.emplace_back(table_.keys.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      const ValueStatus status = outcome_.status[statistic][i];
      if (status == ValueStatus::kEmpty) cells[i].status = CellStatus::kEmpty;
      if (status == ValueStatus::kSuppressed)
        FillSuppressed(statistic, variable, i, reviews[i], &cells[i]);
    }
    return absl::OkStatus();
  }

  absl::Status AddAudit(int statistic, const AuditedVariable& variable,
                        const std::vector<const CellReview*>& reviews) {
    VariableClaims claims{.shown = {}, .reviews = reviews, .outside = outcome_.outside};
    for (const ValueStatus status : outcome_.status[statistic])
      claims.shown.push_back(status != ValueStatus::kSuppressed);
    const RuleSet rules = RulesFor(
        FamilyOf(StatisticName(table_.shape.statistics[statistic].kind)), rules_);
    KLUIS_ASSIGN_OR_RETURN(VariableVerdict verdict,
                           AuditVariable(table_, variable, rules, claims, options_));
    findings_.violations += static_cast<int64_t>(verdict.result.exposed.size());
    findings_.insider_violations += static_cast<int64_t>(verdict.insider_pairs.size());
    for (const auto& [insider, victim] : verdict.insider_pairs)
      findings_.insider_pairs.push_back({statistic, insider, victim});
    findings_.insider_seconds += verdict.insider_seconds;
    findings_.programs += verdict.result.programs;
    audits_[variable.name] = std::move(verdict.result);
    return absl::OkStatus();
  }

  // From whole units of the variable to the unit of the statistic: a mean is the sum by its
  // divisor.
  double ScaleOf(const StatisticColumn& column, const AuditedVariable& variable,
                 size_t cell) const {
    double scale = std::pow(10.0, variable.decimals);
    if (column.kind != StatisticKind::kAverage) return scale;
    const Contributions& sums = table_.measures[column.variable].cells[cell];
    const double divisor = table_.weighted
                               ? ToDouble(sums.weight) / std::pow(10.0, table_.weight_decimals)
                               : static_cast<double>(sums.rows);
    return divisor > 0 ? scale * divisor : scale;
  }

  void FillSuppressed(int statistic, const AuditedVariable& variable, size_t cell,
                      const CellReview* review, CellFinding* out) const {
    const bool primary = review != nullptr && !review->rule.empty();
    out->status = primary ? CellStatus::kPrimary : CellStatus::kSecondary;
    const double scale = ScaleOf(table_.shape.statistics[statistic], variable, cell);
    const double whole = std::pow(10.0, variable.decimals);
    if (primary) {
      out->rule = review->rule;
      out->required = AuditInterval{review->required_low * whole / scale,
                                    review->required_high * whole / scale};
    }
    if (primary && depth_ == AuditDepth::kCertificates &&
        review->interval_low < review->interval_high) {
      out->interval = AuditInterval{review->interval_low * whole / scale,
                                    review->interval_high * whole / scale};
    }
    const auto audit = audits_.find(variable.name);
    if (audit == audits_.end() || (depth_ != AuditDepth::kAll && !primary)) return;
    const AuditInterval& interval = audit->second.intervals[cell];
    if (primary && variable.count) ClipRequired(audit->second, cell, scale, out);
    out->interval = AuditInterval{interval.low / scale, interval.high / scale};
  }

  // Of a count whose demand is kept: the part of the requirement that can be kept (a value that
  // must not be exact needs one side only, and no table goes against what everyone knows).
  static void ClipRequired(const AuditResult& audit, size_t cell, double scale, CellFinding* out) {
    const bool exposed =
        std::binary_search(audit.exposed.begin(), audit.exposed.end(), static_cast<int>(cell));
    if (exposed) return;
    out->required->low = std::max(out->required->low, audit.intervals[cell].low / scale);
    out->required->high = std::min(out->required->high, audit.intervals[cell].high / scale);
  }

  const AggregateTable& table_;
  const PatternOutcome& outcome_;
  const RuleSet& rules_;
  const AuditDepth depth_;
  AuditOptions options_;
  std::map<std::string, std::vector<const CellReview*>> reviews_;
  std::map<std::string, AuditResult> audits_;
  Findings findings_;
};

}  // namespace

const char* CellStatusName(CellStatus status) {
  switch (status) {
    case CellStatus::kOk:
      return "ok";
    case CellStatus::kPrimary:
      return "primary";
    case CellStatus::kSecondary:
      return "secondary";
    case CellStatus::kSuppressed:
      return "suppressed";
    case CellStatus::kEmpty:
      return "empty";
  }
  return "secondary";
}

PatternOutcome OutcomeOf(const AggregateTable& table, const ProtectedTable& protected_table) {
  PatternOutcome outcome{.status = {}, .review = protected_table.review(), .outside = {}};
  const auto& rows = protected_table.shape().rows;
  for (size_t s = 0; s < table.shape.statistics.size(); ++s) {
    auto& status = outcome.status.emplace_back(table.keys.size(), ValueStatus::kSuppressed);
    for (size_t r = 0; r < rows.size(); ++r)
      status[rows[r].cell] = protected_table.values()[r][s].status;
  }
  return outcome;
}

absl::StatusOr<Findings> Examine(const AggregateTable& table, const PatternOutcome& outcome,
                                 const RuleSet& rules, AuditDepth depth,
                                 const AuditOptions& options) {
  return Examiner(table, outcome, rules, depth, options).Run();
}

}  // namespace kluis
