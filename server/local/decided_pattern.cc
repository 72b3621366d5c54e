#include "server/local/decided_pattern.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/cell_cost.h"
#include "disclosure/protect/contributors.h"
#include "disclosure/protect/layer_audit.h"
#include "disclosure/protect/table_view.h"
#include "disclosure/rules/magnitude.h"
#include "disclosure/suppression/pattern.h"
#include "server/local/variable_audit.h"

namespace kluis {
namespace {

absl::StatusOr<Pattern> Solve(const System& system, const PatternSettings& settings) {
  PatternOptions options;
  options.proofs = true;
  options.progress = settings.progress;
  WorkBudget budget{.iterations_left = settings.iterations_max, .cancelled = nullptr};
  absl::StatusOr<Pattern> pattern = FindPattern(system, options, &budget);
  if (pattern.ok() && settings.cut_short != nullptr) *settings.cut_short |= pattern->cut_short;
  if (!absl::IsFailedPrecondition(pattern.status())) return pattern;
  return absl::InvalidArgumentError(
      "what is required of the unsafe cells cannot be kept, even when every cell is suppressed "
      "that may be\nhint: let fewer cells be published, or ask for lower protection levels");
}

// Whatever the auditor cannot follow is a fault of ours.
absl::Status Refused(const absl::Status& audit) {
  return audit.ok() ? audit : absl::InternalError(audit.message());
}

double Positive(double cost) { return std::max(cost, 1e-6); }

// The system of a table whose primaries are decided.
class DecidedTable {
 public:
  DecidedTable(const AggregateTable& table, const std::vector<CellDecision>& decisions,
               const RuleSet& rules, const PatternSettings& settings)
      : table_(table),
        view_(table),
        variable_(AuditedVariableOf(table, table.shape.statistics[0])),
        decisions_(decisions),
        rules_(rules),
        settings_(settings) {}

  absl::StatusOr<PatternOutcome> Run() const {
    KLUIS_RETURN_IF_ERROR(table_.Validate());
    const System system = MakeSystem();
    KLUIS_ASSIGN_OR_RETURN(const Pattern pattern, Solve(system, settings_));
    KLUIS_RETURN_IF_ERROR(Refused(AuditPattern(view_, system, {}, pattern)));
    PatternOutcome outcome;
    auto& status = outcome.status.emplace_back();
    for (size_t i = 0; i < view_.size(); ++i) {
      status.push_back(pattern.suppressed[i] || !view_.displayed(i) ? ValueStatus::kSuppressed
                                                                    : ValueStatus::kOk);
      if (decisions_[i].state == DecidedState::kPrimary) outcome.review.push_back(ReviewOf(i));
      outcome.outside.push_back({decisions_[i].low ? ToDouble(*decisions_[i].low) : -kInfinity,
                                 decisions_[i].high ? ToDouble(*decisions_[i].high) : kInfinity});
    }
    return outcome;
  }

 private:
  absl::int128 ValueOf(size_t cell) const { return variable_.values[cell]; }

  bool Open(size_t cell) const {
    const DecidedState state = decisions_[cell].state;
    return state == DecidedState::kPrimary || state == DecidedState::kSuppressed ||
           view_.hidden(cell);
  }

  // What is shown as nothing protects nothing.
  bool Fixed(size_t cell) const {
    const bool empty = ValueOf(cell) == 0 && variable_.contributors[cell] == 0;
    return view_.impossible(cell) || decisions_[cell].state == DecidedState::kPublished ||
           (empty && !Open(cell));
  }

  absl::int128 Least() const { return variable_.any_sign ? -kUnbounded : absl::int128{0}; }

