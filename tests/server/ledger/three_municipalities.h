// A table that protection has something to do with.
#ifndef KLUIS_TESTS_SERVER_LEDGER_THREE_MUNICIPALITIES_H_
#define KLUIS_TESTS_SERVER_LEDGER_THREE_MUNICIPALITIES_H_

#include "disclosure/table/aggregate_table.h"

namespace kluis {

// Three municipalities with 20, 15 and 3 firms, and their total.
inline AggregateTable ThreeMunicipalities() {
  AggregateTable table;
  Axis axis{.name = "gemeente", .kind = VariableKind::kIdentifying, .categories = {}};
  axis.categories = {{.code = kTotalCode},
                     {.code = "GM0917", .parent = 0, .level = 1},
                     {.code = "GM0928", .parent = 0, .level = 1},
                     {.code = "GM1954", .parent = 0, .level = 1}};
  table.axes = {axis};
  table.shape.dimensions = {{"gemeente", "Gemeente"}};
  table.shape.statistics = {{"n", StatisticKind::kCount, -1, 0}};
  table.shape.column_order = {0, 1};
  const int64_t firms[] = {38, 20, 15, 3};
  for (int i = 0; i < 4; ++i) {
    table.keys.push_back({i});
    table.uses.push_back(CellUse::kDisplayed);
    table.units.push_back({firms[i], firms[i], firms[i]});
    table.shape.rows.push_back({{axis.categories[i].code}, i});
  }
  return table;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_LEDGER_THREE_MUNICIPALITIES_H_
