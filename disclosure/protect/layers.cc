#include "disclosure/protect/layers.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/count_layer.h"
#include "disclosure/protect/line_sums.h"
#include "disclosure/protect/magnitude_layer.h"
#include "disclosure/protect/position_layer.h"
#include "disclosure/protect/wholes.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/gini.h"
#include "disclosure/rules/squares.h"
#include "disclosure/rules/statistic_family.h"
#include "disclosure/rules/variance.h"

namespace kluis {
namespace {

std::vector<LinearRow> Equalities(const TableView& view) {
  std::vector<LinearRow> rows;
  for (const Relation& relation : view.relations) rows.push_back(EqualityOf(relation));
  return rows;
}

// Distinct units over categories that may overlap: part <= total <= sum of the parts.
void AddCover(const Relation& relation, std::vector<LinearRow>* rows) {
  LinearRow sum{.terms = {{relation.parent, -1}}, .low = 0, .high = kUnbounded};
  for (const int child : relation.children) {
    rows->push_back({.terms = {{relation.parent, 1}, {child, -1}}, .low = 0, .high = kUnbounded});
    sum.terms.emplace_back(child, 1);
  }
  rows->push_back(std::move(sum));
}

// Takes every layer the same way: what was suppressed in `base` is suppressed in what follows.
class LayerBuilder {
 public:
  // `context`: with the rules that counts are judged by; `sums`: with those of sums and means.
  LayerBuilder(const LayerContext& context, const LayerContext& sums)
      : context_(context),
        sums_(sums),
        view_(context.view),
        table_(context.view.table),
        squares_rules_(RulesForSquares(sums.rules)) {}

  absl::StatusOr<Layers> Run() {
    KLUIS_RETURN_IF_ERROR(AddUnits());
    if (table_.weighted && !SumsAlone()) KLUIS_RETURN_IF_ERROR(AddWeighted());
    KLUIS_RETURN_IF_ERROR(AddDistincts());
    for (const MeasureColumn& measure : table_.measures) {
      KLUIS_RETURN_IF_ERROR(AddMeasure(measure));
    }
    AddPercentiles();
    return std::move(layers_);
  }

 private:
  int Push(Layer layer) {
    layers_.all.push_back(std::move(layer));
    return static_cast<int>(layers_.all.size()) - 1;
  }

  // Displayed cells that a layer suppresses. Hidden cells are open in every layer by themselves.
  std::vector<bool> Forced(int layer) const {
    std::vector<bool> forced = layers_.all[layer].suppressed;
    for (size_t i = 0; i < forced.size(); ++i) {
      if (!view_.displayed(i)) forced[i] = false;
    }
    return forced;
  }

  // No count is shown, nor a mean that would give one away, and the caller wants no pattern for it.
  bool SumsAlone() const {
    const auto& columns = table_.shape.statistics;
    return context_.options.only_shown &&
           std::all_of(columns.begin(), columns.end(), [](const StatisticColumn& column) {
             return column.kind == StatisticKind::kSum || column.kind == StatisticKind::kRatio;
           });
  }

  absl::Status AddUnits() {
    CountInput input{.variable = "units", .values = {}, .contributors = {},
                     .rows = Equalities(view_), .differences = {},
                     .forced = std::vector<bool>(view_.size(), false),
                     .upper = {}, .support_known = true, .group_disclosure = true,
                     .units = nullptr, .judge_only = SumsAlone()};
    for (const UnitCount& unit : table_.units) {
      input.values.push_back(unit.rows);
      input.contributors.push_back(unit.contributors);
      input.behind.push_back({.records = unit.rows, .weight = unit.weight});
    }
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectCount(context_, input));
    layers_.count = Push(std::move(layer));
    return absl::OkStatus();
  }

