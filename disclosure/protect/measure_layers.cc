#include "disclosure/protect/measure_layers.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/count_layer.h"
#include "disclosure/protect/line_sums.h"
#include "disclosure/protect/magnitude_layer.h"
#include "disclosure/protect/statistic_reasons.h"
#include "disclosure/protect/wholes.h"
#include "disclosure/rules/squares.h"

namespace kluis {
namespace {

class MeasureLayers {
 public:
  MeasureLayers(const LayerContext& counts, const LayerContext& sums, Layers* layers)
      : counts_(counts),
        sums_(sums),
        view_(sums.view),
        table_(sums.view.table),
        squares_rules_(RulesForSquares(sums.rules)),
        statistics_{view_, counts.rules, sums.rules},
        layers_(*layers) {}

  absl::Status Run() {
    for (const MeasureColumn& measure : table_.measures) {
      KLUIS_RETURN_IF_ERROR(AddMeasure(measure));
    }
    return absl::OkStatus();
  }

 private:
  int PlaceOf(const MeasureColumn& measure) const {
    return static_cast<int>(&measure - table_.measures.data());
  }

  absl::StatusOr<int> AddContributors(const MeasureColumn& measure) {
    CountInput input{.variable = absl::StrCat("values:", measure.name), .values = {},
                     .contributors = {}, .rows = Equalities(view_), .differences = {},
                     .forced = ForcedBy(view_, layers_.all[layers_.count]),
                     .upper = UnitsAsBound(view_, layers_.all[layers_.count], true),
                     .support_known = false, .group_disclosure = false, .units = nullptr,
                     .judge_only = SumsAlone(counts_)};
    bool equal = true;
    for (size_t i = 0; i < view_.size(); ++i) {
      equal &= measure.cells[i].rows == table_.units[i].rows;
      input.values.push_back(measure.cells[i].rows);
      input.contributors.push_back(measure.cells[i].rows);
      input.behind.push_back({.records = measure.cells[i].rows, .weight = measure.cells[i].weight});
    }
    if (equal) return layers_.count;
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectCount(sums_, input));
    return layers_.Add(std::move(layer));
  }

  // A sum divided by its mean is the number of values, so beside the number of units it tells how
  // many have none (safety.md 5: numerator and complement are both judged).
  absl::StatusOr<int> AddMissing(const MeasureColumn& measure, int below) {
    CountInput input{.variable = absl::StrCat("missing:", measure.name), .values = {},
                     .contributors = {}, .rows = Equalities(view_), .differences = {},
                     .forced = ForcedBy(view_, layers_.all[below]),
                     .upper = UnitsAsBound(view_, layers_.all[layers_.count], true),
                     .support_known = false, .group_disclosure = false, .units = nullptr};
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
    return layers_.Add(std::move(layer));
  }

  // True when the answer shows two of the sum, the mean and the variance of a measure; a ratio tells
  // one of its sums to who has the other. A variance gives a sum of squares for each number of
  // values, and sums of squares add up.
  bool TellsNumberOfValues(const MeasureColumn& measure) const {
    const int variable = PlaceOf(measure);
    bool sum = false, mean = false, variance = false;
    for (const StatisticColumn& column : table_.shape.statistics) {
      const bool in_ratio = column.kind == StatisticKind::kRatio;
      sum |= in_ratio && column.divisor == variable;
      if (column.variable != variable) continue;
      sum |= in_ratio || column.kind == StatisticKind::kSum;
      mean |= column.kind == StatisticKind::kAverage;
      variance |= column.squares >= 0;
    }
    return sum + mean + variance >= 2;
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
    if (!TellsNumberOfValues(measure)) return Ground{values, values};
    KLUIS_ASSIGN_OR_RETURN(const int below, AddMissing(measure, values));
    return Ground{values, below};
  }

  const RuleSet& RulesOf(const MeasureColumn& measure) const {
    return measure.squares_of < 0 && !measure.product ? sums_.rules : squares_rules_;
  }

  absl::Status AddMeasure(const MeasureColumn& measure) {
    KLUIS_ASSIGN_OR_RETURN(const Ground ground, GroundOf(measure));
    grounds_.push_back(ground);
    const Layer& below = layers_.all[ground.below];
    MagnitudeInput input{.variable = measure.name,
                         .decimals = measure.decimals + table_.weight_decimals,
                         .totals = {},
                         .contributors = {},
                         .parts = {},
                         .verdicts = {},
                         .forced = measure.squares_of < 0 ? ForcedBy(view_, below)
                                                          : HiddenSpreads(view_, below),
                         .any_sign = measure.any_sign};
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
    layers_.measures.push_back(layers_.Add(std::move(layer)));
    return absl::OkStatus();
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

  // A cell whose count is a secret has a secret sum, whatever the rules on magnitudes say, also
  // where missing values are not judged, since its row may be that of few. Units of whom none
  // contributes are like units of whom few do, where zeros are protected.
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
      verdict.rule = layers_.all[layer].primaries[i].rule;
    }
    const bool secret_zero = judged && cell.contributors == 0 && table_.units[i].rows > 0 &&
                             sums_.rules.frequency.protect_zeros;
    if (verdict.rule.empty() && secret_zero) verdict.rule = "zero";
    if (verdict.rule.empty() && judged) {
      verdict.rule = RuleOfStatistics(statistics_, PlaceOf(measure), i);
    }
    if (!verdict.rule.empty() && !verdict.level.sensitive) {
      verdict.level = FrequencyOnlyLevel(cell, units, RulesOf(measure));
    }
    return verdict;
  }

  const LayerContext& counts_;
  const LayerContext& sums_;
  const TableView& view_;
  const AggregateTable& table_;
  const RuleSet squares_rules_;  // by which squares are judged
  const StatisticContext statistics_;
  std::vector<Ground> grounds_;  // of each measure so far
  Layers& layers_;
};

}  // namespace

absl::Status AddMeasures(const LayerContext& counts, const LayerContext& sums, Layers* layers) {
  return MeasureLayers(counts, sums, layers).Run();
}

}  // namespace kluis
