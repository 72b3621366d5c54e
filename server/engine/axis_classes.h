// How the stored values of one axis are grouped before the levels are told apart.
#ifndef KLUIS_SERVER_ENGINE_AXIS_CLASSES_H_
#define KLUIS_SERVER_ENGINE_AXIS_CLASSES_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"

namespace kluis {

// Two stored values are in one class when every level that the plan uses takes them to the same
// categories, so aggregates per class give the aggregates of every level by addition. Values that
// no level wants are in no class: their rows are dropped.
struct AxisClasses {
  // The class of a stored value is the value itself, because hardly any two of them fall together:
  // then the database needs no look-up.
  bool identity = false;
  std::vector<int> class_of_stored;           // by value - stored_low; -1: none; identity: else any
  std::vector<std::vector<int>> category_of;  // [level][class] -> category, -1: not at this level;
                                              // identity: by value - stored_low
  int class_low = 0;                          // the first class number: stored_low or 0
  bool total_only = false;                    // one class: no GROUP BY column is needed
  bool everything = false;                    // no stored value is dropped

  // -1 when the class is not at that level, or unknown.
  int Category(int level, int class_number) const {
    const size_t place = static_cast<size_t>(class_number - class_low);
    return place < category_of[level].size() ? category_of[level][place] : -1;
  }
};

// `levels`: the levels of the axis that occur in the plan's level sets. O(stored values x levels).
AxisClasses MakeAxisClasses(const PlanAxis& axis, const std::vector<int>& levels);

// Of every axis of a plan, in its order.
std::vector<AxisClasses> ClassesOf(const AggregationPlan& plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_AXIS_CLASSES_H_
