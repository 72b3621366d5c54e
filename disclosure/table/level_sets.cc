#include "disclosure/table/level_sets.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr size_t kPairsMax = 128;  // sets up to which all pairs are compared

bool IsWithin(const LevelSet& coarse, const LevelSet& fine) {
  for (size_t a = 0; a < coarse.size(); ++a) {
    if (coarse[a] > fine[a]) return false;
  }
  return true;
}

LevelSet Meet(const LevelSet& one, const LevelSet& other) {
  LevelSet meet = one;
  for (size_t a = 0; a < meet.size(); ++a) meet[a] = std::min(meet[a], other[a]);
  return meet;
}

LevelSet Join(const LevelSet& one, const LevelSet& other) {
  LevelSet join = one;
  for (size_t a = 0; a < join.size(); ++a) join[a] = std::max(join[a], other[a]);
  return join;
}

std::vector<LevelSet> Finest(const std::set<LevelSet>& sets) {
  std::vector<LevelSet> finest;
  for (const LevelSet& set : sets) {
    const bool coarser = std::any_of(sets.begin(), sets.end(), [&](const LevelSet& other) {
      return other != set && IsWithin(set, other);
    });
    if (!coarser) finest.push_back(set);
  }
  return finest;
}

// Whether the sets can be lined up so that what each shares with all before it lies within one.
bool IsDecomposable(std::vector<LevelSet> left) {
  std::vector<LevelSet> before = {left.back()};
  LevelSet all = left.back();
  left.pop_back();
  while (!left.empty()) {
    const auto next = std::find_if(left.begin(), left.end(), [&](const LevelSet& set) {
      const LevelSet shared = Meet(set, all);
      return std::any_of(before.begin(), before.end(),
                         [&](const LevelSet& other) { return IsWithin(shared, other); });
    });
    if (next == left.end()) return false;
    all = Join(all, *next);
    before.push_back(*next);
    left.erase(next);
  }
  return true;
}

std::optional<std::set<LevelSet>> EveryCombination(const std::set<LevelSet>& sets,
                                                   size_t sets_max) {
  std::vector<LevelSet> combinations = {{}};
  for (size_t a = 0; a < sets.begin()->size(); ++a) {
    std::set<int> levels;
    for (const LevelSet& set : sets) levels.insert(set[a]);
    std::vector<LevelSet> longer;
    if (combinations.size() * levels.size() > sets_max) return std::nullopt;
    for (const LevelSet& start : combinations) {
      for (const int level : levels) {
        longer.push_back(start);
        longer.back().push_back(level);
      }
    }
    combinations = std::move(longer);
  }
  return std::set<LevelSet>(combinations.begin(), combinations.end());
}

// From `coarse` to `fine` along one axis.
LevelSet FirstStep(const LevelSet& coarse, const LevelSet& fine) {
  LevelSet step = coarse;
  for (size_t a = 0; a < step.size(); ++a) {
    if (step[a] == fine[a]) continue;
    step[a] = fine[a];
    return step;
  }
  return step;
}

// Sets of `sets` next above `coarse`: none lies between.
std::vector<LevelSet> NextFiner(const std::set<LevelSet>& sets, const LevelSet& coarse) {
  std::set<LevelSet> above;
  for (const LevelSet& set : sets) {
    if (set != coarse && IsWithin(coarse, set)) above.insert(set);
  }
  std::vector<LevelSet> next;
  for (const LevelSet& set : above) {
    const bool between = std::any_of(above.begin(), above.end(), [&](const LevelSet& other) {
      return other != set && IsWithin(other, set);
    });
    if (!between) next.push_back(set);
  }
  return next;
}

std::set<LevelSet> MeetsAndSteps(const std::set<LevelSet>& sets) {
  std::set<LevelSet> added;
  for (const LevelSet& one : sets) {
    for (const LevelSet& other : sets) added.insert(Meet(one, other));
    for (const LevelSet& next : NextFiner(sets, one)) added.insert(FirstStep(one, next));
  }
  return added;
}

}  // namespace

std::optional<std::set<LevelSet>> CloseLevelSets(const std::set<LevelSet>& displayed,
                                                 size_t sets_max) {
  if (displayed.empty()) return displayed;
  const auto all = EveryCombination(displayed, sets_max);
  if (all == displayed) return displayed;
  if (displayed.size() > kPairsMax || !IsDecomposable(Finest(displayed))) return all;
  std::set<LevelSet> closed = displayed;
  for (size_t before = 0; closed.size() != before;) {
    before = closed.size();
    closed.merge(MeetsAndSteps(closed));
    if (closed.size() > kPairsMax) return all;
  }
  return closed;
}

}  // namespace kluis
