// The reviewers' desk: all cases, as the sum of what happened. Pure: no clock, no file, no chance.
#ifndef KLUIS_SERVER_DESK_DESK_H_
#define KLUIS_SERVER_DESK_DESK_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/desk/case.h"
#include "server/desk/event.h"

namespace kluis {

// Why an action is not taken.
struct Objection {
  enum class Kind {
    kForbidden,  // not of this role, or not of this person
    kUnknown,    // there is no such case, or it is not the caller's
    kState,      // not as the case stands
    kInput,      // something in it is missing or wrong
  };
  Kind kind = Kind::kInput;
  std::string code, message;
};

// What a watcher hears; a vote says which only when all are in.
struct DeskChange {
  uint64_t index = 0;  // of the log's entry
  std::string time, case_id, action;
  CaseState state = CaseState::kHeld;
  bool to_researcher = false;  // a comment that the researcher reads, too
};

// Not thread safe.
class Desk {
 public:
  // A new case; its entry is the request's own. REQUIRES: the id is new.
  void Open(const HeldRequest& request);

  // Whether `event` may happen now. `close`: the persons who may not judge this case, because it is
  // their own request or project. None: it may.
  std::optional<Objection> Check(const DeskEvent& event, const std::set<std::string>& close) const;

  // Makes it so; `index` is that of its entry. Judges the state alone, so what once was allowed
  // stays so. DATA_LOSS when the table has no row for it.
  absl::Status Apply(const DeskEvent& event, uint64_t index);

  const Case* Find(const std::string& id) const;                // of the held request
  const Case* FindByRelease(const std::string& release) const;  // of the answer that left
  const std::map<std::string, Case>& cases() const { return cases_; }

  // The precedent that makes a hold needless, if any. `today`: YYYY-MM-DD.
  const Precedent* PrecedentFor(const std::string& project, const std::string& rules,
                                const std::string& shape, int64_t cells,
                                const std::string& today) const;
  const std::vector<Precedent>& precedents() const { return precedents_; }

  // In the order of the log.
  const std::vector<DeskChange>& changes() const { return changes_; }

 private:
  std::optional<Objection> CheckVote(const DeskEvent& event, const Case& held) const;
  Case* CaseOf(const DeskEvent& event);  // null: there is none
  void Vote(const DeskEvent& event, Case* held);
  void Keep(const DeskEvent& event, Case* held);  // what is no vote
  void AddPrecedent(const DeskEvent& event, const Case& held);
  void EndPrecedents(const std::string& case_id);
  void Recall(const DeskEvent& event, Case* held);

  std::map<std::string, Case> cases_;
  std::map<std::string, std::string> by_release_;  // release -> case
  std::vector<Precedent> precedents_;
  std::vector<DeskChange> changes_;
};

// How many characters a reason has at the least, and bytes at the most.
inline constexpr size_t kReasonLeast = 15, kReasonMost = 4000;

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_DESK_H_
