// A table before and after protection, side by side. Internal to this folder.
#ifndef KLUIS_SERVER_RELEASE_FIGURES_H_
#define KLUIS_SERVER_RELEASE_FIGURES_H_

#include <vector>

#include "disclosure/protect/protected_table.h"
#include "disclosure/table/aggregate_table.h"
#include "server/release/preview.h"

namespace kluis {

// One for each row and statistic that would leave, in that order. RAW.
std::vector<Figure> FiguresOf(const AggregateTable& before, const ProtectedTable& after);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_FIGURES_H_
