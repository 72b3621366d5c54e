#include "disclosure/protect/protect_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/models/distributions.h"
#include "disclosure/models/model_table.h"

namespace kluis {
namespace {

constexpr int kRatioDecimals = 2, kPDecimals = 4, kR2Decimals = 4;

Refusal NotSafe() {
  return {.kind = RefusalKind::kPolicy,
          .code = "MODEL_NOT_SAFE",
          .message =
              "the model is not released: a level, a pair of levels or all units together have "
              "too few contributors or one that dominates, the terms depend on each other, or "
              "the model fits too well",
          .hint = "merge levels (LEVEL, BAND, CASE), leave a term out, or widen --where"};
}

Refusal TooFewUnits(int64_t parameters, const RegressionParameters& rules) {
  return {.kind = RefusalKind::kPolicy,
          .code = "TOO_FEW_UNITS",
          .message = absl::StrCat("a model of ", parameters, " coefficients needs ",
                                  rules.degrees_of_freedom, " residual degrees of freedom and ",
                                  rules.units_per_parameter, " units for each coefficient"),
          .hint = "merge levels (LEVEL, BAND, CASE), leave a term out, or widen --where"};
}

bool HasTooFew(int64_t units, int64_t parameters, const RegressionParameters& rules) {
  return units - parameters < rules.degrees_of_freedom ||
         units < parameters * rules.units_per_parameter;
}

// `degrees_of_freedom:` of a rule set is for models, too.
RegressionParameters ParametersOf(const RuleSet& rules) {
  RegressionParameters parameters = rules.regression;
  parameters.degrees_of_freedom = std::max(parameters.degrees_of_freedom, rules.degrees_of_freedom);
  parameters.level_minimum = std::max(parameters.level_minimum, rules.frequency.minimum);
  return parameters;
}

class ModelJudge {
 public:
  ModelJudge(const ModelTables& tables, const RuleSet& rules)
      : tables_(tables),
        rules_(rules),
        floors_(ParametersOf(rules)),
        table_(tables.spec, tables.cells, tables.totals) {}

  int64_t parameters() const { return static_cast<int64_t>(table_.regressors().size()) + 1; }
  const ModelTable& table() const { return table_; }

  // From what everyone knows: how many units have each level.
  std::optional<Refusal> Known() const {
    const ModelSpec& spec = tables_.spec;
    for (size_t t = 0; t < spec.terms.size(); ++t) {
      const ModelTerm& term = spec.terms[t];
      if (!term.is_factor()) continue;
      if (table_.levels()[t].size() < 2) return OneLevel(term);
      int64_t all = 0;
      for (const int level : term.supports.empty() ? std::vector<int>{} : table_.levels()[t]) {
        const int64_t units = tables_.cells.units[term.supports[level]].contributors;
        if (units < floors_.level_minimum) return TooSmall(term, level);
        all += units;
      }
      if (!term.supports.empty() && HasTooFew(all, parameters(), floors_)) {
        return TooFewUnits(parameters(), floors_);
      }
    }
    return std::nullopt;
  }

  // What no cell says by itself.
  bool IsSafe(const ModelFit& fit) const {
    int factor = 0;
    for (size_t t = 0; t < tables_.spec.terms.size(); ++t) {
      if (!tables_.spec.terms[t].is_factor()) continue;
      for (const int level : table_.levels()[t]) {
        if (table_.ContributorsOf(factor, level) < floors_.level_minimum) return false;
      }
      ++factor;
    }
    const auto finite = [](long double x) { return std::isfinite(x); };
    if (!std::all_of(fit.coefficients.begin(), fit.coefficients.end(), finite) ||
        !std::all_of(fit.standard_errors.begin(), fit.standard_errors.end(), finite)) {
      return false;
    }
    return tables_.spec.family != ModelFamily::kOls || !TellsEverybodys(fit);
  }

  bool HasEnoughRows() const { return !HasTooFew(table_.contributors(), parameters(), floors_); }

 private:
  Refusal OneLevel(const ModelTerm& term) const {
    return RefuseAt(RefusalKind::kPolicy, "CONSTANT_FACTOR",
                    absl::StrCat("units have one level of ", term.name, " only"), term.at,
                    "leave it out, or widen --where");
  }

