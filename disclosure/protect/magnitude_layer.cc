#include "disclosure/protect/magnitude_layer.h"

#include <algorithm>

#include "disclosure/base/status_macros.h"
#include "disclosure/protect/contributors.h"

namespace kluis {
namespace {

class MagnitudeLayer {
 public:
  MagnitudeLayer(const LayerContext& context, const MagnitudeInput& input)
      : context_(context), view_(context.view), input_(input),
        layer_(StartLayer(context, input.variable, input.decimals, input.totals, input.forced)) {}

  absl::StatusOr<Layer> Run() {
    for (size_t i = 0; i < view_.size(); ++i) Judge(i);
    KLUIS_RETURN_IF_ERROR(AddPattern(context_, MakeSystem(), {}, &layer_));
    return std::move(layer_);
  }

 private:
  void Judge(size_t i) {
    const MagnitudeVerdict& verdict = input_.verdicts[i];
    if (!verdict.level.sensitive) return;
    layer_.suppressed[i] = true;
    const bool interval = context_.rules.secondary.interval;
    const absl::int128 upper = interval ? verdict.level.upper_level : absl::int128{1};
    const absl::int128 lower = interval ? verdict.level.lower_level : absl::int128{1};
    layer_.primaries[i] = {.rule = verdict.rule, .low = Bounded(input_.totals[i] - lower),
                           .high = input_.totals[i] + upper};
  }

  absl::int128 Bounded(absl::int128 low) const {
    return input_.any_sign ? low : std::max<absl::int128>(low, 0);
  }

  // Whoever is not listed among the contributors of a cell may still know a part of it.
  Bounds BoundsOfCell(size_t i, const System& system) const {
    if (input_.any_sign) return {.low = -kUnbounded, .high = kUnbounded};
    return {.low = std::min(input_.totals[i], system.contributors[i].unlisted * system.coalition),
            .high = kUnbounded};
  }

  int Coalitions() const {
    const RuleSet& rules = context_.rules;
    return std::max({1, rules.frequency.coalition, rules.p_percent ? rules.p_percent->coalition : 1});
  }

  System MakeSystem() const {
    System system{.cells = CellsOf(context_, layer_), .rows = {}, .scenarios = {},
                  .integral = false, .grid = view_.grid.get()};
    for (const Relation& relation : view_.relations) system.rows.push_back(EqualityOf(relation));
    system.contributors = ListContributors(view_, input_.parts);
    system.coalition = Coalitions();
    Scenario scenario{.name = "magnitude", .known = {}, .bounds = {}, .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      const bool empty = input_.totals[i] == 0 && input_.contributors[i] == 0;
      system.cells[i].fixed |= empty && !layer_.suppressed[i];
      scenario.bounds.push_back(BoundsOfCell(i, system));
      const Primary& primary = layer_.primaries[i];
      if (primary.rule.empty()) continue;
      scenario.requirements.push_back({.cell = static_cast<int>(i), .low = primary.low,
                                       .high = primary.high, .relaxable = false});
    }
    scenario.known.assign(system.cells.size(), false);
    system.scenarios.push_back(std::move(scenario));
    return system;
  }

  const LayerContext& context_;
  const TableView& view_;
  const MagnitudeInput& input_;
  Layer layer_;
};

}  // namespace

absl::StatusOr<Layer> ProtectMagnitude(const LayerContext& context, const MagnitudeInput& input) {
  return MagnitudeLayer(context, input).Run();
}

}  // namespace kluis