  // What everyone knows, or sees, of the number of units bounds every count of some of them.
  std::vector<int64_t> UnitsAsBound(bool shown) const {
    const std::vector<bool>& suppressed = layers_.all[layers_.count].suppressed;
    std::vector<int64_t> upper;
    for (size_t i = 0; i < view_.size(); ++i) {
      const bool known = !view_.ordinary() && view_.identifying[i];
      upper.push_back(known || (shown && !suppressed[i]) ? table_.units[i].rows : -1);
    }
    return upper;
  }

  // The units as the answer shows them: a weighted count that is shown is taken to tell them.
  Layer UnitsShown() const {
    Layer units = layers_.all[0];
    units.suppressed = layers_.all[layers_.count].suppressed;
    return units;
  }

  // Each of these counts may need units suppressed beside it, which the others then allow for.
  absl::Status AddDistincts() {
    std::vector<Layer> layers(table_.distincts.size());
    for (bool stable = false; !stable;) {
      stable = true;
      for (size_t d = 0; d < layers.size() && stable; ++d) {
        KLUIS_ASSIGN_OR_RETURN(layers[d], ProtectDistinct(table_.distincts[d]));
        stable = !SuppressUnitsBeside(layers[d]);
      }
    }
    for (Layer& layer : layers) layers_.distincts.push_back(Push(std::move(layer)));
    return absl::OkStatus();
  }

  // When the system of both proves less for the units than their own, none of them are shown. True
  // when some were.
  bool SuppressUnitsBeside(const Layer& distinct) {
    std::vector<bool>& suppressed = layers_.all[layers_.count].suppressed;
    const std::vector<bool> before = suppressed;
    for (const int cell : distinct.opened_beside) suppressed[cell] = true;
    if (distinct.gave_up) suppressed = distinct.suppressed;
    return suppressed != before;
  }

  absl::StatusOr<Layer> ProtectDistinct(const DistinctColumn& column) {
    const Layer units = UnitsShown();
    CountInput input{.variable = absl::StrCat("distinct:", column.name), .values = column.cells,
                     .contributors = column.cells, .rows = {},
                     .additive = column.additive, .differences = {},
                     .forced = Forced(layers_.count), .upper = UnitsAsBound(false),
                     .support_known = true, .group_disclosure = false, .units = &units};
    for (const UnitCount& unit : table_.units) {
      input.behind.push_back({.records = unit.rows, .weight = unit.weight});
    }
    for (const Relation& relation : view_.relations) {
      if (column.additive[relation.axis]) {
        input.rows.push_back(EqualityOf(relation));
      } else {
        AddCover(relation, &input.rows);
        for (const int child : relation.children) {
          input.differences.emplace_back(relation.parent, child);
        }
      }
    }
    return ProtectCount(context_, input);
  }

  absl::Status AddWeighted() {
    MagnitudeInput input{.variable = "weighted", .decimals = table_.weight_decimals, .totals = {},
                         .contributors = {}, .parts = {}, .verdicts = {}, .forced = Forced(0),
                         .any_sign = false};
    for (size_t i = 0; i < view_.size(); ++i) {
      const UnitCount& unit = table_.units[i];
      input.totals.push_back(unit.weight);
      input.contributors.push_back(unit.contributors);
      input.parts.push_back({.count = unit.contributors, .largest = {}});
      MagnitudeVerdict& verdict = input.verdicts.emplace_back();
      verdict.rule = RuleBelow(0, i);
      if (verdict.rule.empty()) continue;
      verdict.level = FrequencyLevel(unit.weight, 0, PowerOfTen(table_.weight_decimals),
                                     context_.rules.frequency);
    }
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectMagnitude(context_, input));
    layers_.count = Push(std::move(layer));
    return absl::OkStatus();
  }

  // The rule for which a count layer protects a cell, where that cell is a secret of its own.
  std::string RuleBelow(int layer, size_t cell) const {
    return layers_.all[layer].primaries[cell].rule;
  }

