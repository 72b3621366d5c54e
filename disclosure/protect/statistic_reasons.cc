#include "disclosure/protect/statistic_reasons.h"

#include <algorithm>

#include "disclosure/protect/position_layer.h"
#include "disclosure/rules/gini.h"
#include "disclosure/rules/squares.h"
#include "disclosure/rules/variance.h"

namespace kluis {
namespace {

// Estimates of others that the rules allow nobody to have.
int64_t ClosePpm(const StatisticContext& context) {
  return context.sums.p_percent.value_or(PPercentParameters{}).p_ppm;
}

// Whether a percentile that is asked for would tell what nearly everybody in the cell has. Where
// nobody has anything, the sum says so.
bool PercentileTellsNearlyAll(const StatisticContext& context, int measure, size_t i) {
  const AggregateTable& table = context.view.table;
  if (table.measures[measure].cells[i].contributors == 0 || !context.view.displayed(i)) {
    return false;
  }
  return std::any_of(
      table.percentiles.begin(), table.percentiles.end(), [&](const PercentileColumn& column) {
        return column.measure == measure && TellsNearlyAll(column.cells[i], context.counts);
      });
}

bool GiniTellsNearlyAll(const StatisticContext& context, int measure, size_t i) {
  const AggregateTable& table = context.view.table;
  const int64_t rows = table.measures[measure].cells[i].rows;
  return context.view.displayed(i) &&
         std::any_of(table.ginis.begin(), table.ginis.end(), [&](const GiniColumn& column) {
           return column.measure == measure &&
                  HasLittleInequality(column.cells[i], rows, ClosePpm(context));
         });
}

// Whether a variance that is asked for would be so small that everybody's value is known by it.
bool VarianceTellsNearlyAll(const StatisticContext& context, int measure, size_t i) {
  const AggregateTable& table = context.view.table;
  const Contributions& values = table.measures[measure].cells[i];
  return std::any_of(
      table.measures.begin(), table.measures.end(), [&](const MeasureColumn& column) {
        return column.squares_of == measure &&
               HasLittleSpread(
                   MomentsOf(values, column.cells[i], table.weighted, table.weight_decimals),
                   ClosePpm(context));
      });
}

}  // namespace

std::string RuleOfStatistics(const StatisticContext& context, int measure, size_t i) {
  if (PercentileTellsNearlyAll(context, measure, i)) return "group";
  if (VarianceTellsNearlyAll(context, measure, i) || GiniTellsNearlyAll(context, measure, i)) {
    return "spread";
  }
  const AggregateTable& table = context.view.table;
  const MeasureColumn& column = table.measures[measure];
  if (column.squares_of < 0) return "";
  return ShapeRule(column, i, table.measures[column.squares_of].cells[i], table.weighted,
                   context.sums);
}

}  // namespace kluis
