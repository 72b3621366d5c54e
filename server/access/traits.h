// What a query uses, for the scopes of a rule set and the limits of a grant.
#ifndef KLUIS_SERVER_ACCESS_TRAITS_H_
#define KLUIS_SERVER_ACCESS_TRAITS_H_

#include <optional>
#include <string>

#include "disclosure/base/refusal.h"
#include "disclosure/policy/scoped_rules.h"
#include "server/access/resolve.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// Errs on the side of more: a dimension that may stand for several levels stands for its finest.
QueryTraits TraitsOf(const Resolution& resolution, const CatalogueView& catalogue,
                     const std::string& role);

// A kPolicy refusal when the dataset in force is of a period that the grant does not name, or when
// the query shows or selects on areas that are finer than its `finest`.
std::optional<Refusal> CheckGrantLimits(const Resolution& resolution,
                                        const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_ACCESS_TRAITS_H_
