// What is wished of single cells beside the rules: a CSV of codes, with what should become of the
// cell in its last column.
//
//   sbi,gemeente,wish
//   A,_T,keep          shown, whatever the price
//   B,*,avoid          hidden only where nothing else helps
//   C1,G4,prefer       hidden rather than another
#ifndef KLUIS_SERVER_LOCAL_CELL_WISHES_H_
#define KLUIS_SERVER_LOCAL_CELL_WISHES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/table/aggregate_table.h"
#include "server/local/decisions.h"
#include "server/local/joint_plan.h"

namespace kluis {

// Of the cells of one table.
struct CellWishes {
  std::map<int, int> kept;      // cell -> line that asks for it
  std::vector<double> factors;  // of the cost, per cell: 1/100 preferred, 100 avoided
};

// A column that the file does not have is `_T`, an empty code too; `*` is every code. Of two lines
// on one cell the later counts. INVALID_ARGUMENT, at the line: no such column, code, cell or wish.
absl::StatusOr<CellWishes> ReadCellWishes(const std::string& file, const AggregateTable& table,
                                          const std::vector<JointTable>& tables);

// Makes the kept cells published. INVALID_ARGUMENT, at the line: a primary is among them.
absl::Status KeepCells(const std::string& file, const CellWishes& wishes,
                       std::vector<CellDecision>* decisions);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_CELL_WISHES_H_
