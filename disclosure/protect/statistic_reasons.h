// Reasons to hide a sum that only the statistics beside it have: a percentile, a variance or a Gini
// coefficient that is asked for would tell what nearly everybody in the cell has. "." on that
// statistic alone, beside a mean, would tell it as well.
#ifndef KLUIS_DISCLOSURE_PROTECT_STATISTIC_REASONS_H_
#define KLUIS_DISCLOSURE_PROTECT_STATISTIC_REASONS_H_

#include <string>

#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/table_view.h"

namespace kluis {

// All members must outlive it.
struct StatisticContext {
  const TableView& view;
  const RuleSet& counts;  // by which counts are judged
  const RuleSet& sums;    // by which sums and means are
};

// The name of the reason for a cell of a measure: "group", "spread"; of squares also what
// ShapeRule() says. Empty: there is none.
std::string RuleOfStatistics(const StatisticContext& context, int measure, size_t cell);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_STATISTIC_REASONS_H_
