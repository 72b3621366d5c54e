// What may be done with a held request, in which state, by whom: one table, from which docs/desk.md
// and the tests are generated.
#ifndef KLUIS_SERVER_DESK_TRANSITIONS_H_
#define KLUIS_SERVER_DESK_TRANSITIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

enum class CaseState {
  kHeld,              // waits for a reviewer
  kInReview,          // claimed, or some of the votes are in
  kConflict,          // all votes are in, and they differ
  kChangesRequested,  // waits for the researcher
  kApproved,          // the answer may leave, and has not yet
  kDenied,
  kWithdrawn,
  kReleased,
  kAfterCheck,  // released, and drawn for a look afterwards
  kRecalled,
};

enum class DeskAction {
  kClaim,           // says who looks at it
  kView,            // the figures before protection were shown
  kComment,         // to the reviewers, or to the researcher too
  kApprove,         // a vote: as the rules protect it, or with stronger protection
  kRequestChanges,  // a vote
  kDeny,            // a vote, with a reason code
  kReopen,          // of a conflict: a new round of votes
  kReply,           // of the researcher, to what was asked
  kWithdraw,
  kRelease,    // the desk: the approved answer stands in the log
  kReturn,     // the desk: what would leave now is not what was approved
  kRefuse,     // the desk: the policy in force refuses what was approved
  kRecall,     // of a release
  kPrecedent,  // a decision becomes a rule
  kEndPrecedent,
  kConfirm,  // of an after-check: the release is as it should be
};

// kResearcher is the one whose request it is; kDesk the program itself.
enum class DeskRole { kResearcher, kReviewer, kPrivacyOfficer, kOperator, kDesk };

// One row: in `from`, `role` may do `action`, and the case is in one of `to` then.
struct Transition {
  CaseState from;
  DeskAction action;
  DeskRole role;
  std::vector<CaseState> to;
};

const std::vector<Transition>& DeskTransitions();

// The row; null where there is none, and then it is not allowed.
const Transition* FindTransition(CaseState from, DeskAction action, DeskRole role);

// All values in the order above.
const std::vector<CaseState>& CaseStates();
const std::vector<DeskAction>& DeskActions();
const std::vector<DeskRole>& DeskRoles();

// "in review", "request changes", "privacy officer".
const char* StateName(CaseState state);
const char* ActionName(DeskAction action);
const char* DeskRoleName(DeskRole role);
// False for any other text.
bool ParseState(absl::string_view text, CaseState* state);
bool ParseAction(absl::string_view text, DeskAction* action);
bool ParseDeskRole(absl::string_view text, DeskRole* role);

// approve, request changes, deny.
bool IsVote(DeskAction action);
// Nothing but a recall, a look or a comment follows.
bool IsClosed(CaseState state);

// The table in Markdown, as it stands in docs/desk.md.
std::string TransitionsMarkdown();

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_TRANSITIONS_H_
