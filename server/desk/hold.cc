#include "server/desk/hold.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr char kBefore[] = "reviewers look at this first: ";

}  // namespace

Refusal Held(const std::vector<std::string>& conditions) {
  KLUIS_CHECK(!conditions.empty());
  return {.kind = RefusalKind::kHeld,
          .code = kHeldCode,
          .message = absl::StrCat(kBefore, absl::StrJoin(conditions, "; ")),
          .hint = "ask for its state with: kluis releases, and fetch the answer with its id"};
}

std::vector<std::string> ConditionsOf(absl::string_view message) {
  if (!absl::ConsumePrefix(&message, kBefore)) return {};
  return absl::StrSplit(message, "; ");
}

std::string RequestIdOf(const std::string& case_id) { return absl::StrCat(kReviewPrefix, case_id); }

}  // namespace kluis