  // Exact protection asks for the last digit only.
  Requirement RequirementOf(size_t cell) const {
    const bool interval = rules_.secondary.interval;
    const CellDecision& decision = decisions_[cell];
    const absl::int128 down = interval ? decision.lower_level : absl::int128{1};
    const absl::int128 up = interval ? decision.upper_level : absl::int128{1};
    const absl::int128 least = std::max(Least(), decision.low.value_or(Least()));
    const absl::int128 most = decision.high.value_or(kUnbounded);
    return {.cell = static_cast<int>(cell),
            .low = std::max(ValueOf(cell) - down, least),
            .high = std::min(ValueOf(cell) + std::max<absl::int128>(up, down == 0 ? 1 : 0), most),
            .relaxable = false};
  }

  CellReview ReviewOf(size_t cell) const {
    const Requirement requirement = RequirementOf(cell);
    const double unit = std::pow(10.0, variable_.decimals);
    CellReview review;
    review.cell = static_cast<int>(cell);
    review.variable = variable_.name;
    review.contributors = variable_.contributors[cell];
    review.decision = "primary";
    review.rule = decisions_[cell].rule;
    review.required_low = ToDouble(requirement.low) / unit;
    review.required_high = ToDouble(requirement.high) / unit;
    return review;
  }

  double CostOf(size_t cell) const {
    const CellDecision& decision = decisions_[cell];
    const double factor =
        settings_.cost_factor
            ? settings_.cost_factor(absl::StrCat(view_.NameOf(cell), "|", variable_.name))
            : 1;
    if (decision.cost) return factor * Positive(*decision.cost);
    return factor * CellCost(table_, rules_.secondary, cell, ValueOf(cell), variable_.decimals);
  }

  // Whoever is not listed among the contributors of a cell may still know a part of it.
  Bounds BoundsOf(size_t cell, const System& system) const {
    Bounds bounds{.low = Least(), .high = decisions_[cell].high.value_or(kUnbounded)};
    if (!system.contributors.empty() && !variable_.any_sign) {
      bounds.low = std::min(ValueOf(cell), system.contributors[cell].unlisted * system.coalition);
    }
    // A count of somebody is at least one where zeros are shown.
    if (variable_.count && ValueOf(cell) > 0 && view_.displayed(cell)) bounds.low = 1;
    bounds.low = std::max(bounds.low, decisions_[cell].low.value_or(bounds.low));
    return bounds;
  }

  std::vector<Contributors> ContributorsOf() const {
    if (!variable_.measure) return {};
    const MeasureColumn& measure = table_.measures[table_.shape.statistics[0].variable];
    std::vector<CellParts> parts;
    for (size_t i = 0; i < view_.size(); ++i) parts.push_back(PartsOf(table_, measure, i));
    return ListContributors(view_, parts);
  }

  System MakeSystem() const {
    System system{.cells = {},
                  .rows = {},
                  .scenarios = {},
                  .integral = variable_.count,
                  .contributors = ContributorsOf(),
                  .coalition = CoalitionOf(rules_),
                  .grid = view_.grid.get()};
    for (const Relation& relation : view_.relations) system.rows.push_back(EqualityOf(relation));
    Scenario scenario{.name = "decided", .known = {}, .bounds = {}, .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      system.cells.push_back({.value = ValueOf(i),
                              .cost = CostOf(i),
                              .open = Open(i),
                              .hidden = view_.hidden(i),
                              .fixed = Fixed(i)});
      scenario.bounds.push_back(BoundsOf(i, system));
      if (decisions_[i].state != DecidedState::kPrimary) continue;
      scenario.requirements.push_back(RequirementOf(i));
      Bounds& bounds = scenario.bounds.back();
      Requirement& requirement = scenario.requirements.back();
      // Whoever may be in the cell itself is no reason to give up on outsiders.
      if (variable_.count) requirement.low = std::max(requirement.low, bounds.low);
      bounds.low = std::min(bounds.low, requirement.low);
    }
    scenario.known.assign(view_.size(), false);
    system.scenarios.push_back(std::move(scenario));
    return system;
  }

