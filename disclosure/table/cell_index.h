// Finds cells by their key, without hashing keys where the places of the axes can be numbered.
#ifndef KLUIS_DISCLOSURE_TABLE_CELL_INDEX_H_
#define KLUIS_DISCLOSURE_TABLE_CELL_INDEX_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "disclosure/table/axis.h"

namespace kluis {

class CellIndex {
 public:
  // Cell i stands at keys[i]; of equal keys the first counts. REQUIRES: keys lie inside the axes.
  CellIndex(const std::vector<Axis>& axes, const std::vector<CellKey>& keys);
  // `sizes`: of the axes, in categories.
  static CellIndex OfSizes(const std::vector<size_t>& sizes, const std::vector<CellKey>& keys);

  // -1 where the table has no cell. REQUIRES: the key lies inside the axes.
  int Find(const CellKey& key) const {
    if (!numbered_) return FindKey(key);
    int64_t place = 0;
    for (size_t a = 0; a < key.size(); ++a) place += steps_[a] * key[a];
    return At(place);
  }
  bool repeats() const { return repeats_; }  // whether keys are equal

  // Places are numbers: the place of a key is the sum of StepOf(axis) x category over the axes.
  // False: there are more than 62 bits can number, and the functions below are not to be called.
  bool numbered() const { return numbered_; }
  int64_t StepOf(size_t axis) const { return steps_[axis]; }
  int At(int64_t place) const {
    if (!dense_.empty()) return dense_[place];
    const auto found = sparse_.find(place);
    return found == sparse_.end() ? -1 : found->second;
  }

 private:
  CellIndex() = default;
  void AddAll(const std::vector<size_t>& sizes, const std::vector<CellKey>& keys);
  int FindKey(const CellKey& key) const;
  void NumberPlaces(const std::vector<size_t>& sizes, size_t cells);

  bool numbered_ = true, repeats_ = false;
  std::vector<int64_t> steps_;
  std::vector<int> dense_;  // when many places have a cell
  absl::flat_hash_map<int64_t, int> sparse_;
  absl::flat_hash_map<CellKey, int> keys_;  // when places have no numbers
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_CELL_INDEX_H_
