#include "disclosure/protect/layers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/count_layer.h"
#include "disclosure/protect/magnitude_layer.h"
#include "disclosure/protect/measure_layers.h"
#include "disclosure/protect/position_layer.h"
#include "disclosure/protect/wholes.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/gini.h"
#include "disclosure/rules/statistic_family.h"

namespace kluis {
namespace {

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
      : context_(context), sums_(sums), view_(context.view), table_(context.view.table) {}

  absl::StatusOr<Layers> Run() {
    KLUIS_RETURN_IF_ERROR(AddUnits());
    if (table_.weighted && !SumsAlone(context_)) KLUIS_RETURN_IF_ERROR(AddWeighted());
    KLUIS_RETURN_IF_ERROR(AddDistincts());
    KLUIS_RETURN_IF_ERROR(AddMeasures(context_, sums_, &layers_));
    AddPercentiles();
    AddGinis();
    return std::move(layers_);
  }

 private:
  absl::Status AddUnits() {
    CountInput input{.variable = "units", .values = {}, .contributors = {},
                     .rows = Equalities(view_), .differences = {},
                     .forced = std::vector<bool>(view_.size(), false),
                     .upper = {}, .support_known = true, .group_disclosure = true,
                     .units = nullptr, .judge_only = SumsAlone(context_)};
    for (const UnitCount& unit : table_.units) {
      input.values.push_back(unit.rows);
      input.contributors.push_back(unit.contributors);
      input.behind.push_back({.records = unit.rows, .weight = unit.weight});
    }
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectCount(context_, input));
    layers_.count = layers_.Add(std::move(layer));
    return absl::OkStatus();
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
    for (Layer& layer : layers) layers_.distincts.push_back(layers_.Add(std::move(layer)));
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
                     .forced = ForcedBy(view_, layers_.all[layers_.count]),
                     .upper = UnitsAsBound(view_, layers_.all[layers_.count], false),
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
                         .contributors = {}, .parts = {}, .verdicts = {},
                         .forced = ForcedBy(view_, layers_.all[0]), .any_sign = false};
    for (size_t i = 0; i < view_.size(); ++i) {
      const UnitCount& unit = table_.units[i];
      input.totals.push_back(unit.weight);
      input.contributors.push_back(unit.contributors);
      input.parts.push_back({.count = unit.contributors, .largest = {}});
      MagnitudeVerdict& verdict = input.verdicts.emplace_back();
      verdict.rule = layers_.all[0].primaries[i].rule;
      if (verdict.rule.empty()) continue;
      verdict.level = FrequencyLevel(unit.weight, 0, PowerOfTen(table_.weight_decimals),
                                     context_.rules.frequency);
    }
    KLUIS_ASSIGN_OR_RETURN(Layer layer, ProtectMagnitude(context_, input));
    layers_.count = layers_.Add(std::move(layer));
    return absl::OkStatus();
  }

  void AddPercentiles() {
    for (const PercentileColumn& column : table_.percentiles) {
      const Layer& sums = layers_.all[layers_.measures[column.measure]];
      Layer layer = ProtectPercentile(sums_, column, ForcedBy(sums_.view, sums));
      layers_.percentiles.push_back(layers_.Add(std::move(layer)));
    }
  }

  void AddGinis() {
    for (const GiniColumn& column : table_.ginis) {
      const Layer& sums = layers_.all[layers_.measures[column.measure]];
      std::vector<absl::int128> values;
      for (const GiniCell& cell : column.cells) values.push_back(GiniOf(cell).value_or(0));
      Layer layer = StartLayer(sums_, absl::StrCat("gini:", table_.measures[column.measure].name),
                               kGiniDecimals, std::move(values), HiddenSpreads(sums_.view, sums));
      layers_.ginis.push_back(layers_.Add(std::move(layer)));
    }
  }

  const LayerContext& context_;
  const LayerContext& sums_;
  const TableView& view_;
  const AggregateTable& table_;
  Layers layers_;
};

}  // namespace

int Layers::Add(Layer layer) {
  all.push_back(std::move(layer));
  return static_cast<int>(all.size()) - 1;
}

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
