#include "disclosure/table/relations.h"

#include <algorithm>

#include "disclosure/table/cell_index.h"

namespace kluis {
namespace {

// A set of categories that partitions `parent`, all of one kind of row: the nearest descendants
// that the table holds beside one key.
class RelationBuilder {
 public:
  RelationBuilder(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) : axes_(axes), keys_(keys), index_(axes, keys) {
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
    const int parent = keys_[cell][axis];
    if (children_[axis][parent].empty()) return;
    CellKey key = keys_[cell];
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
    if (const int cell = index_.Find(key); cell >= 0) {
      cells->push_back(cell);
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
  const CellIndex index_;
  std::vector<std::vector<std::vector<int>>> children_;
  std::vector<std::vector<int>> seen_;  // children of the relations of the present cell
  std::vector<Relation> relations_;
};

}  // namespace

std::vector<Relation> BuildRelations(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) {
  return RelationBuilder(axes, keys).Build();
}

}  // namespace kluis
