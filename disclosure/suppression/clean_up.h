// Publishes secondary suppressions again that no proof needs.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_

#include <vector>

#include "disclosure/suppression/proofs.h"

namespace kluis {

// Tries every suppressed cell that was not open, the dearest first: it is published when every
// target whose proof used it can be proven without it, by exchange or among the cells nearby. Stops
// when the budget, or the share of it that is reserved for the clean-up, is spent; what is left
// stays suppressed and proven.
void CleanUp(const System& system, const RowIndex& index, Proofs* proofs,
             std::vector<bool>* suppressed, WorkBudget* budget);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_CLEAN_UP_H_
