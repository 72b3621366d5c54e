#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "disclosure/audit/audit.h"
#include "disclosure/audit/interval_lp.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kTablesMax = 600;

// Tables that agree with what is shown, as deviations from the true one, and all that lies between
// them: a mixture of two tables that agree is a third. Of one component.
class TablePool {
 public:
  size_t size() const { return tables_.size(); }

  void Add(std::vector<double> deviations) {
    if (tables_.size() < kTablesMax) tables_.push_back(std::move(deviations));
  }

  // The largest sign x deviation at `target` over all mixtures that deviate nowhere in `held`.
  double Reach(int target, int sign, const std::vector<int>& held) const {
    const bool one =
        std::all_of(held.begin(), held.end(), [&](int h) { return MoveTogether(h, held.front()); });
    if (one && !held.empty()) return ReachBeside(target, sign, held.front());
    double best = 0;
    for (const std::vector<double>& table : tables_) {
      const bool agrees =
          std::all_of(held.begin(), held.end(), [&](int h) { return table[h] == 0; });
      if (agrees) best = std::max(best, sign * table[target]);
    }
    return best;
  }

 private:
  struct Point {
    double held = 0, target = 0;
  };

  // As a cell and the only cell of a finer level in it do.
  bool MoveTogether(int a, int b) const {
    return std::all_of(tables_.begin(), tables_.end(), [&](const std::vector<double>& table) {
      return std::abs(table[a] - table[b]) <= 1e-9 * std::abs(table[a]);
    });
  }

  // The upper hull of the points (held, target) at held = 0: between the best point on either side,
  // until no point lies above their line.
  double ReachBeside(int target, int sign, int held) const {
    double best = 0;
    Point left, right;
    for (const std::vector<double>& table : tables_) {
      const Point point = {table[held], sign * table[target]};
      if (point.held == 0) best = std::max(best, point.target);
      Point& side = point.held < 0 ? left : right;
      if (point.held != 0 && (side.held == 0 || point.target > side.target)) side = point;
    }
    if (left.held == 0 || right.held == 0) return best;
    for (size_t step = 0; step <= tables_.size(); ++step) {
      const double slope = (right.target - left.target) / (right.held - left.held);
      const double here = left.target - slope * left.held;
      best = std::max(best, here);
      Point above;
      double most = here;
      for (const std::vector<double>& table : tables_) {
        const Point point = {table[held], sign * table[target]};
        const double height = point.target - slope * point.held;
        if (point.held == 0 || height <= most + 1e-9 * (1 + std::abs(most))) continue;
        most = height;
        above = point;
      }
      if (above.held == 0) break;
      (above.held < 0 ? left : right) = above;
    }
    return best;
  }

  std::vector<std::vector<double>> tables_;
};

class InsiderAudit {
 public:
  InsiderAudit(const AuditTable& table, const std::vector<Insider>& insiders,
               const AuditResult& outsider, const AuditOptions& options)
      : table_(table), insiders_(insiders), outsider_(outsider), options_(options) {}

  absl::StatusOr<std::vector<std::pair<int, int>>> Run() {
    if (insiders_.empty()) return std::move(pairs_);
    KLUIS_ASSIGN_OR_RETURN(const EquationSystem system, DeriveEquations(table_));
    KLUIS_ASSIGN_OR_RETURN(unknowns_, FindUnknowns(table_, system));
    columns_.resize(unknowns_.components);
    programs_.resize(unknowns_.components);
    pools_.resize(unknowns_.components);
    for (size_t c = 0; c < unknowns_.component.size(); ++c) {
      const int cell = unknowns_.cell_of[c];
      const bool listed = cell < static_cast<int>(table_.cells.size());
      truth_.push_back(listed ? ToDouble(table_.cells[cell].value) : 0);
      place_.push_back(-1);
      if (unknowns_.component[c] < 0) continue;
      std::vector<int>& columns = columns_[unknowns_.component[c]];
      place_[c] = static_cast<int>(columns.size());
      columns.push_back(static_cast<int>(c));
    }
    for (size_t i = 0; i < insiders_.size(); ++i) {
      KLUIS_RETURN_IF_ERROR(JudgeInsider(static_cast<int>(i)));
      if (options_.cancelled != nullptr && options_.cancelled->load()) {
        return absl::CancelledError("the audit was cancelled");
      }
      if (options_.progress) {
        options_.progress(static_cast<double>(i + 1) / static_cast<double>(insiders_.size()));
      }
    }
    return std::move(pairs_);
  }

 private:
  bool Exposed(int cell) const {
    return std::binary_search(outsider_.exposed.begin(), outsider_.exposed.end(), cell);
  }

  bool Listed(int column) const {
    return unknowns_.cell_of[column] < static_cast<int>(table_.cells.size());
  }

