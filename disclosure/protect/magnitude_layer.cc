#include "disclosure/protect/magnitude_layer.h"

#include <algorithm>
#include <set>

#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

class MagnitudeLayer {
 public:
  MagnitudeLayer(const LayerContext& context, const MagnitudeInput& input)
      : context_(context), view_(context.view), input_(input),
        layer_(StartLayer(context, input.variable, input.decimals, input.totals, input.forced)) {}

  absl::StatusOr<Layer> Run() {
    for (size_t i = 0; i < view_.size(); ++i) Judge(i);
    KLUIS_RETURN_IF_ERROR(AddPattern(context_, MakeSystem(), &layer_));
    while (AddExposedPairs()) {
      KLUIS_RETURN_IF_ERROR(AddPattern(context_, MakeSystem(), &layer_));
    }
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

  Bounds BoundsOfCell() const {
    return {.low = input_.any_sign ? -kUnbounded : absl::int128{0}, .high = kUnbounded};
  }

  System MakeSystem() const {
    System system{.cells = CellsOf(context_, layer_), .rows = {}, .scenarios = {},
                  .integral = false, .grid = view_.grid.get()};
    for (const Relation& relation : view_.relations) system.rows.push_back(EqualityOf(relation));
    Scenario scenario{.name = "magnitude", .known = {}, .bounds = {}, .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      const bool empty = input_.totals[i] == 0 && input_.contributors[i] == 0;
      system.cells[i].fixed |= empty && !layer_.suppressed[i];
      scenario.bounds.push_back(BoundsOfCell());
      const Primary& primary = layer_.primaries[i];
      if (primary.rule.empty()) continue;
      scenario.requirements.push_back({.cell = static_cast<int>(i), .low = primary.low,
                                       .high = primary.high, .relaxable = false});
    }
    for (const Pair& pair : pairs_) AddVirtualCell(pair, &system, &scenario);
    scenario.known.assign(system.cells.size(), false);
    system.scenarios.push_back(std::move(scenario));
    return system;
  }

  using Pair = std::pair<int, int>;

  // Suppressed from the start and shown nowhere, so it costs nothing.
  void AddVirtualCell(const Pair& pair, System* system, Scenario* scenario) const {
    const int cell = static_cast<int>(system->cells.size());
    const absl::int128 total = input_.totals[pair.first] + input_.totals[pair.second];
    absl::int128 level = 1;
    for (const int part : {pair.first, pair.second}) {
      const Primary& primary = layer_.primaries[part];
      if (primary.rule.empty()) continue;
      level = std::max(level, primary.high - input_.totals[part]);
    }
    system->cells.push_back({.value = total, .cost = 0, .open = true, .fixed = false});
    system->rows.push_back({.terms = {{cell, 1}, {pair.first, -1}, {pair.second, -1}}});
    scenario->bounds.push_back(BoundsOfCell());
    scenario->requirements.push_back(
        {.cell = cell, .low = Bounded(total - level), .high = total + level, .relaxable = true});
  }

  // Two suppressed cells alone in a relation, one of them with a single contributor and one of
  // them sensitive: their sum (or difference) is public.
  bool AddExposedPairs() {
    bool added = false;
    for (const Relation& relation : view_.relations) {
      std::vector<int> open;
      for (const int child : relation.children) {
        if (layer_.suppressed[child] && input_.contributors[child] > 0) open.push_back(child);
      }
      if (open.size() != 2 || layer_.suppressed[relation.parent]) continue;
      const bool single = input_.contributors[open[0]] == 1 || input_.contributors[open[1]] == 1;
      const bool sensitive =
          !layer_.primaries[open[0]].rule.empty() || !layer_.primaries[open[1]].rule.empty();
      if (!single || !sensitive) continue;
      if (seen_.insert({open[0], open[1]}).second) {
        pairs_.emplace_back(open[0], open[1]);
        added = true;
      }
    }
    return added;
  }

  const LayerContext& context_;
  const TableView& view_;
  const MagnitudeInput& input_;
  Layer layer_;
  std::set<Pair> seen_;
  std::vector<Pair> pairs_;
};

}  // namespace

absl::StatusOr<Layer> ProtectMagnitude(const LayerContext& context, const MagnitudeInput& input) {
  return MagnitudeLayer(context, input).Run();
}

}  // namespace kluis
