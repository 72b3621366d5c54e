#include "server/desk/desk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "server/desk/event_checks.h"

namespace kluis {
namespace {

using Kind = Objection::Kind;

Objection Refuse(Kind kind, std::string code, std::string message) {
  return {kind, std::move(code), std::move(message)};
}

// One text for all, so that it tells nothing of the case.
Objection RoleMayNot() {
  return Refuse(Kind::kForbidden, "ROLE_MAY_NOT", "your role may not do this");
}

Objection Unknown() {
  return Refuse(Kind::kUnknown, "UNKNOWN_CASE", "no such request on the desk");
}

bool RoleEverMay(DeskAction action, DeskRole role) {
  const auto& table = DeskTransitions();
  return std::any_of(table.begin(), table.end(), [&](const Transition& row) {
    return row.action == action && row.role == role;
  });
}

CaseVote VoteOf(const DeskEvent& event) {
  return {event.by,   event.action,   event.time,  event.reason,
          event.code, event.strength, event.digest};
}

std::vector<CaseVote>::const_iterator VoteBy(const Case& held, const std::string& person) {
  return std::find_if(held.votes.begin(), held.votes.end(),
                      [&](const CaseVote& vote) { return vote.by.person == person; });
}

// The state that a decision leads to.
CaseState Decided(DeskAction action) {
  switch (action) {
    case DeskAction::kApprove:
      return CaseState::kApproved;
    case DeskAction::kDeny:
      return CaseState::kDenied;
    default:
      return CaseState::kChangesRequested;
  }
}

void NewRound(Case* held) {
  ++held->round;
  held->required = 0;
  held->claims.clear();
  held->votes.clear();
  held->seen.clear();
}

}  // namespace

bool VotesAreOpen(const Case& held) {
  return held.state != CaseState::kHeld && held.state != CaseState::kInReview;
}

bool SameVote(const CaseVote& left, const CaseVote& right) {
  return left.action == right.action && left.strength == right.strength &&
         left.digest == right.digest;
}

bool InForceOn(const Precedent& precedent, const std::string& today) {
  return !precedent.ended && static_cast<int>(precedent.by.size()) >= precedent.required &&
         today <= precedent.until;
}

void Desk::Open(const HeldRequest& request) {
  KLUIS_CHECK(cases_.count(request.id) == 0);
  Case& held = cases_[request.id];
  held.request = request;
  if (request.after_check) {
    held.held = false;
    held.state = CaseState::kAfterCheck;
    held.release = request.id;
    by_release_[request.id] = request.id;
  }
  changes_.push_back({request.index, request.time, request.id,
                      request.after_check ? "draw" : "hold", held.state, false});
}

std::optional<Objection> Desk::Check(const DeskEvent& event,
                                     const std::set<std::string>& close) const {
  if (!RoleEverMay(event.action, event.by.role)) return RoleMayNot();
  const Case* held = Find(event.case_id);
  const bool of_release = event.action == DeskAction::kRecall && !event.caller.empty();
  if (held == nullptr && !of_release) return Unknown();
  if (event.by.role == DeskRole::kResearcher && event.by.id != held->request.caller)
    return Unknown();
  if (event.by.role == DeskRole::kReviewer && close.count(event.by.person) > 0) {
    return Refuse(Kind::kForbidden, "OWN_REQUEST",
                  "this is a request of your own or of a project that you belong to");
  }
  const CaseState state = held == nullptr ? CaseState::kReleased : held->state;
  if (FindTransition(state, event.action, event.by.role) == nullptr) {
    return Refuse(
        Kind::kState, "NOT_IN_THIS_STATE",
        absl::StrCat("what is ", StateName(state), " takes no ", ActionName(event.action)));
  }
  if (auto objection = CheckForm(event)) return objection;
  if (IsVote(event.action)) return CheckVote(event, *held);
  if (event.action == DeskAction::kPrecedent) return CheckPrecedent(event, *held, precedents_);
  if (event.action == DeskAction::kEndPrecedent) return CheckEnd(event, precedents_);
  if (event.action == DeskAction::kConfirm && held->seen.count(event.by.person) == 0) {
    return Refuse(Kind::kState, "NOT_SEEN", "you have not seen what you would confirm; look first");
  }
  return std::nullopt;
}

std::optional<Objection> Desk::CheckVote(const DeskEvent& event, const Case& held) const {
  if (held.state != CaseState::kConflict && VoteBy(held, event.by.person) != held.votes.end()) {
    return Refuse(Kind::kForbidden, "HAS_VOTED",
                  "you have voted in this round; another person must, and a vote under another "
                  "certificate of yours is yours");
  }
  if (held.state == CaseState::kConflict && VoteBy(held, event.by.person) == held.votes.end()) {
    return Refuse(Kind::kState, "NOT_YOUR_CONFLICT",
                  "those who voted settle it, or somebody reopens the case");
  }
  if (event.action != DeskAction::kApprove) return std::nullopt;
  const auto person = held.seen.find(event.by.person);
  if (person == held.seen.end() || person->second.count(event.strength) == 0) {
    return Refuse(Kind::kState, "NOT_SEEN",
                  "you have not seen in this round what you would approve; look at it first, with "
                  "the same protection");
  }
  if (person->second.at(event.strength) == event.digest) return std::nullopt;
  return Refuse(Kind::kState, "STALE", "what you saw is not what would leave now; look again");
}

absl::Status Desk::Apply(const DeskEvent& event, uint64_t index) {
  Case* held = CaseOf(event);
  if (held == nullptr)
    return absl::DataLossError(absl::StrCat("log entry ", index, " is about no case"));
  const Transition* row = FindTransition(held->state, event.action, event.by.role);
  if (row == nullptr) {
    return absl::DataLossError(absl::StrCat("log entry ", index, ": ", StateName(held->state),
                                            " takes no ", ActionName(event.action), " of a ",
                                            DeskRoleName(event.by.role)));
  }
  if (IsVote(event.action)) {
    Vote(event, held);
  } else {
    held->state = row->to.front();
    Keep(event, held);
  }
  const bool secret = IsVote(event.action) && !VotesAreOpen(*held);
  changes_.push_back({index, event.time, event.case_id, secret ? "vote" : ActionName(event.action),
                      held->state, event.action == DeskAction::kComment && event.to_researcher});
  KLUIS_CHECK(std::count(row->to.begin(), row->to.end(), held->state) == 1);
  return absl::OkStatus();
}

Case* Desk::CaseOf(const DeskEvent& event) {
  const auto found = cases_.find(event.case_id);
  if (found != cases_.end()) return &found->second;
  if (event.action != DeskAction::kRecall) return nullptr;
  Case& never_held = cases_[event.case_id];
  never_held.held = false;
  never_held.state = CaseState::kReleased;
  never_held.release = event.case_id;
  never_held.request.id = event.case_id;
  never_held.request.index = event.released_index;
  never_held.request.time = event.released_at;
  never_held.request.caller = event.caller;
  never_held.request.project = event.project;
  never_held.request.rules = event.rules;
  never_held.request.query = event.query;
  by_release_[event.case_id] = event.case_id;
  return &never_held;
}

void Desk::Keep(const DeskEvent& event, Case* held) {
  switch (event.action) {
    case DeskAction::kClaim:
      held->claims.push_back(event.by);
      break;
    case DeskAction::kView:
      held->seen[event.by.person][event.strength] = event.digest;
      break;
    case DeskAction::kComment:
      held->notes.push_back({event.by, event.time, event.reason, event.to_researcher});
      break;
    case DeskAction::kReply:
      held->notes.push_back({event.by, event.time, event.reason, true});
      NewRound(held);
      break;
    case DeskAction::kReopen:
    case DeskAction::kReturn:
      NewRound(held);
      break;
    case DeskAction::kRelease:
      held->release = event.release;
      by_release_[event.release] = event.case_id;
      break;
    case DeskAction::kRefuse:
      held->decision = VoteOf(event);
      held->release = event.release;
      break;
    case DeskAction::kRecall:
      Recall(event, held);
      break;
    case DeskAction::kPrecedent:
      AddPrecedent(event, *held);
      break;
    case DeskAction::kEndPrecedent:
      EndPrecedents(event.case_id);
      held->precedent_ended = event.time;
      held->under_precedent = event.dependants;
      break;
    default:
      break;
  }
}

void Desk::Vote(const DeskEvent& event, Case* held) {
  const bool conflict = held->state == CaseState::kConflict;
  const auto before = VoteBy(*held, event.by.person);
  if (before != held->votes.end()) held->votes.erase(before);
  held->votes.push_back(VoteOf(event));
  held->required = std::max(held->required, event.required);
  const bool agreed =
      std::all_of(held->votes.begin(), held->votes.end(),
                  [&](const CaseVote& vote) { return SameVote(vote, held->votes.front()); });
  if (!conflict && static_cast<int>(held->votes.size()) < held->required) {
    held->state = CaseState::kInReview;
    return;
  }
  if (conflict) {
    ++held->rounds.back().changed;
  } else {
    held->rounds.push_back({static_cast<int>(held->votes.size()), agreed, 0});
  }
  held->state = agreed ? Decided(event.action) : CaseState::kConflict;
  if (agreed) held->decision = held->votes.back();
}

void Desk::AddPrecedent(const DeskEvent& event, const Case& held) {
  for (Precedent& known : precedents_) {
    if (known.case_id == event.case_id && known.until == event.until && !known.ended) {
      known.by.push_back(event.by);
      known.required = std::max(known.required, event.required);
      return;
    }
  }
  precedents_.push_back({event.case_id,
                         held.request.project,
                         held.request.rules,
                         event.shape,
                         event.until,
                         event.cells,
                         event.required,
                         event.reason,
                         {event.by}});
}

void Desk::Recall(const DeskEvent& event, Case* held) {
  held->recalled = event.time;
  held->recall_reason = event.reason;
  held->dependants = event.dependants;
  EndPrecedents(event.case_id);
}

void Desk::EndPrecedents(const std::string& case_id) {
  for (Precedent& precedent : precedents_) {
    if (precedent.case_id == case_id) precedent.ended = true;
  }
}

const Case* Desk::Find(const std::string& id) const {
  const auto found = cases_.find(id);
  return found == cases_.end() ? nullptr : &found->second;
}

const Case* Desk::FindByRelease(const std::string& release) const {
  const auto found = by_release_.find(release);
  return found == by_release_.end() ? nullptr : Find(found->second);
}

const Precedent* Desk::PrecedentFor(const std::string& project, const std::string& rules,
                                    const std::string& shape, int64_t cells,
                                    const std::string& today) const {
  for (const Precedent& precedent : precedents_) {
    if (precedent.project == project && precedent.rules == rules && precedent.shape == shape &&
        cells <= precedent.cells && InForceOn(precedent, today)) {
      return &precedent;
    }
  }
  return nullptr;
}

}  // namespace kluis
