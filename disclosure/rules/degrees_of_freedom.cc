#include "disclosure/rules/degrees_of_freedom.h"

namespace kluis {

bool HasTooFewDegreesOfFreedom(int64_t contributors, int64_t parameters, int64_t minimum) {
  return contributors > 0 && contributors - parameters < minimum;
}

}  // namespace kluis
