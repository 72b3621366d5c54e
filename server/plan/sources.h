// FROM and its joins against the declared links. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_SOURCES_H_
#define KLUIS_SERVER_PLAN_SOURCES_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"

namespace kluis {

struct PlannedSource {
  PlanSource source;
  const Snapshot* snapshot = nullptr;                    // of the catalogue, which must outlive it
  std::string link;                                      // name of the link; empty for the unit
  VariableKind membership = VariableKind::kIdentifying;  // who knows which rows have a partner here
};

// A join must be on the full key of a link that the first dataset declares with `one: true`; any
// other could repeat its rows, and is refused.
Decision<std::vector<PlannedSource>> PlanSources(const AuthorisedQuery& query,
                                                 const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_SOURCES_H_
