#include "server/local/jj_output.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/cell_cost.h"
#include "disclosure/table/relations.h"
#include "server/local/variable_audit.h"

namespace kluis {
namespace {

constexpr int kCostDecimals = 2;

class JjWriter {
 public:
  JjWriter(const AggregateTable& table, const std::vector<JointTable>& tables,
           const Findings& findings, const RuleSet& rules,
           const std::optional<std::vector<CellDecision>>& decisions,
           const std::vector<double>& factors)
      : table_(table),
        first_(tables[0]),
        cells_(findings.cells[tables[0].statistics[0]]),
        variable_(AuditedVariableOf(table, tables[0].shape.statistics[0])),
        rules_(rules),
        decisions_(decisions),
        factors_(factors) {}

  JjTable Write() {
    ChooseCells();
    JjTable jj{.decimals = variable_.decimals,
               .cost_decimals = kCostDecimals,
               .level_decimals = variable_.decimals};
    std::vector<CellKey> keys;
    for (const int cell : chosen_) {
      jj.cells.push_back(CellOf(cell, static_cast<int64_t>(keys.size())));
      keys.push_back(table_.keys[cell]);
    }
    jj.relations = JjRelationsOf(BuildRelations(table_.axes, keys));
    SetDefaultBounds(&jj);
    SetBounds(&jj);
    return jj;
  }

 private:
  // Rows in their order; then whatever else lies in the dimensions of the table.
  void ChooseCells() {
    std::vector<bool> taken(table_.keys.size(), false);
    std::vector<bool> spans(table_.axes.size(), false);
    const auto take = [&](int cell) {
      if (!taken[cell]) chosen_.push_back(cell);
      taken[cell] = true;
    };
    for (const ReleaseRow& row : first_.shape.rows) {
      take(row.cell);
      for (size_t a = 0; a < spans.size(); ++a)
        if (table_.keys[row.cell][a] != 0) spans[a] = true;
    }
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      bool inside = true;
      for (size_t a = 0; a < spans.size(); ++a) inside &= spans[a] || table_.keys[i][a] == 0;
      if (inside) take(static_cast<int>(i));
    }
  }

  JjCell CellOf(int cell, int64_t id) const {
    JjCell out{.id = id, .value = variable_.values[cell], .cost = CostOf(cell)};
    out.status = StatusOf(cell);
    if (out.status == JjStatus::kUnsafe && cells_[cell].required) {
      out.lpl = std::max<absl::int128>(out.value - Units(cells_[cell].required->low), 0);
      out.upl = std::max<absl::int128>(Units(cells_[cell].required->high) - out.value, 0);
    }
    return out;
  }

  // Bounds of a sum or count are whole units, but for the last digit of a double.
  absl::int128 Units(double bound) const {
    return static_cast<absl::int128>(std::round(bound * std::pow(10.0, variable_.decimals)));
  }

  JjStatus StatusOf(int cell) const {
    if (table_.uses[cell] == CellUse::kImpossible) return JjStatus::kProtected;
    switch (cells_[cell].status) {
      case CellStatus::kPrimary:
        return JjStatus::kUnsafe;
      case CellStatus::kSecondary:
      case CellStatus::kSuppressed:
        return JjStatus::kSecondary;
      default:
        break;
    }
    const bool published = decisions_ && (*decisions_)[cell].state == DecidedState::kPublished;
    const bool empty = variable_.values[cell] == 0 && variable_.contributors[cell] == 0;
    return published || empty ? JjStatus::kProtected : JjStatus::kSafe;
  }

  absl::int128 CostOf(int cell) const {
    double cost =
        CellCost(table_, rules_.secondary, cell, variable_.values[cell], variable_.decimals);
    if (decisions_ && (*decisions_)[cell].cost) cost = *(*decisions_)[cell].cost;
    if (!factors_.empty()) cost *= factors_[cell];
    return static_cast<absl::int128>(std::round(std::max(cost, 0.01) * 100));
  }

  void SetBounds(JjTable* jj) const {
    if (!decisions_) return;
    for (size_t i = 0; i < chosen_.size(); ++i) {
      const CellDecision& decision = (*decisions_)[chosen_[i]];
      if (decision.low) jj->cells[i].lower = *decision.low;
      if (decision.high) jj->cells[i].upper = *decision.high;
    }
  }

  const AggregateTable& table_;
  const JointTable& first_;
  const std::vector<CellFinding>& cells_;
  const AuditedVariable variable_;
  const RuleSet& rules_;
  const std::optional<std::vector<CellDecision>>& decisions_;
  const std::vector<double>& factors_;
  std::vector<int> chosen_;
};

}  // namespace

std::string CheckJjOutput(const AggregateTable& table, const std::vector<JointTable>& tables) {
  const auto& statistics = tables[0].shape.statistics;
  if (statistics.size() != 1)
    return "a JJ file holds one statistic, and the first table has several";
  const StatisticColumn& column = statistics[0];
  if (column.kind == StatisticKind::kAverage || column.kind == StatisticKind::kRatio)
    return "means do not add up, so they are no JJ problem";
  if (column.kind != StatisticKind::kCountDistinct) return "";
  const auto& additive = table.distincts[column.variable].additive;
  const bool adds_up = std::all_of(additive.begin(), additive.end(), [](bool a) { return a; });
  return adds_up ? "" : "distinct units do not add up, so they are no JJ problem";
}

JjTable JjOfResult(const AggregateTable& table, const std::vector<JointTable>& tables,
                   const Findings& findings, const RuleSet& rules,
                   const std::optional<std::vector<CellDecision>>& decisions,
                   const std::vector<double>& factors) {
  KLUIS_CHECK(CheckJjOutput(table, tables).empty());
  return JjWriter(table, tables, findings, rules, decisions, factors).Write();
}

}  // namespace kluis
