// Which requests wait for reviewers: judged from the request, the rule set and what was released
// before, never from data (safety.md 21). Internal to this folder.
#ifndef KLUIS_SERVER_RELEASE_HOLD_H_
#define KLUIS_SERVER_RELEASE_HOLD_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/release/judge.h"
#include "server/review/review_desk.h"

namespace kluis {

// A statistic under a name that a rule set may hold.
struct HoldStatistic {
  std::string name, family;
  bool review = false;  // the rule set has a person look at its family
};

// What of a request a hold is judged by.
struct HoldSubject {
  std::string project, rules;
  ReviewParameters review;
  std::vector<HoldStatistic> statistics;
  std::set<std::string> datasets;
  int64_t cells = 0;
  std::string plan_sha256;
  std::string shape;  // equal for tables that differ in conditions and periods only
};

HoldSubject SubjectOf(const JudgedRequest& request);

// Conditions that the request alone meets: "statistic gini", "cells_over 10000".
std::vector<std::string> OwnConditions(const HoldSubject& subject);

struct HoldVerdict {
  std::vector<std::string> conditions;  // none: it is not held
  // Where a precedent says that reviewers have decided such requests: its case, and the entry of
  // that case's request.
  std::string precedent = {};
  uint64_t precedent_entry = 0;
};

// Own conditions and "new_dataset persoon", "first_release" and "sample". `sample_key`: whether a
// question is in the sample is the same whenever it is asked, and only who has the key knows it
// beforehand.
absl::StatusOr<HoldVerdict> JudgeHold(const HoldSubject& subject, const std::string& sample_key,
                                      const std::string& today, ReviewDesk& desk);

// Whether reviewers look at this after it was released: drawn likewise, by another draw.
bool DrawnForAfterCheck(const HoldSubject& subject, const std::string& sample_key);

// What is in force, with a higher minimum for rule set `rules` where it has less.
InForce Stronger(const InForce& in_force, const std::string& rules, const Strength& strength);

// True when the rule set has a condition that only a desk can judge, or one that is met, or has
// reviewers look at releases afterwards.
bool NeedsDesk(const HoldSubject& subject);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_HOLD_H_
