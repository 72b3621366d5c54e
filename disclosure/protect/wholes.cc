#include "disclosure/protect/wholes.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "disclosure/table/cell_index.h"

namespace kluis {
namespace {

using Depths = std::vector<int>;  // per axis, from 0 at the total

Depths DepthsOf(const Axis& axis) {
  Depths depths;
  for (const Category& category : axis.categories) {
    int depth = 0;
    for (int above = category.parent; above >= 0; above = axis.categories[above].parent) ++depth;
    depths.push_back(depth);
  }
  return depths;
}

class Marker {
 public:
  Marker(const TableView& view, const Layer& sums)
      : view_(view),
        table_(view.table),
        sums_(sums),
        marked_(ForcedBy(view, sums)),
        index_(table_.axes, table_.keys) {
    for (const Axis& axis : table_.axes) depth_of_.push_back(DepthsOf(axis));
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      Depths depths;
      for (size_t a = 0; a < table_.axes.size(); ++a) {
        depths.push_back(depth_of_[a][table_.keys[i][a]]);
      }
      Level& level = levels_[depths];
      level.cells.push_back(i);
      level.all_displayed &= view.displayed(i);
      const bool sensitive = sums.suppressed[i] && !sums.primaries[i].rule.empty();
      if (marked_[i] || sensitive) level.secrets.push_back(i);
    }
  }

  std::vector<bool> Run() && {
    for (const auto& [depths, level] : levels_) {
      for (const size_t secret : level.secrets) MarkWholes(table_.keys[secret], 0);
      for (const auto& [other_depths, other] : levels_) {
        if (!level.secrets.empty()) MarkCrossing(depths, level, other_depths, other);
      }
    }
    for (size_t i = 0; i < marked_.size(); ++i) marked_[i] = marked_[i] && view_.displayed(i);
    return std::move(marked_);
  }

 private:
  struct Level {
    std::vector<size_t> cells, secrets;
    bool all_displayed = true;
  };

  // Marks every cell that is `key`, or above it on the axes from `axis` on.
  void MarkWholes(CellKey key, size_t axis) {
    if (axis == key.size()) {
      if (const int found = index_.Find(key); found >= 0) marked_[found] = true;
      return;
    }
    for (int category = key[axis]; category >= 0;
         category = table_.axes[axis].categories[category].parent) {
      key[axis] = category;
      MarkWholes(key, axis + 1);
    }
  }

  // Marks the cells of a level that cut through secrets of another.
  void MarkCrossing(const Depths& secret_depths, const Level& of_secrets, const Depths& depths,
                    const Level& level) {
    Depths shallow, deep;
    for (size_t a = 0; a < depths.size(); ++a) {
      shallow.push_back(std::min(depths[a], secret_depths[a]));
      deep.push_back(std::max(depths[a], secret_depths[a]));
    }
    if (deep == depths || deep == secret_depths || AllDisplayed(deep)) return;
    absl::flat_hash_map<CellKey, std::vector<size_t>> secrets;
    for (const size_t secret : of_secrets.secrets) {
      secrets[Above(table_.keys[secret], shallow)].push_back(secret);
    }
    for (const size_t cell : level.cells) {
      const auto found = secrets.find(Above(table_.keys[cell], shallow));
      if (marked_[cell] || found == secrets.end()) continue;
      marked_[cell] = std::any_of(found->second.begin(), found->second.end(),
                                  [&](size_t secret) { return !MeetIsNoSecret(cell, secret); });
    }
  }

  // Every cell at these depths is one that is shown, or a secret that has marked its wholes.
  bool AllDisplayed(const Depths& depths) const {
    const auto level = levels_.find(depths);
    if (level == levels_.end() || !level->second.all_displayed) return false;
    size_t crossings = 1;
    for (size_t a = 0; a < depths.size(); ++a) {
      crossings *= std::count(depth_of_[a].begin(), depth_of_[a].end(), depths[a]);
    }
    return crossings == level->second.cells.size();
  }

  CellKey Above(CellKey key, const Depths& depths) const {
    for (size_t a = 0; a < key.size(); ++a) {
      while (depth_of_[a][key[a]] > depths[a]) key[a] = table_.axes[a].categories[key[a]].parent;
    }
    return key;
  }

  // What two cells have in common is shown, or nobody can be in both.
  bool MeetIsNoSecret(size_t one, size_t other) const {
    CellKey meet = table_.keys[one];
    for (size_t a = 0; a < meet.size(); ++a) {
      const int category = table_.keys[other][a];
      if (depth_of_[a][category] > depth_of_[a][meet[a]]) meet[a] = category;
    }
    const int found = index_.Find(meet);
    if (found < 0) return false;
    return view_.impossible(found) || (view_.displayed(found) && !sums_.suppressed[found]);
  }

  const TableView& view_;
  const AggregateTable& table_;
  const Layer& sums_;
  std::vector<bool> marked_;
  std::vector<Depths> depth_of_;  // axis, category
  const CellIndex index_;
  std::map<Depths, Level> levels_;
};

}  // namespace

std::vector<bool> HiddenSpreads(const TableView& view, const Layer& sums) {
  return Marker(view, sums).Run();
}

}  // namespace kluis
