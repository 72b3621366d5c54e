// The layers of the measures: per measure the contributors with a value, where they differ from the
// units; the missing values, where the answer tells them; and the sum. Of squares the sum alone, on
// that of the values.
#ifndef KLUIS_DISCLOSURE_PROTECT_MEASURE_LAYERS_H_
#define KLUIS_DISCLOSURE_PROTECT_MEASURE_LAYERS_H_

#include "disclosure/protect/layers.h"

namespace kluis {

// Adds them, and fills Layers::measures. `counts` and `sums`: what counts are judged by, and what
// sums and means are. REQUIRES: the layers of the units stand. Errors as Protect().
absl::Status AddMeasures(const LayerContext& counts, const LayerContext& sums, Layers* layers);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_MEASURE_LAYERS_H_
