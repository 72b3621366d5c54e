#include "disclosure/table/relations.h"

#include <algorithm>
#include <map>
#include <set>

namespace kluis {
namespace {

// A set of categories that partitions `parent`, all of one kind of row: the nearest descendants
// that the table holds beside one key.
class RelationBuilder {
 public:
  RelationBuilder(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) : axes_(axes), keys_(keys) {
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
    std::set<int> distinct(relation.children.begin(), relation.children.end());
    if (seen_.insert({cell, std::vector<int>(distinct.begin(), distinct.end())}).second) {
      relations_.push_back(std::move(relation));
    }
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
  std::map<CellKey, int> index_;
  std::vector<std::vector<std::vector<int>>> children_;
  std::set<std::pair<int, std::vector<int>>> seen_;
  std::vector<Relation> relations_;
};

}  // namespace

std::vector<Relation> BuildRelations(const std::vector<Axis>& axes, const std::vector<CellKey>& keys) {
  return RelationBuilder(axes, keys).Build();
}

}  // namespace kluis
