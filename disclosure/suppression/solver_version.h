// Which solver the linear programs are given to.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_SOLVER_VERSION_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_SOLVER_VERSION_H_

#include <string>

namespace kluis {

// "Clp 1.17.6": what this was built with.
std::string SolverVersion();

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_SOLVER_VERSION_H_
