#include "disclosure/audit/audit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "disclosure/audit/interval_lp.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

// Beside the outer bounds of Unknowns, the extremes that some table reached: where both meet, no
// program is needed.
class ComponentAudit {
 public:
  ComponentAudit(const AuditTable& table, const Unknowns& unknowns, AuditScope scope,
                 std::vector<int> columns, std::vector<AuditInterval>* found)
      : table_(table),
        unknowns_(unknowns),
        scope_(scope),
        columns_(std::move(columns)),
        found_(*found),
        lp_(unknowns, columns_, unknowns.Constants()),
        reached_(columns_.size(), {kInfinity, -kInfinity}) {}

  absl::Status Start() {
    KLUIS_RETURN_IF_ERROR(lp_.Start());
    Remember();
    return absl::OkStatus();
  }

  absl::Status Judge(size_t i) {
    const AuditCell& cell = table_.cells[unknowns_.cell_of[columns_[i]]];
    if (scope_ == AuditScope::kJudgement &&
        KeepsDemand(cell, reached_[i], table_.integral, unknowns_.unit)) {
      found_[columns_[i]] = reached_[i];
      return absl::OkStatus();
    }
    for (const int sign : {1, -1}) KLUIS_RETURN_IF_ERROR(JudgeSide(i, sign));
    return absl::OkStatus();
  }

  const std::vector<int>& columns() const { return columns_; }
  int64_t programs() const { return lp_.programs(); }

 private:
  absl::Status JudgeSide(size_t i, int sign) {
    const int column = columns_[i];
    const AuditInterval& outer = unknowns_.narrow[column];
    const double bound = sign > 0 ? outer.high : outer.low;
    const double reached = sign > 0 ? reached_[i].high : reached_[i].low;
    double& end = sign > 0 ? found_[column].high : found_[column].low;
    if (std::abs(bound - reached) <= unknowns_.unit) {
      end = bound;
      return absl::OkStatus();
    }
    KLUIS_ASSIGN_OR_RETURN(end, lp_.Extreme(column, sign));
    if (std::isfinite(end)) Remember();
    // The solver's last digits do not count against what rows say exactly.
    if (std::abs(end - bound) <= unknowns_.unit || sign * (end - bound) > 0) end = bound;
    if (table_.integral && std::isfinite(end)) {
      end = sign > 0 ? std::floor(end + 1e-5) : std::ceil(end - 1e-5);
    }
    return absl::OkStatus();
  }

  void Remember() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      const double value = lp_.Value(columns_[i]);
      reached_[i].low = std::min(reached_[i].low, value);
      reached_[i].high = std::max(reached_[i].high, value);
    }
  }

  const AuditTable& table_;
  const Unknowns& unknowns_;
  const AuditScope scope_;
  const std::vector<int> columns_;
  std::vector<AuditInterval>& found_;
  IntervalLp lp_;
  std::vector<AuditInterval> reached_;
};

class Audit {
 public:
  Audit(const AuditTable& table, const AuditOptions& options) : table_(table), options_(options) {}

  absl::StatusOr<AuditResult> Run() {
    KLUIS_ASSIGN_OR_RETURN(const EquationSystem system, DeriveEquations(table_));
    KLUIS_ASSIGN_OR_RETURN(unknowns_, FindUnknowns(table_, system));
    found_ = unknowns_.narrow;
    std::vector<std::vector<int>> columns(unknowns_.components);
    for (size_t c = 0; c < unknowns_.component.size(); ++c) {
      if (unknowns_.component[c] >= 0)
        columns[unknowns_.component[c]].push_back(static_cast<int>(c));
    }
    for (std::vector<int>& component : columns) {
      KLUIS_RETURN_IF_ERROR(JudgeComponent(std::move(component)));
    }
    return Collect();
  }

 private:
  bool Wanted(int column) const {
    const int cell = unknowns_.cell_of[column];
    if (cell >= static_cast<int>(table_.cells.size())) return false;
    return options_.scope == AuditScope::kAll || table_.cells[cell].demand != AuditDemand::kNothing;
  }

  absl::Status JudgeComponent(std::vector<int> columns) {
    const bool wanted =
        std::any_of(columns.begin(), columns.end(), [&](int column) { return Wanted(column); });
    if (!wanted) return absl::OkStatus();
    ComponentAudit component(table_, unknowns_, options_.scope, std::move(columns), &found_);
    absl::Status status = component.Start();
    if (absl::IsInvalidArgument(status)) return Named(status, component.columns());
    for (size_t i = 0; status.ok() && i < component.columns().size(); ++i) {
      if (Wanted(component.columns()[i])) status = component.Judge(i);
      Progress();
      if (options_.cancelled != nullptr && options_.cancelled->load()) {
        return absl::CancelledError("the audit was cancelled");
      }
    }
    result_.programs += component.programs();
    return status;
  }

  // Which cells contradict each other is not known; one of them says where to look.
  absl::Status Named(const absl::Status& status, const std::vector<int>& columns) const {
    const int cell = unknowns_.cell_of[*std::min_element(columns.begin(), columns.end())];
    return absl::InvalidArgumentError(AuditCellName(table_, cell) +
                                      " and the cells beside it: " + std::string(status.message()));
  }

  void Progress() {
    if (options_.progress && ++done_ % 64 == 0) {
      options_.progress(static_cast<double>(done_) / static_cast<double>(unknowns_.cell_of.size()));
    }
  }

  AuditResult Collect() {
    for (size_t i = 0; i < table_.cells.size(); ++i) {
      const AuditCell& cell = table_.cells[i];
      const int column = unknowns_.column_of[i];
      const double value = ToDouble(cell.value);
      result_.intervals.push_back(column < 0 ? AuditInterval{value, value} : found_[column]);
      if (!KeepsDemand(cell, result_.intervals.back(), table_.integral, unknowns_.unit)) {
        result_.exposed.push_back(static_cast<int>(i));
      }
    }
    return std::move(result_);
  }

  const AuditTable& table_;
  const AuditOptions& options_;
  Unknowns unknowns_;
  std::vector<AuditInterval> found_;
  AuditResult result_;
  size_t done_ = 0;
};

}  // namespace

bool KeepsDemand(const AuditCell& cell, const AuditInterval& interval, bool integral, double unit) {
  switch (cell.demand) {
    case AuditDemand::kNothing:
      return true;
    case AuditDemand::kNotExact:
      return interval.high - interval.low > (integral ? 0.5 : ExactWidth(unit));
    case AuditDemand::kInterval: {
      const double reach = std::max(std::abs(cell.required.low), std::abs(cell.required.high));
      const double slack = DemandSlack(unit, reach);
      return interval.low <= cell.required.low + slack &&
             interval.high >= cell.required.high - slack;
    }
  }
  return false;
}

absl::StatusOr<AuditResult> AuditCells(const AuditTable& table, const AuditOptions& options) {
  return Audit(table, options).Run();
}

}  // namespace kluis
