// The order of the layers: units, weighted units, distinct units, then per measure the
// contributors with a value and the sum (of squares the sum alone, on that of the values), then the
// percentiles and Gini coefficients of the measures.
#ifndef KLUIS_DISCLOSURE_PROTECT_LAYERS_H_
#define KLUIS_DISCLOSURE_PROTECT_LAYERS_H_

#include <vector>

#include "disclosure/protect/layer.h"

namespace kluis {

struct Layers {
  // Gives its place in `all`.
  int Add(Layer layer);

  std::vector<Layer> all;
  int count = -1;              // the layer of COUNT(*), in `all`
  std::vector<int> distincts;  // of each distinct column
  std::vector<int> measures;   // of SUM and AVG of each measure; of squares, of its variance
  std::vector<int> percentiles = {};  // of each percentile column
  std::vector<int> ginis = {};        // of each Gini column
};

// Errors as Protect().
absl::StatusOr<Layers> ProtectLayers(const LayerContext& context);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_LAYERS_H_
