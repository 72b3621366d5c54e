#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "disclosure/audit/audit.h"
#include "disclosure/audit/interval_lp.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kWitnessesMax = 64;  // tables that are kept for each side of each cell

class InsiderAudit {
 public:
  InsiderAudit(const AuditTable& table, const std::vector<Insider>& insiders,
               const AuditResult& outsider, const AuditOptions& options)
      : table_(table), insiders_(insiders), outsider_(outsider), options_(options) {}

  absl::StatusOr<std::vector<std::pair<int, int>>> Run() {
    KLUIS_ASSIGN_OR_RETURN(const EquationSystem system, DeriveEquations(table_));
    KLUIS_ASSIGN_OR_RETURN(unknowns_, FindUnknowns(table_, system));
    programs_.resize(unknowns_.components);
    columns_.resize(unknowns_.components);
    for (size_t c = 0; c < unknowns_.component.size(); ++c) {
      if (unknowns_.component[c] >= 0) columns_[unknowns_.component[c]].push_back(static_cast<int>(c));
    }
    for (size_t i = 0; i < insiders_.size(); ++i) {
      KLUIS_RETURN_IF_ERROR(JudgeInsider(static_cast<int>(i)));
      if (options_.cancelled != nullptr && options_.cancelled->load()) {
        return absl::CancelledError("the audit was cancelled");
      }
      if (options_.progress) options_.progress(static_cast<double>(i + 1) / static_cast<double>(insiders_.size()));
    }
    return std::move(pairs_);
  }

 private:
  struct Witness {
    double reach = 0;                    // in the cell that it was made for
    std::vector<double> values;  // per column of the component
  };

  bool Exposed(int cell) const {
    return std::binary_search(outsider_.exposed.begin(), outsider_.exposed.end(), cell);
  }

  // Cells with a demand that share an equation with a column of `held`.
  std::set<int> Neighbours(const std::vector<int>& held) const {
    std::set<int> cells;
    for (const int column : held) {
      for (const int r : unknowns_.rows_of[column]) {
        for (const auto& [other, coefficient] : unknowns_.rows[r].terms) {
          const int cell = unknowns_.cell_of[other];
          const bool listed = cell < static_cast<int>(table_.cells.size());
          if (listed && table_.cells[cell].demand != AuditDemand::kNothing) cells.insert(cell);
        }
      }
    }
    return cells;
  }

  absl::Status JudgeInsider(int insider) {
    std::vector<int> held;
    for (const int cell : insiders_[insider].knows) {
      const int column = unknowns_.column_of[cell];
      if (column >= 0 && unknowns_.component[column] >= 0) held.push_back(column);
    }
    std::set<int> victims = Neighbours(held);
    for (const int cell : insiders_[insider].knows) victims.erase(cell);
    for (const int cell : victims) {
      const int column = unknowns_.column_of[cell];
      if (Exposed(cell) || unknowns_.component[column] < 0) continue;
      KLUIS_ASSIGN_OR_RETURN(const bool keeps, Keeps(cell, column, held));
      if (!keeps) pairs_.emplace_back(insider, cell);
    }
    return absl::OkStatus();
  }

  // Does the cell keep its demand while the values of `held` are known?
  absl::StatusOr<bool> Keeps(int cell, int column, const std::vector<int>& held) {
    std::vector<int> within;
    for (const int c : held) {
      if (unknowns_.component[c] == unknowns_.component[column]) within.push_back(c);
    }
    AuditInterval interval = outsider_.intervals[cell];
    for (const int sign : {1, -1}) {
      double& end = sign > 0 ? interval.high : interval.low;
      KLUIS_ASSIGN_OR_RETURN(end, Reach(cell, column, sign, within));
    }
    return KeepsDemand(table_.cells[cell], interval, table_.integral, unknowns_.unit);
  }

  double Truth(int column) const {
    const int cell = unknowns_.cell_of[column];
    return ToDouble(table_.cells[cell].value);
  }

  bool Agrees(const std::vector<double>& values, const std::vector<int>& held) const {
    return std::all_of(held.begin(), held.end(), [&](int column) {
      return std::abs(values[place_.at(column)] - Truth(column)) <= unknowns_.unit + 1e-9;
    });
  }

  // What is demanded on that side; infinite where any distance does.
  double Wanted(int cell, int sign) const {
    const AuditCell& c = table_.cells[cell];
    if (c.demand == AuditDemand::kInterval) return sign > 0 ? c.required.high : c.required.low;
    return ToDouble(c.value) + sign * (table_.integral ? 1 : 4 * unknowns_.unit);
  }

  absl::StatusOr<double> Reach(int cell, int column, int sign, const std::vector<int>& held) {
    const int component = unknowns_.component[column];
    KLUIS_RETURN_IF_ERROR(Prepare(component));
    std::vector<Witness>& witnesses = witnesses_[{cell, sign}];
    const double wanted = Wanted(cell, sign);
    for (const Witness& witness : witnesses) {
      if (sign * (witness.reach - wanted) >= 0 && Agrees(witness.values, held)) return witness.reach;
    }
    IntervalLp& lp = *programs_[component];
    for (const int c : held) lp.Hold(c, Truth(c));
    absl::StatusOr<double> end = lp.Extreme(column, sign);
    if (end.ok() && std::isfinite(*end) && witnesses.size() < kWitnessesMax) {
      Witness& witness = witnesses.emplace_back();
      witness.reach = *end;
      for (const int c : columns_[component]) witness.values.push_back(lp.Value(c));
    }
    for (const int c : held) lp.Release(c);
    return end;
  }

  absl::Status Prepare(int component) {
    if (programs_[component] != nullptr) return absl::OkStatus();
    programs_[component] = std::make_unique<IntervalLp>(unknowns_, columns_[component]);
    for (size_t i = 0; i < columns_[component].size(); ++i) place_[columns_[component][i]] = i;
    return programs_[component]->Start();
  }

  const AuditTable& table_;
  const std::vector<Insider>& insiders_;
  const AuditResult& outsider_;
  const AuditOptions& options_;
  Unknowns unknowns_;
  std::vector<std::vector<int>> columns_;             // per component
  std::vector<std::unique_ptr<IntervalLp>> programs_;  // per component, made when first needed
  std::map<int, size_t> place_;                       // column -> place in its component
  std::map<std::pair<int, int>, std::vector<Witness>> witnesses_;  // by cell and side
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
