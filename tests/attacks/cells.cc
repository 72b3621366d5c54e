#include "tests/attacks/cells.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/table/level_sets.h"
#include "tests/disclosure/table/axes.h"

namespace kluis {
namespace {

constexpr size_t kSetsMax = 1000;

struct Filter {
  bool present = false;
  int axis = -1;  // its categories are the total, `in` and `out`
};

// Ragged: some branches end early, and some parents have one child.
Axis DrawTree(Random* random, const std::string& name, VariableKind kind, int categories_max) {
  Axis axis{.name = name, .kind = kind, .categories = {}};
  axis.categories.push_back({.code = kTotalCode});
  const int levels = static_cast<int>(random->Between(1, 3));
  std::vector<int> frontier = {0};
  for (int level = 1; level <= levels; ++level) {
    std::vector<int> next;
    for (const int parent : frontier) {
      int64_t children = random->Between(2, level == 1 ? 4 : 3);
      if (level > 1 && random->OneIn(4)) children = 0;
      if (level > 1 && random->OneIn(4)) children = 1;
      if (static_cast<int64_t>(axis.categories.size()) + children > categories_max) continue;
      for (int64_t child = 0; child < children; ++child) {
        next.push_back(static_cast<int>(axis.categories.size()));
        Category category{
            .code = absl::StrCat(name, axis.categories.size()), .parent = parent, .level = level};
        if (kind != VariableKind::kIdentifying) {
          category.sensitive = random->OneIn(6);
          category.zero_public = random->OneIn(8);
        }
        axis.categories.push_back(category);
      }
    }
    frontier = std::move(next);
  }
  return axis;
}

std::vector<Axis> DrawAxes(Random* random, Filter* filter) {
  const auto count = static_cast<size_t>(random->Between(1, 3));
  const int categories_max = count == 1 ? 18 : count == 2 ? 10 : 6;
  const int64_t profile = random->Below(10);
  std::vector<Axis> axes;
  for (size_t a = 0; a < count; ++a) {
    VariableKind kind = VariableKind::kIdentifying;
    if (profile >= 4 && profile <= 6 && a + 1 == count) kind = VariableKind::kConfidential;
    if (profile >= 7 && a + 1 == count) kind = VariableKind::kConfidential;
    if (profile >= 7 && a == 0) kind = VariableKind::kMixed;
    if (profile == 9 && random->OneIn(2)) kind = VariableKind::kMixed;
    axes.push_back(
        DrawTree(random, std::string(1, static_cast<char>('a' + a)), kind, categories_max));
  }
  filter->present = random->OneIn(4);
  if (!filter->present) return axes;
  filter->axis = static_cast<int>(axes.size());
  const VariableKind kind = random->OneIn(3) ? VariableKind::kMixed : VariableKind::kConfidential;
  Axis axis{.name = "where", .kind = kind, .categories = {}};
  axis.categories = {{.code = kTotalCode},
                     {.code = "in", .parent = 0, .level = 1},
                     {.code = "out", .parent = 0, .level = 1}};
  axis.categories[1].sensitive = random->OneIn(4);
  axes.push_back(std::move(axis));
  return axes;
}

int DepthOf(const Axis& axis) {
  int depth = 0;
  for (const Category& category : axis.categories) depth = std::max(depth, category.level);
  return depth;
}

// The cut of a tree at a level: a leaf above it stands for itself.
std::vector<int> Cut(const Axis& axis, int level) {
  const std::vector<int> leaves = LeavesOf(axis);
  std::vector<int> cut;
  for (size_t c = 0; c < axis.categories.size(); ++c) {
    const int of_category = axis.categories[c].level;
    const bool leaf = std::binary_search(leaves.begin(), leaves.end(), static_cast<int>(c));
    if (of_category == level || (of_category < level && leaf)) cut.push_back(static_cast<int>(c));
  }
  return cut;
}

class TableBuilder {
 public:
  TableBuilder(Random* random, const std::vector<Axis>& axes, const Filter& filter,
               Grouping grouping)
      : random_(*random), axes_(axes), filter_(filter), grouping_(grouping) {}

