// The answer of a request that waits for reviewers, as the log keeps it: which conditions of the
// rule set hold it, in one text that reads back.
#ifndef KLUIS_SERVER_DESK_HOLD_H_
#define KLUIS_SERVER_DESK_HOLD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"

namespace kluis {

inline constexpr char kHeldCode[] = "HELD_FOR_REVIEW";

// Of conditions such as "statistic regression" and "cells_over 10000". REQUIRES: at least one; none
// has a semicolon.
Refusal Held(const std::vector<std::string>& conditions);

// The conditions in the message of Held(); empty for any other text.
std::vector<std::string> ConditionsOf(absl::string_view message);

// The request id under which the answer of a held request is committed, so that it is committed
// once. A client's own ids must not begin with kReviewPrefix.
inline constexpr char kReviewPrefix[] = "review/";
std::string RequestIdOf(const std::string& case_id);

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_HOLD_H_
