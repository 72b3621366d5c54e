// What happened at the desk: one action of one person on one case. A `review` entry of the log
// holds it as JSON; the desk is the sum of them.
#ifndef KLUIS_SERVER_DESK_EVENT_H_
#define KLUIS_SERVER_DESK_EVENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/desk/transitions.h"

namespace kluis {

// Who acts. `person` is a human being: the operator's registry knows which ids are the same
// person's.
struct DeskActor {
  std::string id, person;
  DeskRole role = DeskRole::kResearcher;
};

// Protection beyond the rule set's; 0 is as the rule set has it.
struct Strength {
  int minimum = 0;   // instead of frequency.minimum, where that is less
  int round_to = 0;  // counts and sums to multiples of it; other statistics are not shown then
  auto operator<=>(const Strength&) const = default;
};

struct DeskEvent {
  DeskAction action = DeskAction::kComment;
  std::string case_id;  // of the held request; of a recall without a case the release itself
  DeskActor by;
  std::string time;        // RFC 3339, UTC: the entry's, and not in the JSON
  std::string reason;      // what is told; of a comment and a reply its text
  std::string code;        // of deny and refuse: why, in one word
  int required = 0;        // of a vote and a precedent: how many reviewers the rule set asks for
  Strength strength = {};  // of approve and view
  std::string digest;      // of approve and view: SHA-256 of the answer that was seen, hex
  bool to_researcher = false;                // of a comment
  std::string release;                       // of release: the answer's own id
  std::string until;                         // of a precedent: its last day, YYYY-MM-DD
  std::string shape;                         // of a precedent: of which tables
  int64_t cells = 0;                         // of a precedent: of at most so many cells
  std::string project = {}, caller = {};     // of a recall without a case
  std::vector<std::string> dependants = {};  // of a recall and the end of a precedent: releases
  // Of a recall without a case, not in the JSON: what the entry of the release says of it.
  uint64_t released_index = 0;
  std::string released_at = {}, rules = {}, query = {};
  bool operator==(const DeskEvent&) const;
};

// A JSON object with what is not empty. Never has the key "entry", which the log adds.
std::string EventJson(const DeskEvent& event);

// Of EventJson(), with or without "entry". INVALID_ARGUMENT names the first thing that is not of an
// event: unknown keys are.
absl::StatusOr<DeskEvent> ParseEvent(absl::string_view json);

// Of deny, in the order of docs/desk.md.
const std::vector<std::string>& DenyCodes();

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_EVENT_H_