  const AggregateTable& table_;
  const TableView view_;
  const AuditedVariable variable_;
  const std::vector<CellDecision>& decisions_;
  const RuleSet& rules_;
  const PatternSettings& settings_;
};

absl::int128 InUnits(const JjTable& problem, absl::int128 level) {
  if (problem.level_decimals <= problem.decimals)
    return level * PowerOfTen(problem.decimals - problem.level_decimals);
  const absl::int128 unit = PowerOfTen(problem.level_decimals - problem.decimals);
  return (level + unit - 1) / unit;
}

System SystemOf(const JjTable& problem, const PatternSettings& settings) {
  System system{.cells = {}, .rows = {}, .scenarios = {}, .integral = false};
  Scenario scenario{.name = "jj", .known = {}, .bounds = {}, .requirements = {}};
  const double unit = std::pow(10.0, problem.cost_decimals);
  for (const JjCell& cell : problem.cells) {
    const bool unsafe = cell.status == JjStatus::kUnsafe;
    const double factor =
        settings.cost_factor ? settings.cost_factor(absl::StrCat("cell ", cell.id)) : 1;
    system.cells.push_back({.value = cell.value,
                            .cost = factor * Positive(ToDouble(cell.cost) / unit),
                            .open = unsafe || cell.status == JjStatus::kSecondary,
                            .hidden = false,
                            .fixed = cell.status == JjStatus::kProtected});
    scenario.bounds.push_back({.low = cell.lower, .high = cell.upper});
    if (!unsafe) continue;
    const JjRequirement requirement = RequirementOf(problem, cell);
    scenario.requirements.push_back({.cell = static_cast<int>(system.cells.size()) - 1,
                                     .low = requirement.low,
                                     .high = requirement.high,
                                     .relaxable = false});
  }
  for (const JjRelation& relation : problem.relations)
    system.rows.push_back({.terms = relation.terms, .low = relation.right, .high = relation.right});
  scenario.known.assign(system.cells.size(), false);
  system.scenarios.push_back(std::move(scenario));
  return system;
}

// The relations of the problem, as the auditor reads them.
SystemSheets SheetsOf(const JjTable& problem) {
  SystemSheets sheets;
  AuditTable& table = sheets.sheets.emplace_back();
  table.cells.resize(problem.cells.size());
  for (size_t i = 0; i < problem.cells.size(); ++i) sheets.cells.push_back(static_cast<int>(i));
  for (const JjRelation& relation : problem.relations)
    table.relations.push_back({.terms = relation.terms, .right = relation.right});
  return sheets;
}

}  // namespace

JjRequirement RequirementOf(const JjTable& problem, const JjCell& cell) {
  const absl::int128 down = InUnits(problem, cell.lpl);
  absl::int128 up = std::max(InUnits(problem, cell.upl), cell.spl - down);
  if (down == 0 && up <= 0) up = 1;
  // Where the upper side has no room, the last digit must be missing on the lower one.
  const bool stuck = cell.value == cell.upper && down == 0;
  const absl::int128 high = std::min(cell.value + up, cell.upper);
  const absl::int128 low = cell.value - (stuck ? absl::int128{1} : down);
  // What the upper bound takes from the sliding level is asked for below.
  return {.low = std::max(std::min(low, high - cell.spl), cell.lower), .high = high};
}

absl::StatusOr<PatternOutcome> FindDecidedPattern(const AggregateTable& table,
                                                  const std::vector<CellDecision>& decisions,
                                                  const RuleSet& rules,
                                                  const PatternSettings& settings) {
  return DecidedTable(table, decisions, rules, settings).Run();
}

absl::StatusOr<JjTable> SolveJj(const JjTable& problem, const PatternSettings& settings) {
  const System system = SystemOf(problem, settings);
  KLUIS_ASSIGN_OR_RETURN(const Pattern pattern, Solve(system, settings));
  KLUIS_RETURN_IF_ERROR(Refused(AuditSheets(SheetsOf(problem), system, pattern)));
  JjTable solved = problem;
  for (size_t i = 0; i < solved.cells.size(); ++i) {
    if (pattern.suppressed[i] && solved.cells[i].status == JjStatus::kSafe)
      solved.cells[i].status = JjStatus::kSecondary;
  }
  return solved;
}

}  // namespace kluis
