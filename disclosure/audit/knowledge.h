// The cells that are not shown, as columns of a linear system, and what follows about them row by
// row without a program. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_KNOWLEDGE_H_
#define KLUIS_DISCLOSURE_AUDIT_KNOWLEDGE_H_

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"
#include "disclosure/audit/equations.h"

namespace kluis {

// Sum of coefficient x column lies in [low, high].
struct AuditRow {
  std::vector<std::pair<int, double>> terms;
  double low = 0;
  double high = 0;
};

// Columns are numbered over the cells that are not shown, unlisted ones last.
struct Unknowns {
  std::vector<int> cell_of;           // column -> cell; unlisted cells as in EquationSystem
  std::vector<int> column_of;         // cell -> column, -1 when it is shown
  std::vector<AuditInterval> known;   // per column: beforehand
  std::vector<AuditInterval> narrow;  // per column: outer bounds from rows taken one by one
  std::vector<AuditRow> rows;
  std::vector<std::vector<int>> rows_of;  // column -> rows
  std::vector<int> component;             // per column; -1: `narrow` says its value
  int components = 0;
  double unit = 0;  // differences below this are rounding

  // Of columns that are exact, their value.
  std::vector<double> Constants() const {
    std::vector<double> constants;
    for (const AuditInterval& range : narrow) constants.push_back(range.low);
    return constants;
  }
  bool Exact(int column) const { return narrow[column].high - narrow[column].low <= unit; }
};

// INVALID_ARGUMENT names a cell where the shown values contradict each other or what is known.
absl::StatusOr<Unknowns> FindUnknowns(const AuditTable& table, const EquationSystem& system);

// "sbi=G|gemeente=_T", or "cell 5" without axes; of an unlisted cell "a cell that is not listed".
std::string AuditCellName(const AuditTable& table, int cell);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_KNOWLEDGE_H_