  absl::StatusOr<int> AddContributors(const MeasureColumn& measure) {
    CountInput input{.variable = absl::StrCat("values:", measure.name), .values = {},
                     .contributors = {}, .rows = Equalities(view_), .differences = {},
                     .forced = Forced(layers_.count),
                     .upper = UnitsAsBound(true), .support_known = false, .group_disclosure = false,
                     .units = nullptr, .judge_only = SumsAlone()};
    bool equal = true;
    for (size_t i = 0; i < view_.size(); ++i) {
      equal &= measure.cells[i].rows == table_.units[i].rows;
      input.values.push_back(measure.cells[i].rows);
      input.contributors.push_back(measure.cells[i].rows);
      input.behind.push_back({.records = measure.cells[i].rows, .weight = measure.cells[i].weight});
    }
    if (equal) return layers_.count;
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectCount(sums_, input));
    return Push(std::move(layer));
  }

  // A sum divided by its mean is the number of values, so beside the number of units it tells how
  // many have none (safety.md 5: numerator and complement are both judged).
  absl::StatusOr<int> AddMissing(const MeasureColumn& measure, int below) {
    CountInput input{.variable = absl::StrCat("missing:", measure.name), .values = {},
                     .contributors = {}, .rows = Equalities(view_), .differences = {},
                     .forced = Forced(below),
                     .upper = UnitsAsBound(true), .support_known = false, .group_disclosure = false,
                     .units = nullptr};
    bool any = false;
    for (size_t i = 0; i < view_.size(); ++i) {
      const int64_t missing = table_.units[i].rows - measure.cells[i].rows;
      any |= missing > 0;
      input.values.push_back(missing);
      input.contributors.push_back(missing);
      input.behind.push_back({.records = missing,
                              .weight = table_.units[i].weight - measure.cells[i].weight});
    }
    if (!any) return below;
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectCount(sums_, input));
    return Push(std::move(layer));
  }

  int PlaceOf(const MeasureColumn& measure) const {
    return static_cast<int>(&measure - table_.measures.data());
  }

  // True when the answer shows both the sum and the mean of a measure; a ratio tells one of its
  // sums to who has the other.
  bool ShowsSumAndMean(const MeasureColumn& measure) const {
    const int variable = PlaceOf(measure);
    const auto shows = [&](StatisticKind kind) {
      return std::any_of(table_.shape.statistics.begin(), table_.shape.statistics.end(),
                         [&](const StatisticColumn& column) {
                           const bool in_ratio =
                               column.kind == StatisticKind::kRatio && kind == StatisticKind::kSum;
                           if (in_ratio && column.divisor == variable) return true;
                           return (in_ratio || column.kind == kind) && column.variable == variable;
                         });
    };
    return shows(StatisticKind::kSum) && shows(StatisticKind::kAverage);
  }

  // The column of the squares of a measure, or null.
  const MeasureColumn* SquaresOf(const MeasureColumn& measure) const {
    for (const MeasureColumn& column : table_.measures) {
      if (column.squares_of == PlaceOf(measure)) return &column;
    }
    return nullptr;
  }

  // What the layer of a measure stands on: the contributors with a value, what may be shown of
  // them, and of squares the sum of the values.
  struct Ground {
    int values = -1, below = -1;
  };

  absl::StatusOr<Ground> GroundOf(const MeasureColumn& measure) {
    if (measure.squares_of >= 0) {
      return Ground{grounds_[measure.squares_of].values, layers_.measures[measure.squares_of]};
    }
    KLUIS_ASSIGN_OR_RETURN(const int values, AddContributors(measure));
    if (!ShowsSumAndMean(measure)) return Ground{values, values};
    KLUIS_ASSIGN_OR_RETURN(const int below, AddMissing(measure, values));
    return Ground{values, below};
  }

  const RuleSet& RulesOf(const MeasureColumn& measure) const {
    return measure.squares_of < 0 ? sums_.rules : squares_rules_;
  }

  absl::Status AddMeasure(const MeasureColumn& measure) {
    KLUIS_ASSIGN_OR_RETURN(const Ground ground, GroundOf(measure));
    grounds_.push_back(ground);
    MagnitudeInput input{.variable = measure.name,
                         .decimals = measure.decimals + table_.weight_decimals,
                         .totals = {},
                         .contributors = {},
                         .parts = {},
                         .verdicts = {},
                         .forced = Forced(ground.below),
                         .any_sign = measure.any_sign};
    if (measure.squares_of >= 0) input.forced = WithWholes(std::move(input.forced), ground.below);
    input.judge_sum = [&](const std::vector<int>& cells, bool disjoint) {
      return JudgeMagnitude(Together(measure, table_.weight_decimals, cells, disjoint),
                            UnitsOf(measure), RulesOf(measure));
    };
    for (size_t i = 0; i < view_.size(); ++i) {
      const Contributions& cell = measure.cells[i];
      input.totals.push_back(cell.total);
      input.contributors.push_back(cell.contributors);
      input.parts.push_back(PartsOf(table_, measure, i));
      input.verdicts.push_back(Verdict(measure, i, {0, ground.values, ground.below}));
    }
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectMagnitude(sums_, input));
    layers_.measures.push_back(Push(std::move(layer)));
    return absl::OkStatus();
  }

  // Squares of a whole would tell of a secret sum in it.
  std::vector<bool> WithWholes(std::vector<bool> forced, int layer) const {
    const Layer& sums = layers_.all[layer];
    std::vector<bool> secret = Forced(layer);
    for (size_t i = 0; i < secret.size(); ++i) {
      secret[i] = secret[i] || (sums.suppressed[i] && !sums.primaries[i].rule.empty());
    }
    const std::vector<bool> wholes = WholesOf(table_, secret);
    for (size_t i = 0; i < wholes.size(); ++i) {
      forced[i] = forced[i] || (wholes[i] && view_.displayed(i));
    }
    return forced;
  }

  void AddPercentiles() {
    for (const PercentileColumn& column : table_.percentiles) {
      Layer layer = ProtectPercentile(sums_, column, Forced(layers_.measures[column.measure]));
      layers_.percentiles.push_back(Push(std::move(layer)));
    }
  }

  // Whether a percentile that is asked for would tell what nearly everybody in the cell has. Where
  // nobody has anything, the sum says so.
  bool PercentileTellsNearlyAll(const MeasureColumn& measure, size_t i) const {
    if (measure.cells[i].contributors == 0 || !view_.displayed(i)) return false;
    const int variable = PlaceOf(measure);
    return std::any_of(
        table_.percentiles.begin(), table_.percentiles.end(), [&](const PercentileColumn& column) {
          return column.measure == variable && TellsNearlyAll(column.cells[i], context_.rules);
        });
  }

  // Estimates of others that the rules allow nobody to have.
  int64_t ClosePpm() const { return sums_.rules.p_percent.value_or(PPercentParameters{}).p_ppm; }

  bool GiniTellsNearlyAll(const MeasureColumn& measure, size_t i) const {
    return view_.displayed(i) &&
           std::any_of(table_.ginis.begin(), table_.ginis.end(), [&](const GiniColumn& column) {
             return column.measure == PlaceOf(measure) &&
                    HasLittleInequality(column.cells[i], measure.cells[i].rows, ClosePpm());
           });
  }

  // Whether a variance that is asked for would be so small that everybody's value is known by it.
  bool VarianceTellsNearlyAll(const MeasureColumn& measure, size_t i) const {
    const MeasureColumn* squares = SquaresOf(measure);
    if (squares == nullptr) return false;
    return HasLittleSpread(
        MomentsOf(measure.cells[i], squares->cells[i], table_.weighted, table_.weight_decimals),
        ClosePpm());
  }

  // Reasons that only statistics besides sums have.
  std::string RuleOfStatistics(const MeasureColumn& measure, size_t i) const {
    if (PercentileTellsNearlyAll(measure, i)) return "group";
    if (VarianceTellsNearlyAll(measure, i) || GiniTellsNearlyAll(measure, i)) return "spread";
    if (measure.squares_of < 0) return "";
    return ShapeRule(measure, i, table_.measures[measure.squares_of].cells[i], table_.weighted,
                     sums_.rules);
  }

  MagnitudeUnits UnitsOf(const MeasureColumn& measure) const {
    return {.decimals = measure.decimals, .weight_decimals = table_.weight_decimals,
            .weighted = table_.weighted, .any_sign = measure.any_sign};
  }

  static MagnitudeVerdict Given(const RecordVerdict& judged) {
    if (judged.rule.empty()) return {};
    return {.rule = judged.rule, .level = {.sensitive = true, .upper_level = judged.upper_level,
                                           .lower_level = judged.lower_level}};
  }

  // A cell whose count is a secret has a secret sum, whatever the rules on magnitudes say, also where
  // missing values are not judged, since its row may be that of few. Units of whom none contributes
  // are like units of whom few do, where zeros are protected.
  MagnitudeVerdict Verdict(const MeasureColumn& measure, size_t i,
                           std::initializer_list<int> below) const {
    const Contributions& cell = measure.cells[i];
    const MagnitudeUnits units = UnitsOf(measure);
    const bool judged = IsJudged(sums_, i);
    MagnitudeVerdict verdict;
    if (judged) {
      verdict = cell.judged ? Given(*cell.judged) : JudgeMagnitude(cell, units, RulesOf(measure));
    }
    for (const int layer : below) {
      if (!verdict.rule.empty()) break;
      verdict.rule = RuleBelow(layer, i);
    }
    const bool secret_zero = judged && cell.contributors == 0 && table_.units[i].rows > 0 &&
                             sums_.rules.frequency.protect_zeros;
    if (verdict.rule.empty() && secret_zero) verdict.rule = "zero";
    if (verdict.rule.empty() && judged) verdict.rule = RuleOfStatistics(measure, i);
    if (!verdict.rule.empty() && !verdict.level.sensitive) {
      verdict.level = FrequencyOnlyLevel(cell, units, RulesOf(measure));
    }
    return verdict;
  }

  const LayerContext& context_;
  const LayerContext& sums_;
  const TableView& view_;
  const AggregateTable& table_;
  const RuleSet squares_rules_;  // by which squares are judged
  std::vector<Ground> grounds_;  // of each measure so far
  Layers layers_;
};

}  // namespace

absl::StatusOr<Layers> ProtectLayers(const LayerContext& context) {
  const auto& columns = context.view.table.shape.statistics;
  const auto is_count = [](const StatisticColumn& column) {
    return column.kind == StatisticKind::kShare ||
           FamilyOf(StatisticName(column.kind)) == StatisticFamily::kFrequencies;
  };
  const bool counts = std::any_of(columns.begin(), columns.end(), is_count);
  const RuleSet of_sums = RulesFor(StatisticFamily::kLinearAggregations, context.rules);
  // Units of which no count is shown are judged for the sake of the sums.
  const RuleSet of_counts =
      counts ? RulesFor(StatisticFamily::kFrequencies, context.rules) : of_sums;
  const LayerContext with_counts{.view = context.view, .rules = of_counts,
                                 .options = context.options, .budget = context.budget};
  std::optional<TableView> of_their_own;
  if (!context.view.table.sum_uses.empty()) {
    of_their_own.emplace(TableView::OfSums(context.view.table));
  }
  const LayerContext with_sums{.view = of_their_own ? *of_their_own : context.view,
                               .rules = of_sums,
                               .options = context.options, .budget = context.budget};
  return LayerBuilder(with_counts, with_sums).Run();
}

}  // namespace kluis
