// Who is in the cells of a magnitude: from the largest contributions of each cell to contributors
// that can be recognised in all of them.
#ifndef KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_
#define KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/protect/table_view.h"
#include "disclosure/suppression/system.h"

namespace kluis {

// The contributions to one cell, in the unit of its total.
struct CellParts {
  int64_t count = 0;                  // contributors with a value that is not 0
  std::vector<absl::int128> largest;  // descending; as many as are known, none when parts are no
                                      // lower bounds (values of any sign)
};

// The largest contributor of a cell is also in one of the cells that add up to it; there it is the
// one with as large a part. One with parts in several of them is not recognised and counts as
// another contributor. REQUIRES: one element of `parts` per cell.
std::vector<Contributors> ListContributors(const TableView& view,
                                           const std::vector<CellParts>& parts);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_
