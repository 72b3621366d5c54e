// Which earlier releases are about the same: reviewers look at them beside a held request.
#ifndef KLUIS_SERVER_REVIEW_OVERLAP_H_
#define KLUIS_SERVER_REVIEW_OVERLAP_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// What a plan is about, from its canonical text (server/plan/plan_text): the registers, whatever
// their period, and the variables that divide, select or measure.
struct PlanSubject {
  std::set<std::string> lineages, variables;
};

PlanSubject SubjectOfPlan(absl::string_view canonical);

// The variables that both use, where both use one register; else none.
std::set<std::string> SharedVariables(const PlanSubject& left, const PlanSubject& right);

}  // namespace kluis

#endif  // KLUIS_SERVER_REVIEW_OVERLAP_H_
