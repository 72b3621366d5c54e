// What is said of all rows of one unit together: a value that all of them have, or that there is
// one. Found in the snapshot's own table, because one unit's rows may stand anywhere in the file.
#ifndef KLUIS_SERVER_CATALOGUE_UNIT_ROWS_H_
#define KLUIS_SERVER_CATALOGUE_UNIT_ROWS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/dataset_entry.h"
#include "server/catalogue/row_converter.h"

namespace kluis {

class DuckConnection;

// Whose a row is judged to be, as an expression: the last contributor that is not empty.
// REQUIRES: there is one.
std::string JudgedOn(const std::vector<std::string>& contributor);

// `value`, an expression over the stored columns, is the same in all rows of one `unit`, a column;
// rows without a unit are free. Rows that differ from the first one of their unit are bad.
struct UnitRule {
  std::string unit, value;
  RowProblem problem;
};

// - A variable with a `grain` is one for each of its units; so is the contributor that rows are
// judged
//   on, and each level after the grain: a value that is counted once then has one contributor.
// - Of episodes, a unit has one on the reference date.
std::vector<UnitRule> UnitRules(const DatasetEntry& entry);

// Calls bad(row, problems) for each row of `data` that breaks a rule, in order of rows, and deletes
// these rows. Gives their number. Memory is what DuckDB is allowed.
absl::StatusOr<int64_t> DropBadUnits(
    DuckConnection& connection, const std::vector<UnitRule>& rules,
    const std::function<void(int64_t row, const std::vector<RowProblem>& problems)>& bad);

// The lines of a file at which stored rows began. A few bytes for each gap between two of them.
class RowLines {
 public:
  void Add(int64_t line);             // of the next row
  int64_t LineOf(int64_t row) const;  // REQUIRES: that many were added
 private:
  std::vector<std::pair<int64_t, int64_t>> runs_;  // (row, line) from where on both go up by one
  int64_t rows_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_UNIT_ROWS_H_
