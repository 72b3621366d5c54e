// Cells of which a part is a secret.
#ifndef KLUIS_DISCLOSURE_PROTECT_WHOLES_H_
#define KLUIS_DISCLOSURE_PROTECT_WHOLES_H_

#include <vector>

#include "disclosure/table/aggregate_table.h"

namespace kluis {

// Per cell: whether it is a secret cell or a whole with one in it, on whichever axes.
//
// A sum of squares of a whole says how far apart the means of its parts can be: with the count N,
// the sum T and the sum of squares R of several parts together, the sum S of n units among them has
// (S - nT/N)^2 <= n (N - n) / N * (R - T^2/N). Where no whole of a secret has its squares shown,
// R is unknown for every set that holds the secret. (Within and between groups, as in the analysis of
// variance: the sum of squares between groups is at most the total.)
std::vector<bool> WholesOf(const AggregateTable& table, const std::vector<bool>& secret);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_WHOLES_H_