  Refusal TooSmall(const ModelTerm& term, int level) const {
    return RefuseAt(
        RefusalKind::kPolicy, "LEVEL_TOO_SMALL",
        absl::StrCat("level ", term.levels[level], " of ", term.name, " has too few units"), term.at,
        "merge it with others (LEVEL, BAND, CASE), or leave it out in --where");
  }

  // Estimates of others that the rules allow nobody to have.
  bool TellsEverybodys(const ModelFit& fit) const {
    const int64_t ppm = rules_.p_percent.value_or(PPercentParameters{}).p_ppm;
    const long double near = static_cast<long double>(ppm) / 1'000'000 * table_.LargestMean();
    return !(fit.residual_sum > 0) || fit.residual_sum < near * near;
  }

  const ModelTables& tables_;
  const RuleSet& rules_;
  const RegressionParameters floors_;
  const ModelTable table_;
};

// Whether a value of the table is displayed: of a cell that is displayed for its count alone, no
// sum is.
bool IsDisplayed(const AggregateTable& table, const StatisticColumn& column, int cell) {
  const bool counts = column.kind == StatisticKind::kCount || column.kind == StatisticKind::kShare;
  return counts || table.sum_uses.empty() || table.sum_uses[cell] == CellUse::kDisplayed;
}

bool IsWhole(const AggregateTable& table, const ProtectedTable& judged) {
  const ReleaseShape& shape = judged.shape();
  for (size_t r = 0; r < shape.rows.size(); ++r) {
    for (size_t s = 0; s < shape.statistics.size(); ++s) {
      const bool suppressed = judged.values()[r][s].status == ValueStatus::kSuppressed;
      if (suppressed && IsDisplayed(table, shape.statistics[s], shape.rows[r].cell)) return false;
    }
  }
  return true;
}

// A cell of too few that would be shown ends the matter: nothing needs to be looked for to hide it.
bool ShowsTooFew(const AggregateTable& table, int minimum) {
  const auto too_few = [minimum](int64_t units) { return units > 0 && units < minimum; };
  for (size_t i = 0; i < table.keys.size(); ++i) {
    if (table.uses[i] != CellUse::kDisplayed) continue;
    if (too_few(table.units[i].contributors)) return true;
    if (!table.sum_uses.empty() && table.sum_uses[i] != CellUse::kDisplayed) continue;
    for (const MeasureColumn& measure : table.measures) {
      if (too_few(measure.cells[i].contributors)) return true;
    }
  }
  return false;
}

// A model is told as a whole or not at all, so no cell is suppressed in vain to hide the waste of
// another (decoys); that a pattern without suppressed cells is closed is still asked.
ProtectOptions OptionsOf(const ProtectOptions& options) {
  ProtectOptions own = options;
  if (own.decoy != nullptr) own.decoy = [](absl::string_view) { return false; };
  return own;
}

void AddTo(const ProtectedTable& table, ProtectionSummary* summary,
           std::vector<CellReview>* review) {
  summary->cells += table.summary().cells;
  summary->suppressed += table.summary().suppressed;
  summary->primary += table.summary().primary;
  summary->secondary += table.summary().secondary;
  summary->work += table.summary().work;
  summary->cut_short |= table.summary().cut_short;
  summary->cost += table.summary().cost;
  review->insert(review->end(), table.review().begin(), table.review().end());
}

// Judges a table as if it were shown. What cannot be proven, for want of work or else, is not safe.
absl::StatusOr<bool> IsWhole(const AggregateTable& table, const RuleSet& rules,
                             const ProtectOptions& options, ProtectionSummary* summary,
                             std::vector<CellReview>* review) {
  if (ShowsTooFew(table, rules.frequency.minimum)) return false;
  const absl::StatusOr<ProtectedTable> judged = Protect(table, rules, OptionsOf(options));
  const absl::Status& status = judged.status();
  if (absl::IsCancelled(status) || absl::IsInvalidArgument(status)) return status;
  if (!status.ok() || !IsWhole(table, *judged)) return false;
  AddTo(*judged, summary, review);
  return true;
}

// One way to show the cells is enough: the model tells no more than each of them.
absl::StatusOr<bool> ShowsCells(const ModelTables& tables, bool complete, const RuleSet& rules,
                                const ProtectOptions& options, ProtectionSummary* summary,
                                std::vector<CellReview>* review) {
  AggregateTable table = tables.cells;
  for (const ModelDisplay& display : tables.spec.displays) {
    if (display.complete_only && !complete) continue;
    table.uses = display.uses;
    table.sum_uses = display.sum_uses;
    table.shape.rows = display.rows;
    KLUIS_ASSIGN_OR_RETURN(const bool whole, IsWhole(table, rules, options, summary, review));
    if (whole) return true;
  }
  return false;
}

ModelRow RowOf(const ModelFit& fit, size_t j, bool student) {
  ModelRow row;
  row.standard_error = RoundTo(fit.standard_errors[j], fit.standard_errors[j], kErrorDigits);
  row.coefficient = RoundTo(fit.coefficients[j], fit.standard_errors[j], kErrorDigits);
  const long double ratio = row.coefficient.value() / row.standard_error.value();
  row.ratio = RoundDecimals(ratio, kRatioDecimals);
  row.p = RoundDecimals(
      student ? StudentTwoSided(ratio, fit.degrees_of_freedom) : NormalTwoSided(ratio), kPDecimals);
  return row;
}

// In the order of the terms; the first level of a factor is what the others are compared with.
std::vector<ModelRow> RowsOf(const ModelSpec& spec, const ModelTable& table, const ModelFit& fit) {
  const bool student = spec.family == ModelFamily::kOls;
  std::vector<ModelRow> rows = {RowOf(fit, 0, student)};
  rows[0].term = "(intercept)";
  int before = -1;
  for (size_t j = 0; j < table.regressors().size(); ++j) {
    const Regressor& regressor = table.regressors()[j];
    const ModelTerm& term = spec.terms[regressor.term];
    if (term.is_factor() && regressor.term != before) {
      const int first = table.levels()[regressor.term][0];
      rows.push_back({.term = term.name,
                      .level = term.levels[first],
                      .reference = true,
                      .coefficient = {},
                      .standard_error = {},
                      .ratio = {},
                      .p = {}});
    }
    before = regressor.term;
    rows.push_back(RowOf(fit, j + 1, student));
    rows.back().term = term.name;
    if (term.is_factor()) rows.back().level = term.levels[regressor.level];
  }
  return rows;
}

ModelSummary SummaryOf(const ModelSpec& spec, const ModelFit& fit) {
  ModelSummary summary{.family = spec.family,
                       .outcome = spec.outcome,
                       .weighted = spec.weighted,
                       .n = fit.rows,
                       .parameters = static_cast<int64_t>(fit.coefficients.size()),
                       .degrees_of_freedom = fit.degrees_of_freedom,
                       .r2 = std::nullopt,
                       .residual_error = std::nullopt};
  if (fit.r2) summary.r2 = RoundDecimals(*fit.r2, kR2Decimals);
  if (fit.residual_error) {
    summary.residual_error = RoundTo(*fit.residual_error, *fit.residual_error, kErrorDigits);
  }
  return summary;
}

}  // namespace

absl::StatusOr<Decision<ProtectedModel>> ProtectModel(const ModelTables& tables,
                                                      const RuleSet& rules,
                                                      const ProtectOptions& options) {
  const ModelJudge judge(tables, rules);
  if (const auto refusal = judge.Known()) return Decision<ProtectedModel>(*refusal);
  ProtectedModel model;
  KLUIS_ASSIGN_OR_RETURN(bool whole, ShowsCells(tables, judge.table().IsComplete(), rules, options,
                                                &model.summary_, &model.review_));
  if (whole && tables.totals != nullptr) {
    KLUIS_ASSIGN_OR_RETURN(
        whole, IsWhole(*tables.totals, rules, options, &model.summary_, &model.review_));
  }
  if (!whole) return Decision<ProtectedModel>(NotSafe());
  if (!judge.HasEnoughRows()) return Decision<ProtectedModel>(NotSafe());
  const auto result = judge.table().Fit();
  const auto* fit = std::get_if<ModelFit>(&result);
  if (fit == nullptr || !judge.IsSafe(*fit)) return Decision<ProtectedModel>(NotSafe());
  model.model_ = SummaryOf(tables.spec, *fit);
  model.rows_ = RowsOf(tables.spec, judge.table(), *fit);
  return Decision<ProtectedModel>(std::move(model));
}

}  // namespace kluis