  // Columns with a demand, of others, that share an equation with what the insider knows.
  std::vector<int> VictimsOf(const std::vector<int>& held) const {
    std::set<int> victims;
    for (const int column : held) {
      for (const int r : unknowns_.rows_of[column]) {
        for (const auto& [other, coefficient] : unknowns_.rows[r].terms) {
          if (!Listed(other) || unknowns_.component[other] < 0) continue;
          const int cell = unknowns_.cell_of[other];
          if (table_.cells[cell].demand != AuditDemand::kNothing && !Exposed(cell))
            victims.insert(other);
        }
      }
    }
    for (const int column : held) victims.erase(column);
    return {victims.begin(), victims.end()};
  }

  absl::Status JudgeInsider(int insider) {
    held_.clear();
    for (const int cell : insiders_[insider].knows) {
      const int column = unknowns_.column_of[cell];
      if (column >= 0 && unknowns_.component[column] >= 0) held_.push_back(column);
    }
    for (const int victim : VictimsOf(held_)) {
      KLUIS_ASSIGN_OR_RETURN(const bool keeps, Keeps(victim));
      if (!keeps) pairs_.emplace_back(insider, unknowns_.cell_of[victim]);
    }
    return absl::OkStatus();
  }

  // Whether the column keeps what is demanded of it while `held_` is known.
  absl::StatusOr<bool> Keeps(int column) {
    const AuditCell& cell = table_.cells[unknowns_.cell_of[column]];
    if (cell.demand == AuditDemand::kInterval) {
      for (const int sign : {1, -1}) {
        const double wanted = sign > 0 ? cell.required.high : cell.required.low;
        KLUIS_ASSIGN_OR_RETURN(const bool reaches, Reaches(column, sign, wanted));
        if (!reaches) return false;
      }
      return true;
    }
    const double step = table_.integral ? 1 : 2 * ExactWidth(unknowns_.unit);
    KLUIS_ASSIGN_OR_RETURN(const bool above, Reaches(column, 1, truth_[column] + step));
    if (above) return true;
    return Reaches(column, -1, truth_[column] - step);
  }

  absl::StatusOr<bool> Reaches(int column, int sign, double wanted) {
    const double distance = sign * (wanted - truth_[column]);
    if (distance <= 0) return true;
    const double slack = std::min(DemandSlack(unknowns_.unit, wanted), distance / 4);
    const int component = unknowns_.component[column];
    std::vector<int> held;
    for (const int c : held_) {
      if (unknowns_.component[c] == component) held.push_back(place_[c]);
    }
    if (pools_[component].Reach(place_[column], sign, held) >= distance - slack) return true;
    KLUIS_ASSIGN_OR_RETURN(const double end, Solve(component, column, sign));
    return sign * (end - wanted) >= -slack;
  }

  // The extreme of the column while `held_` is known; the table that has it joins the others.
  absl::StatusOr<double> Solve(int component, int column, int sign) {
    if (programs_[component] == nullptr) {
      programs_[component] =
          std::make_unique<IntervalLp>(unknowns_, columns_[component], unknowns_.Constants());
      KLUIS_RETURN_IF_ERROR(programs_[component]->Start());
    }
    IntervalLp& lp = *programs_[component];
    for (const int c : held_) lp.Hold(c, truth_[c]);
    const absl::StatusOr<double> end = lp.Extreme(column, sign);
    if (end.ok() && std::isfinite(*end)) pools_[component].Add(Deviations(lp, component));
    for (const int c : held_) lp.Release(c);
    return end;
  }

  std::vector<double> Deviations(const IntervalLp& lp, int component) const {
    std::vector<double> deviations;
    for (const int c : columns_[component]) {
      const double deviation = lp.Value(c) - truth_[c];
      deviations.push_back(std::abs(deviation) > unknowns_.unit ? deviation : 0);
    }
    return deviations;
  }

  const AuditTable& table_;
  const std::vector<Insider>& insiders_;
  const AuditResult& outsider_;
  const AuditOptions& options_;
  Unknowns unknowns_;
  std::vector<double> truth_;                          // per column; 0 of unlisted ones
  std::vector<std::vector<int>> columns_;              // per component
  std::vector<std::unique_ptr<IntervalLp>> programs_;  // per component, made when first needed
  std::vector<TablePool> pools_;                       // per component
  std::vector<int> place_;                             // column -> place in its component
  std::vector<int> held_;                              // columns that the present insider knows
  std::vector<std::pair<int, int>> pairs_;
};

}  // namespace

absl::StatusOr<std::vector<std::pair<int, int>>> AuditInsiders(const AuditTable& table,
                                                               const std::vector<Insider>& insiders,
                                                               const AuditResult& outsider,
                                                               const AuditOptions& options) {
  return InsiderAudit(table, insiders, outsider, options).Run();
}

}  // namespace kluis
