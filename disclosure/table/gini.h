// What a Gini coefficient is made of, in the cells of a table: raw.
#ifndef KLUIS_DISCLOSURE_TABLE_GINI_H_
#define KLUIS_DISCLOSURE_TABLE_GINI_H_

#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// Of the rows of a cell with a value, a negative one counted as 0, in ascending order; w is the
// weight of a row, 1 when there is none, and c the sum of the weights up to and including it. Rows
// that are equal may stand in any order.
struct GiniCell {
  absl::int128 weight = 0;  // sum of w, scaled by 10^weight_decimals
  absl::int128 total = 0;   // sum of w x, scaled by that and by 10^decimals of the measure
  absl::int128 ranked = 0;  // sum of w x (2 c - w), scaled by 10^weight_decimals twice
};

struct GiniColumn {
  int measure = -1;                  // index in AggregateTable::measures
  std::vector<GiniCell> cells = {};  // one per cell of the table
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_GINI_H_
