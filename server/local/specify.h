// The table of a batch file of tau-ARGUS (<SPECIFYTABLE>), as SQL.
#ifndef KLUIS_SERVER_LOCAL_SPECIFY_H_
#define KLUIS_SERVER_LOCAL_SPECIFY_H_

#include <string>

#include "absl/status/statusor.h"

namespace kluis {

// A table of a batch file, in the words of `protect`.
struct Specification {
  std::string sql;
  std::string shadow;  // on which the sum is judged; empty: on itself
};

// "Size""Region"|"Var2" becomes the sum of Var2 by Size and Region with all totals and levels;
// "Size"|<freq> the count; a third part is the shadow variable of a sum. INVALID_ARGUMENT: something
// else; a cost variable, since the rule set says that.
absl::StatusOr<Specification> ReadSpecification(const std::string& specification);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_SPECIFY_H_
