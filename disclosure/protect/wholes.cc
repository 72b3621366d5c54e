#include "disclosure/protect/wholes.h"

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

namespace kluis {
namespace {

class Marker {
 public:
  Marker(const AggregateTable& table, std::vector<bool>* marked) : table_(table), marked_(*marked) {
    for (size_t i = 0; i < table.keys.size(); ++i) places_.emplace(table.keys[i], i);
  }

  // Marks every cell that is `key`, or above it on the axes from `axis` on.
  void Mark(CellKey key, size_t axis) {
    if (axis == key.size()) {
      const auto found = places_.find(key);
      if (found != places_.end()) marked_[found->second] = true;
      return;
    }
    for (int category = key[axis]; category >= 0;
         category = table_.axes[axis].categories[category].parent) {
      key[axis] = category;
      Mark(key, axis + 1);
    }
  }

 private:
  const AggregateTable& table_;
  std::vector<bool>& marked_;
  absl::flat_hash_map<CellKey, size_t> places_;
};

}  // namespace

std::vector<bool> WholesOf(const AggregateTable& table, const std::vector<bool>& secret) {
  std::vector<bool> marked(secret.size(), false);
  Marker marker(table, &marked);
  for (size_t i = 0; i < secret.size(); ++i) {
    if (secret[i]) marker.Mark(table.keys[i], 0);
  }
  return marked;
}

}  // namespace kluis
