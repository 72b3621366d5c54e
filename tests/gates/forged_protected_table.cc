// Nobody but Protect() makes a ProtectedTable.
// error: private
#include "disclosure/protect/protected_table.h"

void Forge() {
#ifndef KLUIS_GATE_OPEN
  kluis::ProtectedTable table;
#endif
}
