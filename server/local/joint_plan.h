// Several tables of one dataset as one: their cells on the union of their axes, so that one pattern
// serves them all, exactly as for the GROUPING SETS of one query.
#ifndef KLUIS_SERVER_LOCAL_JOINT_PLAN_H_
#define KLUIS_SERVER_LOCAL_JOINT_PLAN_H_

#include <vector>

#include "server/catalogue/catalogue.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// One of the tables, as it was asked for.
struct JointTable {
  ReleaseShape shape;           // rows show cells of the joint plan
  std::vector<int> statistics;  // of shape.statistics: index in the joint plan's
};

// plan.table.shape has no dimensions, one row per displayed cell, and each statistic that some
// table shows once.
struct JointPlan {
  AggregationPlan plan;
  std::vector<JointTable> tables;
};

// REQUIRES: at least one plan; all of one snapshot, under one rule set, with the same WHERE and
// without joins. Refuses (kUsage) bands that cut through each other.
Decision<JointPlan> JoinPlans(std::vector<AggregationPlan> plans, const Snapshot& snapshot);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_JOINT_PLAN_H_
