#include "server/plan/part_uses.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

bool IsOfMeasure(const StatisticColumn& column) {
  return column.kind != StatisticKind::kCount && column.kind != StatisticKind::kCountDistinct &&
         column.kind != StatisticKind::kShare;
}

// What the columns among `table`'s show; of measures only, or all.
std::vector<CellUse> UsesOf(const AggregateTable& table, bool of_measures) {
  bool whole = false;
  std::vector<bool> used(table.shape.rows[0].parts.size(), false);
  for (const StatisticColumn& column : table.shape.statistics) {
    if (of_measures && !IsOfMeasure(column)) continue;
    whole |= column.part < 0 || column.kind == StatisticKind::kShare;
    if (column.part >= 0) used[column.part] = true;
  }
  std::vector<CellUse> uses = table.uses;
  for (const ReleaseRow& row : table.shape.rows) {
    if (!whole) uses[row.cell] = CellUse::kHidden;
  }
  for (const ReleaseRow& row : table.shape.rows) {
    for (size_t p = 0; p < used.size(); ++p) {
      if (!used[p]) continue;
      for (const int cell : row.parts[p].in) uses[cell] = CellUse::kDisplayed;
      if (!whole) continue;
      for (const int cell : row.parts[p].out) uses[cell] = CellUse::kDisplayed;
    }
  }
  return uses;
}

bool EachIsOneCell(const ReleaseShape& shape, int part) {
  return std::all_of(shape.rows.begin(), shape.rows.end(),
                     [part](const ReleaseRow& row) { return row.parts[part].in.size() <= 1; });
}

}  // namespace

void UseParts(AggregateTable* table) {
  std::vector<CellUse> of_sums = UsesOf(*table, true), of_all = UsesOf(*table, false);
  if (!table->measures.empty() && of_sums != of_all) table->sum_uses = std::move(of_sums);
  table->uses = std::move(of_all);
}

std::optional<Refusal> CheckDistinctParts(const std::vector<SelectItem>& items,
                                          const std::vector<PlannedPart>& parts,
                                          const AggregateTable& table) {
  size_t statistic = 0;
  for (const SelectItem& item : items) {
    const auto* ref = std::get_if<StatisticRef>(&item.value);
    if (ref == nullptr) continue;
    const StatisticColumn& column = table.shape.statistics[statistic++];
    if (column.kind != StatisticKind::kCountDistinct || column.part < 0) continue;
    const std::vector<bool>& additive = table.distincts[column.variable].additive;
    const std::vector<PartOnAxis>& axes = parts[column.part].axes;
    const bool adds = std::all_of(axes.begin(), axes.end(),
                                  [&](const PartOnAxis& on) { return additive[on.axis]; });
    if (adds || EachIsOneCell(table.shape, column.part)) continue;
    return RefuseAt(RefusalKind::kUsage, "DISTINCT_OF_CLASSES",
                    absl::StrCat("one ", ref->variable.name,
                                 " can be in several of the classes that meet this condition"),
                    ref->at, "ask for this column in a query of its own");
  }
  return std::nullopt;
}

}  // namespace kluis
