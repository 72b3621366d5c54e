// Publishes secondary suppressions again that no proof needs, and exchanges dear ones for cheaper.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_

#include <vector>

#include "disclosure/suppression/proofs.h"
#include "disclosure/suppression/witness_search.h"

namespace kluis {

// Tries every suppressed cell that was not open, the dearest first. A first pass publishes it when
// every target whose proof used it can be proven within what is suppressed; later passes also when
// the cells that it takes instead cost less than it does, by `costs`, until a pass gains little.
// One search per scenario, which sees `suppressed` as it changes. Stops when the budget, or the
// share of it that is reserved for the clean-up, is spent; what is left stays suppressed and
// proven. True when it came to its end.
bool CleanUp(const System& system, const RowIndex& index, const std::vector<double>& costs,
             const std::vector<WitnessSearch*>& searches, Proofs* proofs,
             std::vector<bool>* suppressed, WorkBudget* budget);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_
