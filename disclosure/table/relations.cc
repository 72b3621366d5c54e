#include "disclosure/table/relations.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace kluis {
namespace {

// A set of categories that partitions `parent`, all of one kind of row: the nearest descendants
// that the table holds beside one key.
class RelationBuilder {
 public:
  RelationBuilder(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) : axes_(axes), keys_(keys) {
    index_.reserve(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) index_[keys[i]] = static_cast<int>(i);
    for (const Axis& axis : axes) {
      std::vector<std::vector<int>> children(axis.categories.size());
      for (size_t c = 1; c < axis.categories.size(); ++c) {
        children[axis.categories[c].parent].push_back(static_cast<int>(c));
      }
      children_.push_back(std::move(children));
    }
  }

  std::vector<Relation> Build() {
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      seen_.clear();
      for (size_t axis = 0; axis < axes_.size(); ++axis) AddRelation(static_cast<int>(cell), static_cast<int>(axis));
    }
    return std::move(relations_);
  }

 private:
  void AddRelation(int cell, int axis) {
    CellKey key = keys_[cell];
    const int parent = key[axis];
    if (children_[axis][parent].empty()) return;
    Relation relation{.parent = cell, .children = {}, .axis = axis};
    for (const int child : children_[axis][parent]) {
      key[axis] = child;
      if (!Cover(key, axis, &relation.children)) return;
    }
    std::vector<int> sorted = relation.children;
    std::sort(sorted.begin(), sorted.end());
    if (std::find(seen_.begin(), seen_.end(), sorted) != seen_.end()) return;
    seen_.push_back(std::move(sorted));
    relations_.push_back(std::move(relation));
  }

  // Appends the cells nearest below (or at) `key` along `axis` that together are `key`.
  bool Cover(const CellKey& key, int axis, std::vector<int>* cells) const {
    if (const auto found = index_.find(key); found != index_.end()) {
      cells->push_back(found->second);
      return true;
    }
    const std::vector<int>& children = children_[axis][key[axis]];
    if (children.empty()) return false;
    CellKey below = key;
    return std::all_of(children.begin(), children.end(), [&](int child) {
      below[axis] = child;
      return Cover(below, axis, cells);
    });
  }

  const std::vector<Axis>& axes_;
  const std::vector<CellKey>& keys_;
  absl::flat_hash_map<CellKey, int> index_;
  std::vector<std::vector<std::vector<int>>> children_;
  std::vector<std::vector<int>> seen_;  // children of the relations of the present cell
  std::vector<Relation> relations_;
};

}  // namespace

std::vector<Relation> BuildRelations(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) {
  return RelationBuilder(axes, keys).Build();
}

}  // namespace kluis