  void AddCells(AggregateTable* table) {
    std::set<LevelSet> used;
    for (const LevelSet& levels : DrawLevelSets()) {
      AddLevelSet(levels, true);
      used.insert(levels);
    }
    for (size_t before = 0; used.size() != before;) {
      before = used.size();
      std::set<LevelSet> more = used;
      for (const LevelSet& levels : used) {
        for (const LevelSet& hidden : HiddenBeside(levels)) more.insert(hidden);
      }
      used = CloseLevelSets(more, kSetsMax).value();
    }
    for (const LevelSet& levels : used) AddLevelSet(levels, false);
    for (const auto& [key, shown] : cells_) {
      table->keys.push_back(key);
      table->uses.push_back(shown ? CellUse::kDisplayed : CellUse::kHidden);
    }
  }

 private:
  std::vector<LevelSet> AllLevelSets() const {
    std::vector<LevelSet> all = {{}};
    for (size_t a = 0; a < axes_.size(); ++a) {
      const bool filter = static_cast<int>(a) == filter_.axis;
      std::vector<LevelSet> longer;
      for (const LevelSet& start : all) {
        for (int level = filter ? 1 : 0; level <= DepthOf(axes_[a]); ++level) {
          longer.push_back(start);
          longer.back().push_back(level);
        }
      }
      all = std::move(longer);
    }
    return all;
  }

  // From the total down, one axis after the other.
  std::vector<LevelSet> Rollup() const {
    LevelSet levels(axes_.size(), 0);
    if (filter_.present) levels[filter_.axis] = 1;
    std::vector<LevelSet> chain = {levels};
    for (size_t a = 0; a < axes_.size(); ++a) {
      if (static_cast<int>(a) == filter_.axis) continue;
      while (levels[a] < DepthOf(axes_[a])) {
        ++levels[a];
        chain.push_back(levels);
      }
    }
    return chain;
  }

  std::vector<LevelSet> DrawLevelSets() {
    const std::vector<LevelSet> all = AllLevelSets();
    if (grouping_ == Grouping::kCube) return all;
    if (grouping_ == Grouping::kRollup) return Rollup();
    std::vector<LevelSet> some;
    const int64_t count = random_.Between(1, 4);
    for (int64_t i = 0; i < count; ++i) some.push_back(random_.Pick(all));
    return some;
  }

  // docs/architecture.md, decision 2.
  std::vector<LevelSet> HiddenBeside(const LevelSet& levels) const {
    LevelSet confidential = levels, both = levels;
    for (size_t a = 0; a < axes_.size(); ++a) {
      if (axes_[a].kind == VariableKind::kConfidential) confidential[a] = 0;
      if (axes_[a].kind != VariableKind::kIdentifying) both[a] = 0;
    }
    std::vector<LevelSet> hidden;
    for (LevelSet start : {levels, confidential, both}) {
      hidden.push_back(start);
      if (!filter_.present) continue;
      start[filter_.axis] = 0;
      hidden.push_back(start);
    }
    return hidden;
  }

  void AddLevelSet(const LevelSet& levels, bool displayed) {
    std::vector<CellKey> keys = {{}};
    for (size_t a = 0; a < axes_.size(); ++a) {
      std::vector<CellKey> longer;
      for (const CellKey& key : keys) {
        for (const int category : Cut(axes_[a], levels[a])) {
          longer.push_back(key);
          longer.back().push_back(category);
        }
      }
      keys = std::move(longer);
    }
    for (const CellKey& key : keys) {
      const bool shown = displayed && (!filter_.present || key[filter_.axis] == 1);
      bool& use = cells_.emplace(key, false).first->second;
      use = use || shown;
    }
  }

  Random& random_;
  const std::vector<Axis>& axes_;
  const Filter& filter_;
  const Grouping grouping_;
  std::map<CellKey, bool> cells_;
};

}  // namespace

Grouping DrawCells(Random* random, AggregateTable* table) {
  const auto grouping = random->Pick<Grouping>(
      {Grouping::kCube, Grouping::kCube, Grouping::kRollup, Grouping::kSets});
  Filter filter;
  table->axes = DrawAxes(random, &filter);
  TableBuilder(random, table->axes, filter, grouping).AddCells(table);
  return grouping;
}

}  // namespace kluis
