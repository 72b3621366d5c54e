#include "disclosure/suppression/solver_version.h"

#include <coin/ClpConfig.h>

namespace kluis {

std::string SolverVersion() { return "Clp " CLP_VERSION; }

}  // namespace kluis
