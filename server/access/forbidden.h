// Variables that no query may use together. Internal to this folder; server/rpc describes them.
#ifndef KLUIS_SERVER_ACCESS_FORBIDDEN_H_
#define KLUIS_SERVER_ACCESS_FORBIDDEN_H_

#include <optional>

#include "server/access/resolve.h"

namespace kluis {

// Whether the catalogue forbids `x` of dataset `a` together with `y` of `b`: `forbidden_with` of
// either names the other. Variables of one code tree are one here, since the finer tells the
// coarser.
bool AreForbiddenTogether(const DatasetEntry& a, const Variable& x, const DatasetEntry& b,
                          const Variable& y);

// A kPolicy refusal at the later of two such variables, whatever they are used as: dimension,
// condition, statistic, part of a join's key, weight, or what the grant narrows the query by.
std::optional<Refusal> CheckForbidden(const Resolution& resolution, const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_FORBIDDEN_H_
