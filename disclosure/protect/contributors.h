// Who is in the cells of a magnitude: from the largest contributions of each cell to contributors
// that can be recognised in all of them: by the numbers that the table gives them, else by size.
#ifndef KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_
#define KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/protect/table_view.h"
#include "disclosure/suppression/system.h"

namespace kluis {

// The contributions to one cell, in the unit of its total.
struct CellParts {
  int64_t count = 0;                  // contributors with a value that is not 0
  std::vector<absl::int128> largest;  // descending; as many as are known
  std::vector<int64_t> who = {};      // whose they are; empty when the table does not know
  absl::int128 unlisted = 0;          // beside `who`: no other part is larger
  std::optional<int64_t> owner = {};  // beside `who`: as RecordVerdict::owner
};

// Parts are no lower bounds where values have any sign: then they are 0, or none are listed.
CellParts PartsOf(const AggregateTable& table, const MeasureColumn& measure, size_t cell);

// A contributor is everywhere it is listed when some cell says who its contributors are. Else the
// largest contributor of a cell is also in one of the cells that add up to it; there it is the one
// with as large a part, and one with parts in several of them is not recognised and counts as
// another contributor. Nobody is listed twice in a cell: where parts are equal, who is taken for whom
// is arbitrary. The numbers of the result are its own. REQUIRES: one element of `parts` per
// cell.
std::vector<Contributors> ListContributors(const TableView& view,
                                           const std::vector<CellParts>& parts);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_CONTRIBUTORS_H_
