// Which combinations of levels a table must hold, so that its additivity relations say all that an
// attacker can put together from what is displayed.
#ifndef KLUIS_DISCLOSURE_TABLE_LEVEL_SETS_H_
#define KLUIS_DISCLOSURE_TABLE_LEVEL_SETS_H_

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

namespace kluis {

using LevelSet = std::vector<int>;  // one level per axis; 0 is the total

// Adds to the displayed sets what must be hidden cells beside them:
// - the coarsest common detail of two sets (the lower level of each axis), in which they add up to
//   the same numbers, and steps of one axis from a set to the next finer one;
// - when the finest sets are no chain of shared margins (like a x b, b x c, a x c), every
// combination
//   of the levels: that there is a table of no negative numbers behind all of them tells then more
//   than their sums. A chain is decomposable (Lauritzen 1996, 2.1 and 4.4): any margins that agree
//   have such a table, of integers too.
// Nothing when more than `sets_max` would be needed.
std::optional<std::set<LevelSet>> CloseLevelSets(const std::set<LevelSet>& displayed,
                                                 size_t sets_max);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_LEVEL_SETS_H_
