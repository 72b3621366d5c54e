// One held request on the desk, as the events so far have left it.
#ifndef KLUIS_SERVER_DESK_CASE_H_
#define KLUIS_SERVER_DESK_CASE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/desk/event.h"

namespace kluis {

// What the log says of the request itself.
struct HeldRequest {
  std::string id;      // of its release: the answer that says "held"
  uint64_t index = 0;  // of its entry
  std::string time, caller, project, rules, query;
  std::vector<std::string> reasons;  // conditions of the rule set that hold it
  bool after_check = false;  // it was not held: `id` has left, and was drawn for a look afterwards
};

struct CaseVote {
  DeskActor by;
  DeskAction action = DeskAction::kApprove;
  std::string time, reason, code;
  Strength strength = {};
  std::string digest;
};

struct CaseNote {
  DeskActor by;
  std::string time, text;
  bool to_researcher = false;
};

// One round of votes that came in whole.
struct CaseRound {
  int votes = 0;
  bool agreed = false;  // while nobody could see another's vote
  int changed = 0;      // votes that were changed after that
};

struct Case {
  HeldRequest request;
  bool held = true;  // false: a release that was never held, and is checked or was recalled
  CaseState state = CaseState::kHeld;
  int round = 1;
  int required = 0;               // votes in this round, once somebody has voted
  std::vector<DeskActor> claims;  // of this round
  std::vector<CaseVote> votes;    // of this round, one for each person
  // person -> protection -> digest of the answer that was last seen in this round.
  std::map<std::string, std::map<Strength, std::string>> seen;
  std::vector<CaseNote> notes;
  std::vector<CaseRound> rounds;
  std::optional<CaseVote> decision;  // of the last round that came to one
  std::string release;  // id of the answer that left, or of the refusal in its place
  std::string recalled, recall_reason;
  std::vector<std::string> dependants;
  std::string precedent_ended;               // when, by a reviewer
  std::vector<std::string> under_precedent;  // releases that the ended precedents let through
};

// How a case stands for somebody who has not voted: while votes are missing, nobody sees another's.
bool VotesAreOpen(const Case& held);

// Votes that are equal in what they decide: the same action, protection and, of approvals, answer.
bool SameVote(const CaseVote& left, const CaseVote& right);

// A rule that a decision has become.
struct Precedent {
  std::string case_id, project, rules, shape, until;
  int64_t cells = 0;
  int required = 0;
  std::string reason;
  std::vector<DeskActor> by;  // who wants it; it holds when they are enough
  bool ended = false;         // by a reviewer, or its release was recalled
};

// `today`: YYYY-MM-DD.
bool InForceOn(const Precedent& precedent, const std::string& today);

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_CASE_H_
