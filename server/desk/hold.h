// The answer of a request that waits for reviewers, as the log keeps it.
#ifndef KLUIS_SERVER_DESK_HOLD_H_
#define KLUIS_SERVER_DESK_HOLD_H_

#include <string>

#include "disclosure/base/refusal.h"

namespace kluis {

inline constexpr char kHeldCode[] = "HELD_FOR_REVIEW";

// What is told to who asked: that it is held, and not for which conditions of the rule set, as some
// of them tell of what others have asked or not.
Refusal Held();

// The request id under which the answer of a held request is committed, so that it is committed
// once. A client's own ids must not begin with kReviewPrefix.
inline constexpr char kReviewPrefix[] = "review/";
std::string RequestIdOf(const std::string& case_id);

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_HOLD_H_
