// The table of a batch file of tau-ARGUS (<SPECIFYTABLE>), as SQL.
#ifndef KLUIS_SERVER_LOCAL_SPECIFY_H_
#define KLUIS_SERVER_LOCAL_SPECIFY_H_

#include <string>

#include "absl/status/statusor.h"

namespace kluis {

// "Size""Region"|"Var2" becomes the sum of Var2 by Size and Region with all totals and levels;
// "Size"|<freq> the count. INVALID_ARGUMENT: something else; a shadow or a cost variable, since the
// rule set says those.
absl::StatusOr<std::string> SqlOfSpecification(const std::string& specification);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_SPECIFY_H_
