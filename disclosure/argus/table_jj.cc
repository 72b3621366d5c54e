#include "disclosure/argus/table_jj.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"
#include "disclosure/table/relations.h"

namespace kluis {
namespace {

JjStatus StatusOf(ArgusStatus status) {
  switch (status) {
    case ArgusStatus::kUnsafe:
      return JjStatus::kUnsafe;
    case ArgusStatus::kSecondary:
      return JjStatus::kSecondary;
    case ArgusStatus::kProtect:
    case ArgusStatus::kEmpty:
      return JjStatus::kProtected;
    default:
      return JjStatus::kSafe;
  }
}

int DecimalsOf(const std::optional<ArgusColumn>& column) {
  return column.has_value() ? column->decimals : 0;
}

// The level of a cell with `decimals` decimals, at least those of the column.
absl::int128 LevelOf(const std::optional<ArgusColumn>& column, size_t cell, int decimals) {
  if (!column.has_value()) return 0;
  return column->cells[cell] * PowerOfTen(decimals - column->decimals);
}

ArgusStatus Solved(JjStatus solved, ArgusStatus before) {
  const bool suppressed = before == ArgusStatus::kUnsafe || before == ArgusStatus::kSecondary;
  switch (solved) {
    case JjStatus::kUnsafe:
      return ArgusStatus::kUnsafe;
    case JjStatus::kSecondary:
      return ArgusStatus::kSecondary;
    case JjStatus::kProtected:
      return before == ArgusStatus::kEmpty ? before : ArgusStatus::kProtect;
    case JjStatus::kSafe:
      return suppressed ? ArgusStatus::kSafe : before;
  }
  return before;
}

}  // namespace

JjTable JjOfTable(const ArgusTable& table, size_t response) {
  KLUIS_CHECK(response < table.responses.size() || table.responses.empty());
  KLUIS_CHECK(!table.responses.empty() || table.frequency.has_value());
  const ArgusColumn& values =
      table.responses.empty() ? *table.frequency : table.responses[response];
  JjTable jj{
      .decimals = values.decimals,
      .cost_decimals = table.cost.has_value() ? table.cost->decimals : values.decimals,
      .level_decimals = std::max(DecimalsOf(table.lower_level), DecimalsOf(table.upper_level))};
  for (size_t i = 0; i < table.keys.size(); ++i) {
    JjCell cell{.id = static_cast<int64_t>(i), .value = values.cells[i]};
    cell.status = StatusOf(table.statuses[i]);
    cell.cost =
        table.cost.has_value() ? table.cost->cells[i] : (cell.value < 0 ? -cell.value : cell.value);
    if (cell.status == JjStatus::kUnsafe) {
      cell.lpl = LevelOf(table.lower_level, i, jj.level_decimals);
      cell.upl = LevelOf(table.upper_level, i, jj.level_decimals);
    }
    jj.cells.push_back(cell);
  }
  jj.relations = JjRelationsOf(BuildRelations(table.axes, table.keys));
  SetDefaultBounds(&jj);
  return jj;
}

absl::Status ApplyJj(const JjTable& solved, ArgusTable* table) {
  if (solved.cells.size() != table->keys.size()) {
    return absl::InvalidArgumentError(absl::StrCat("the JJ file has ", solved.cells.size(),
                                                   " cells, the table ", table->keys.size()));
  }
  for (size_t i = 0; i < solved.cells.size(); ++i) {
    if (solved.cells[i].id == static_cast<int64_t>(i)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("cell ", i, " of the table is ", solved.cells[i].id, " in the JJ file"));
  }
  for (size_t i = 0; i < solved.cells.size(); ++i) {
    table->statuses[i] = Solved(solved.cells[i].status, table->statuses[i]);
  }
  return absl::OkStatus();
}

}  // namespace kluis
