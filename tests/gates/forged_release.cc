// Nobody but the ledger makes a CommittedRelease.
// error: private
#include "server/ledger/ledger.h"

void Forge() {
#ifndef KLUIS_GATE_OPEN
  kluis::CommittedRelease release;
#endif
}
