#include "server/release/figures.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/raw_value.h"

namespace kluis {
namespace {

// Cell and variable -> why it is not shown.
using Reviews = std::map<std::pair<int, std::string>, const CellReview*>;

Reviews ByCell(const ProtectedTable& table) {
  Reviews reviews;
  for (const CellReview& review : table.review()) reviews[{review.cell, review.variable}] = &review;
  return reviews;
}

bool OfMeasure(const StatisticColumn& column) {
  return column.variable >= 0 && column.kind != StatisticKind::kCount &&
         column.kind != StatisticKind::kShare && column.kind != StatisticKind::kCountDistinct;
}

// The variables whose patterns decide on a column, the nearest first: what is hidden in one is
// hidden in those above it.
std::vector<std::string> VariablesOf(const AggregateTable& table, const StatisticColumn& column) {
  std::vector<std::string> names;
  if (column.kind == StatisticKind::kCountDistinct) {
    names.push_back(absl::StrCat("distinct:", table.distincts[column.variable].name));
  } else if (OfMeasure(column)) {
    const std::string& measure = table.measures[column.variable].name;
    if (column.squares >= 0) names.push_back(table.measures[column.squares].name);
    names.insert(names.end(), {measure, absl::StrCat("values:", measure)});
    if (column.divisor >= 0) names.push_back(table.measures[column.divisor].name);
  }
  names.push_back("units");
  return names;
}

void FillReason(const AggregateTable& table, const StatisticColumn& column, int cell,
                const Reviews& reviews, Figure* figure) {
  for (const std::string& variable : VariablesOf(table, column)) {
    const auto found = reviews.find({cell, variable});
    if (found == reviews.end()) continue;
    const CellReview& review = *found->second;
    if (review.decision != "primary" && review.decision != "secondary") continue;
    figure->decision = review.decision;
    figure->rule = review.rule;
    figure->required_low = review.required_low;
    figure->required_high = review.required_high;
    figure->interval_low = review.interval_low;
    figure->interval_high = review.interval_high;
    return;
  }
}

void FillShares(const Contributions& cell, Figure* figure) {
  const double all = ToDouble(cell.absolute_total);
  if (all <= 0) return;
  const auto amount = [&](size_t i) {
    if (!cell.shares.empty()) return i < cell.shares.size() ? ToDouble(cell.shares[i].amount) : 0;
    return i < cell.largest.size() ? ToDouble(cell.largest[i]) : 0;
  };
  figure->largest = amount(0) / all;
  figure->second = amount(1) / all;
}

Figure FigureOf(const AggregateTable& table, const ReleaseRow& row, const StatisticColumn& column,
                const ReleasedValue& after, const Reviews& reviews) {
  Figure figure;
  figure.codes = row.codes;
  figure.statistic = column.name;
  const std::optional<absl::int128> raw = RawValue(table, column, row);
  if (raw) figure.before = FormatFixed(*raw, column.decimals);
  figure.after = after.status == ValueStatus::kOk ? FormatFixed(after.scaled, column.decimals) : "";
  if (after.status == ValueStatus::kSuppressed) {
    figure.after = ".";
    FillReason(table, column, row.cell, reviews, &figure);
  }
  figure.contributors = table.units[row.cell].contributors;
  if (OfMeasure(column)) {
    const Contributions& cell = table.measures[column.variable].cells[row.cell];
    figure.contributors = cell.contributors;
    // The largest contributions are unweighted, and a share of a weighted total needs the weighted.
    if (!table.weighted || !cell.shares.empty()) FillShares(cell, &figure);
  }
  return figure;
}

}  // namespace

std::vector<Figure> FiguresOf(const AggregateTable& before, const ProtectedTable& after) {
  const Reviews reviews = ByCell(after);
  std::vector<Figure> figures;
  for (size_t r = 0; r < after.shape().rows.size(); ++r) {
    for (size_t s = 0; s < after.shape().statistics.size(); ++s) {
      figures.push_back(FigureOf(before, after.shape().rows[r], after.shape().statistics[s],
                                 after.values()[r][s], reviews));
    }
  }
  return figures;
}

}  // namespace kluis
