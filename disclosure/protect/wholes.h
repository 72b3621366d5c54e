// Cells whose spread would tell of a secret sum.
#ifndef KLUIS_DISCLOSURE_PROTECT_WHOLES_H_
#define KLUIS_DISCLOSURE_PROTECT_WHOLES_H_

#include <vector>

#include "disclosure/protect/layer.h"

namespace kluis {

// Per cell, of those that are displayed: whether `sums` suppresses it, or it has units in common
// with a secret of `sums` and is no part of it, on whichever axes. Secrets are what is suppressed of
// the cells that are displayed, and what is sensitive.
//
// A sum of squares of a whole says how far apart the means of its parts can be: with the count N,
// the sum T and the sum of squares R of several parts together, the sum S of n units among them has
// (S - nT/N)^2 <= n (N - n) / N * (R - T^2/N). (Within and between groups, as in the analysis of
// variance: the sum of squares between groups is at most the total.) So it is with a Gini
// coefficient G, below which that between groups stays: |S - nT/N| <= G T.
//
// A whole is also what several cells are together: those of another variable, by which the table is
// grouped apart, add up to all units. So what only cuts through a secret counts, but where the sum
// of what they have in common is shown: that is no secret. (Where that is a secret of its own, the
// cell is a whole of it.) Then no set of cells whose spread is shown covers a secret.
//
// O(cells x level sets) at most; O(cells) where all crossings are displayed, as of a CUBE.
std::vector<bool> HiddenSpreads(const TableView& view, const Layer& sums);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_WHOLES_H_
