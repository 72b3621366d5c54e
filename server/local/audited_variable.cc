#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/local/variable_audit.h"

namespace kluis {
namespace {

AuditedVariable OfMeasure(const AggregateTable& table, const MeasureColumn& measure) {
  AuditedVariable variable;
  variable.name = measure.name;
  variable.measure = true;
  variable.source = &measure;
  variable.any_sign = measure.any_sign;
  variable.decimals = measure.decimals + table.weight_decimals;
  for (const Contributions& cell : measure.cells) {
    variable.values.push_back(cell.total);
    variable.contributors.push_back(cell.contributors);
    variable.largest.push_back(cell.largest.empty() ? absl::int128{0} : cell.largest[0]);
    variable.givers.push_back(cell.shares.empty() ? -1 : cell.shares[0].contributor);
    variable.owners.push_back(
        (cell.judged ? cell.judged->owner : std::nullopt).value_or(variable.givers.back()));
  }
  const bool known = std::any_of(variable.givers.begin(), variable.givers.end(),
                                 [](int64_t giver) { return giver >= 0; });
  if (!known) variable.givers.clear();
  return variable;
}

}  // namespace

AuditedVariable AuditedVariableOf(const AggregateTable& table, const StatisticColumn& column) {
  AuditedVariable variable;
  switch (column.kind) {
    case StatisticKind::kCount:
      variable.name = table.weighted ? "weighted" : "units";
      variable.count = !table.weighted;
      variable.decimals = table.weight_decimals;
      for (const UnitCount& unit : table.units) {
        variable.values.push_back(table.weighted ? unit.weight : absl::int128{unit.rows});
        variable.contributors.push_back(unit.contributors);
      }
      return variable;
    case StatisticKind::kCountDistinct: {
      const DistinctColumn& distinct = table.distincts[column.variable];
      variable.name = absl::StrCat("distinct:", distinct.name);
      variable.count = true;
      variable.additive = distinct.additive;
      variable.values.assign(distinct.cells.begin(), distinct.cells.end());
      variable.contributors = distinct.cells;
      return variable;
    }
    case StatisticKind::kSum:
    case StatisticKind::kRatio:  // refused before: CheckLocal()
    case StatisticKind::kMedian:
    case StatisticKind::kPercentile:
    case StatisticKind::kVariance:
    case StatisticKind::kDeviation:
    case StatisticKind::kGini:
    case StatisticKind::kAverage:
      return OfMeasure(table, table.measures[column.variable]);
    case StatisticKind::kShare:  // likewise
      break;
  }
  return variable;
}

}  // namespace kluis
