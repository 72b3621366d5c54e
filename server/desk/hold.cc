#include "server/desk/hold.h"

#include "absl/strings/str_cat.h"

namespace kluis {

Refusal Held() {
  return {.kind = RefusalKind::kHeld,
          .code = kHeldCode,
          .message = "reviewers look at this first",
          .hint = "ask for its state with: kluis releases, and fetch the answer with its id"};
}

std::string RequestIdOf(const std::string& case_id) { return absl::StrCat(kReviewPrefix, case_id); }

}  // namespace kluis
