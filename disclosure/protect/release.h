// From patterns to what leaves: values of the rows that were asked for, in the order asked for.
#ifndef KLUIS_DISCLOSURE_PROTECT_RELEASE_H_
#define KLUIS_DISCLOSURE_PROTECT_RELEASE_H_

#include <vector>

#include "disclosure/protect/layers.h"
#include "disclosure/protect/protected_table.h"

namespace kluis {

struct Release {
  ReleaseShape shape;  // rows ordered and cut
  std::vector<std::vector<ReleasedValue>> values;
};

// AVG = total / divisor, rounded half to even to the decimals of its column; empty without values.
// ORDER BY looks at released values only; empty after values, suppressed last; ties keep the
// order of the code lists, which is also the order of dimensions. `round_to`: ProtectOptions.
Release MakeRelease(const AggregateTable& table, const Layers& layers, int round_to);

// Every displayed cell that is suppressed and every primary, in each variable; of "units" also the
// hidden cells, from which a reviewer sees what could be derived: SEALED.
std::vector<CellReview> MakeReview(const TableView& view, const Layers& layers);

// Counts over `release` and `layers`.
ProtectionSummary Summarise(const TableView& view, const Layers& layers, const Release& release);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_RELEASE_H_
