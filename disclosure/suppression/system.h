// A table as an attacker sees it: cells, linear rows between them, and what is known beforehand.
// Secondary suppression works on any such system, whatever table it came from.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_SYSTEM_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_SYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "disclosure/table/grid.h"
#include "disclosure/table/relations.h"

namespace kluis {

// Stands for "no bound".
inline constexpr absl::int128 kUnbounded = absl::MakeInt128(int64_t{1} << 61, 0);

struct SystemCell {
  absl::int128 value = 0;
  double cost = 1;     // of suppressing it; >= 0
  bool open = false;   // not published from the start: a primary, forced by a layer below, or hidden
  bool hidden = false;  // open and never shown, whatever is decided
  bool fixed = false;  // its value is known to everyone, so it protects nothing: published zeros
  bool decoy = false;  // open by chance, not by need: shown again where it can mislead nobody
};

// Sum of coefficient x cell lies in [low, high] for everyone; low = high for an equality. The true
// values satisfy it.
struct LinearRow {
  std::vector<std::pair<int, int>> terms;  // cell, coefficient; every cell at most once
  absl::int128 low = 0;
  absl::int128 high = 0;

  bool equality() const { return low == high; }
};

// What an attacker knows of a cell without the table.
struct Bounds {
  absl::int128 low = 0;
  absl::int128 high = kUnbounded;
};

// The attacker's interval of `cell` must contain [low, high]. A relaxable requirement gives way to
// what public knowledge and published zeros leave when everything else is suppressed, as long as
// the cell does not become exact.
struct Requirement {
  int cell = -1;
  absl::int128 low = 0;
  absl::int128 high = 0;
  bool relaxable = false;
};

// One state of knowledge. A pattern must satisfy every scenario.
struct Scenario {
  std::string name;
  std::vector<bool> known;     // per cell: a constant for this attacker
  std::vector<Bounds> bounds;  // per cell
  std::vector<Requirement> requirements;
  // Counts: whatever can be less must be able to be anything less, in every table that agrees with
  // the pattern (closure.h). 0: that is not asked.
  absl::int128 small_below = 0;
};

// One contributor's part of a cell.
struct Part {
  int64_t contributor = 0;
  absl::int128 own = 0;  // >= 0, in the unit of the cell
};

// Who is in a cell and knows so.
struct Contributors {
  int64_t count = 0;
  std::vector<Part> largest;   // descending
  absl::int128 unlisted = 0;   // at most as much has any contributor that is not listed
  // For whose sake the cell is secret, who is no insider against itself. None: the largest; -1:
  // nobody who is in it.
  std::optional<int64_t> owner = {};
};

struct System {
  std::vector<SystemCell> cells;
  std::vector<LinearRow> rows;
  std::vector<Scenario> scenarios;
  bool integral = true;  // counts: only tables of integers are proof
  std::vector<Contributors> contributors = {};  // of the first cells; empty: nobody knows a part
  int coalition = 1;                       // contributors who put together what they know
  const Grid* grid = nullptr;  // where the first cells stand in a product of trees, if they do

  // INVALID_ARGUMENT when sizes disagree or the true values violate a row or a bound.
  absl::Status Validate() const;
};

// parent - children = 0.
LinearRow EqualityOf(const Relation& relation);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_SYSTEM_H_
