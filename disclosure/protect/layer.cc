#include "disclosure/protect/layer.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/cell_cost.h"
#include "disclosure/rules/missing.h"

namespace kluis {

bool IsJudged(const LayerContext& context, size_t cell) {
  return context.rules.judge_missing || IsJudged(context.view.CodesOf(cell), false);
}

Layer StartLayer(const LayerContext& context, const std::string& variable, int decimals,
                 std::vector<absl::int128> values, const std::vector<bool>& forced) {
  Layer layer{.variable = variable,
              .decimals = decimals,
              .values = std::move(values),
              .primaries = {},
              .suppressed = forced,
              .intervals = {}};
  layer.primaries.resize(layer.values.size());
  for (size_t i = 0; i < layer.values.size(); ++i) {
    if (context.view.hidden(i)) layer.suppressed[i] = true;
    const double value = ToDouble(layer.values[i]);
    layer.intervals.push_back({.low = value, .high = value});
  }
  layer.reached = layer.intervals;
  return layer;
}

std::vector<bool> ForcedBy(const TableView& view, const Layer& layer) {
  std::vector<bool> forced = layer.suppressed;
  for (size_t i = 0; i < forced.size(); ++i) {
    if (!view.displayed(i)) forced[i] = false;
  }
  return forced;
}

std::vector<LinearRow> Equalities(const TableView& view) {
  std::vector<LinearRow> rows;
  for (const Relation& relation : view.relations) rows.push_back(EqualityOf(relation));
  return rows;
}

bool SumsAlone(const LayerContext& context) {
  const auto& columns = context.view.table.shape.statistics;
  return context.options.only_shown &&
         std::all_of(columns.begin(), columns.end(), [](const StatisticColumn& column) {
           return column.kind == StatisticKind::kSum || column.kind == StatisticKind::kRatio;
         });
}

std::vector<SystemCell> CellsOf(const LayerContext& context, const Layer& layer) {
  std::vector<SystemCell> cells(layer.values.size());
  std::string name;
  for (size_t i = 0; i < cells.size(); ++i) {
    double factor = 1;
    if (context.options.cost_factor) {
      context.view.NameCell(i, layer.variable, &name);
      factor = context.options.cost_factor(name);
    }
    const double cost =
        CellCost(context.view.table, context.rules.secondary, i, layer.values[i], layer.decimals);
    cells[i] = {.value = layer.values[i],
                .cost = factor * cost,
                .open = layer.suppressed[i],
                .hidden = context.view.hidden(i),
                .fixed = context.view.impossible(i)};
  }
  return cells;
}

void AddComputed(const ComputedCell& cell, System* system, SystemTables* tables) {
  const int number = static_cast<int>(system->cells.size());
  system->cells.push_back(
      {.value = cell.value, .cost = 0, .open = true, .hidden = true, .fixed = false});
  LinearRow row{.terms = {{number, 1}}};
  for (const auto& [of, coefficient] : cell.terms) row.terms.emplace_back(of, -coefficient);
  system->rows.push_back(std::move(row));
  for (Scenario& scenario : system->scenarios) {
    const bool known = std::all_of(cell.terms.begin(), cell.terms.end(),
                                   [&](const auto& term) { return scenario.known[term.first]; });
    scenario.known.push_back(known);
    scenario.bounds.push_back(cell.bounds);
    if (known) continue;
    scenario.requirements.push_back(
        {.cell = number, .low = cell.low, .high = cell.high, .relaxable = true});
  }
  tables->computed.push_back(cell.terms);
}

namespace {

// Another one, for the sake of others.
void Suppress(const LayerContext& context, size_t cell, Layer* layer) {
  if (layer->suppressed[cell]) return;
  layer->suppressed[cell] = true;
  layer->cost += CellCost(context.view.table, context.rules.secondary, cell, layer->values[cell],
                          layer->decimals);
}

}  // namespace

absl::Status AddPattern(const LayerContext& context, const System& system,
                        const SystemTables& tables, Layer* layer) {
  PatternOptions options;
  options.proofs = true;
  if (context.options.progress) {
    options.progress = [&](double done) { context.options.progress(layer->variable, done); };
  }
  options.stage = context.options.stage;
  absl::StatusOr<Pattern> pattern = FindPattern(system, options, context.budget);
  if (pattern.ok()) {
    if (context.options.stage) context.options.stage("certificates");
    const absl::Status audit = AuditPattern(context.view, system, tables, *pattern);
    if (!audit.ok()) pattern = audit;
  }
  if (absl::IsFailedPrecondition(pattern.status())) {
    layer->gave_up = true;
    for (size_t i = 0; i < layer->suppressed.size(); ++i) {
      if (!context.view.impossible(i)) Suppress(context, i, layer);
    }
    return absl::OkStatus();
  }
  if (!pattern.ok()) return pattern.status();
  for (size_t i = 0; i < layer->suppressed.size(); ++i) {
    if (pattern->suppressed[i]) Suppress(context, i, layer);
  }
  layer->cut_short |= pattern->cut_short;
  const size_t size = layer->suppressed.size();
  for (size_t i = size; i < system.cells.size(); ++i) {
    if (pattern->suppressed[i] && !system.cells[i].open) {
      layer->opened_beside.push_back(static_cast<int>(i - size));
    }
  }
  for (size_t i = 0; i < size; ++i) {
    layer->reached[i].low = std::min(layer->reached[i].low, pattern->reached[i].low);
    layer->reached[i].high = std::max(layer->reached[i].high, pattern->reached[i].high);
  }
  for (size_t s = 0; s < system.scenarios.size(); ++s) {
    const auto& requirements = system.scenarios[s].requirements;
    for (size_t r = 0; r < requirements.size(); ++r) {
      const size_t cell = requirements[r].cell;
      if (cell >= layer->intervals.size()) continue;
      ProvenInterval& interval = layer->intervals[cell];
      const ProvenInterval& proven = pattern->intervals[s][r];
      const bool first = interval.low == interval.high;
      interval.low = first ? proven.low : std::max(interval.low, proven.low);
      interval.high = first ? proven.high : std::min(interval.high, proven.high);
    }
  }
  return absl::OkStatus();
}

}  // namespace kluis
