// The canonical text of a plan and its hash. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_PLAN_TEXT_H_
#define KLUIS_SERVER_PLAN_PLAN_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// One line per fact; equal for plans that compute the same from the same snapshots. Maps of stored
// values follow from the snapshots' hashes (they cover the code lists), scope and conditions, and
// stand there as a hash.
std::string PlanText(const AuthorisedQuery& query, const AggregationPlan& plan);

// SHA-256 (FIPS 180-4), lower-case hex.
std::string Sha256Text(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_PLAN_TEXT_H_
