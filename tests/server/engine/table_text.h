// All that an engine fills in a table, as text: two tables are the same when it is.
#ifndef KLUIS_TESTS_SERVER_ENGINE_TABLE_TEXT_H_
#define KLUIS_TESTS_SERVER_ENGINE_TABLE_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

inline void AppendNumbers(const std::vector<absl::int128>& numbers, std::string* text) {
  absl::StrAppend(text, " [");
  for (const absl::int128 number : numbers) absl::StrAppend(text, FormatFixed(number, 0), " ");
  absl::StrAppend(text, "]");
}

inline std::string TextOf(const AggregateTable& table) {
  std::string text = absl::StrCat("weighted ", table.weighted, " ", table.weight_decimals, "\n");
  for (size_t cell = 0; cell < table.keys.size(); ++cell) {
    absl::StrAppend(&text, "cell");
    for (const int category : table.keys[cell]) absl::StrAppend(&text, " ", category);
    const UnitCount& units = table.units[cell];
    absl::StrAppend(&text, ": ", units.rows, " ", units.contributors, " ",
                    FormatFixed(units.weight, 0), "\n");
    for (const MeasureColumn& measure : table.measures) {
      const Contributions& sums = measure.cells[cell];
      absl::StrAppend(&text, "  ", measure.name, " ", sums.rows, " ", sums.contributors);
      AppendNumbers({sums.weight, sums.total, sums.absolute_total, sums.unlisted}, &text);
      AppendNumbers(sums.largest, &text);
      for (const Share& share : sums.shares)
        absl::StrAppend(&text, " #", share.contributor, "=", FormatFixed(share.amount, 0));
      absl::StrAppend(&text, "\n");
    }
    for (const DistinctColumn& distinct : table.distincts)
      absl::StrAppend(&text, "  distinct ", distinct.cells[cell], "\n");
    for (const PercentileColumn& column : table.percentiles) {
      const PercentileCell& found = column.cells[cell];
      absl::StrAppend(&text, "  p", column.percent);
      AppendNumbers({found.weight, found.low, found.high, found.contributors, found.at_or_below,
                     found.at_or_above, found.at_point},
                    &text);
      AppendNumbers(found.below, &text);
      AppendNumbers(found.above, &text);
      absl::StrAppend(&text, "\n");
    }
    for (const GiniColumn& column : table.ginis) {
      const GiniCell& found = column.cells[cell];
      absl::StrAppend(&text, "  gini");
      AppendNumbers({found.weight, found.total, found.ranked}, &text);
      absl::StrAppend(&text, "\n");
    }
  }
  for (const MeasureColumn& measure : table.measures) {
    if (!measure.levels.has_value()) continue;
    absl::StrAppend(&text, "levels of ", measure.name, ":");
    for (const int64_t level : *measure.levels) absl::StrAppend(&text, " ", level);
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_ENGINE_TABLE_TEXT_H_
