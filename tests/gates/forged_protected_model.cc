// Nobody but ProtectModel() makes a ProtectedModel.
// error: private
#include "disclosure/protect/protected_model.h"

void Forge() {
#ifndef KLUIS_GATE_OPEN
  kluis::ProtectedModel model;
#endif
}
