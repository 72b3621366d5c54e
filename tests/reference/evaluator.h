// What a query answers, read off the rows in memory by docs/sql.md alone: no plan, no engine, no
// disclosure control. Slow and obvious.
#ifndef KLUIS_TESTS_REFERENCE_EVALUATOR_H_
#define KLUIS_TESTS_REFERENCE_EVALUATOR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "tests/reference/query.h"

namespace kluis {

// Who stands behind the sum of a measure in a cell.
struct ExpectedSum {
  int64_t rows = 0, contributors = 0;
  absl::int128 weight = 0, total = 0, absolute_total = 0;
  std::vector<absl::int128> sizes;  // |contribution| without weights, of all, descending
};

struct ExpectedRow {
  std::vector<int> ranks;          // per dimension, in the order of rows
  std::vector<std::string> codes;  // likewise
  std::vector<std::optional<absl::int128>> values;  // per statistic; none: empty
  // Of all units of the row: the raw table behind it.
  int64_t rows = 0, contributors = 0;
  absl::int128 weight = 0;
  std::vector<ExpectedSum> sums;   // per measure of the register
  std::vector<int64_t> distincts;  // per identifier of the register
};

struct Expected {
  std::vector<int> decimals;      // per statistic
  std::vector<ExpectedRow> rows;  // in code-list order of the columns, not cut
};

Expected Evaluate(const RegisterWorld& world, const AskedQuery& query);

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_EVALUATOR_H_
