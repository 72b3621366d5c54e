#include "server/engine/axis_classes.h"

#include <algorithm>
#include <map>
#include <set>

namespace kluis {
namespace {

bool IsDropped(const std::vector<int>& categories) {
  return std::all_of(categories.begin(), categories.end(), [](int c) { return c < 0; });
}

// The class of a row is its stored value; `class_of_stored` still tells which are in none.
void UseStoredValues(const PlanAxis& axis, const std::vector<int>& levels, AxisClasses* classes) {
  classes->identity = true;
  classes->class_low = axis.stored_low;
  for (const int level : levels) classes->category_of[level] = axis.level_maps[level];
}

}  // namespace

AxisClasses MakeAxisClasses(const PlanAxis& axis, const std::vector<int>& levels) {
  AxisClasses classes;
  classes.category_of.resize(axis.level_maps.size());
  const size_t size = axis.level_maps.empty() ? 0 : axis.level_maps[0].size();
  std::map<std::vector<int>, int> numbers;
  size_t kept = 0;
  for (size_t v = 0; v < size; ++v) {
    std::vector<int> categories;
    for (const int level : levels) categories.push_back(axis.level_maps[level][v]);
    if (IsDropped(categories)) {
      classes.class_of_stored.push_back(-1);
      continue;
    }
    ++kept;
    const auto [place, fresh] = numbers.emplace(categories, static_cast<int>(numbers.size()));
    if (fresh) {
      for (size_t i = 0; i < levels.size(); ++i)
        classes.category_of[levels[i]].push_back(categories[i]);
    }
    classes.class_of_stored.push_back(place->second);
  }
  classes.everything = kept == size;
  classes.total_only = numbers.size() == 1;
  const bool hardly_fewer = numbers.size() * 4 >= kept * 3;
  if (!classes.total_only && hardly_fewer) UseStoredValues(axis, levels, &classes);
  return classes;
}

std::vector<AxisClasses> ClassesOf(const AggregationPlan& plan) {
  std::vector<AxisClasses> classes;
  for (size_t i = 0; i < plan.axes.size(); ++i) {
    std::set<int> levels;
    for (const std::vector<int>& set : plan.level_sets) levels.insert(set[i]);
    classes.push_back(MakeAxisClasses(plan.axes[i], {levels.begin(), levels.end()}));
  }
  return classes;
}

}  // namespace kluis
