// A desk with one case in a rule set of two reviewers, and people who act on it.
#ifndef KLUIS_TESTS_SERVER_DESK_STORY_H_
#define KLUIS_TESTS_SERVER_DESK_STORY_H_

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/desk/desk.h"

namespace kluis {

inline constexpr char kWhy[] = "looked at it with care";

inline DeskActor Reviewer(const std::string& person, const std::string& id = "") {
  return {id.empty() ? person + "@cbs.nl" : id, person, DeskRole::kReviewer};
}
inline DeskActor Anna() { return {"anna@heerlen.nl", "anna", DeskRole::kResearcher}; }
inline DeskActor TheDesk() { return {"desk", "desk", DeskRole::kDesk}; }

struct Story {
  explicit Story(int reviewers = 2) : required(reviewers) {
    desk.Open({.id = "c1",
               .index = 1,
               .time = "2026-11-22T12:00:00Z",
               .caller = "anna@heerlen.nl",
               .project = "heerlen",
               .rules = "standard",
               .query = "SELECT 1",
               .reasons = {"first_release"}});
  }

  DeskEvent Event(DeskAction action, const DeskActor& by) const {
    DeskEvent event;
    event.action = action;
    event.case_id = "c1";
    event.by = by;
    event.time = absl::StrFormat("2026-11-22T13:00:%02dZ", index % 60);
    event.reason = kWhy;
    if (IsVote(action) || action == DeskAction::kPrecedent) event.required = required;
    if (action == DeskAction::kDeny || action == DeskAction::kRefuse) event.code = "QUALITY";
    if (action == DeskAction::kApprove || action == DeskAction::kView) event.digest = digest;
    if (action == DeskAction::kRelease) event.release = "r1";
    if (action == DeskAction::kPrecedent) {
      event.until = "2027-11-22";
      event.shape = "shape";
      event.cells = 12;
    }
    return event;
  }

  // The code of the objection; empty: done.
  std::string Do(const DeskEvent& event) {
    if (const auto objection = desk.Check(event, close)) return objection->code;
    const absl::Status applied = desk.Apply(event, ++index);
    EXPECT_TRUE(applied.ok()) << applied;
    return "";
  }
  std::string Do(DeskAction action, const DeskActor& by) { return Do(Event(action, by)); }
  // Looks, and votes.
  std::string Vote(DeskAction action, const DeskActor& by) {
    const std::string seen = Do(DeskAction::kView, by);
    return seen.empty() ? Do(action, by) : seen;
  }

  CaseState state() const { return desk.Find("c1")->state; }
  const Case& held() const { return *desk.Find("c1"); }

  // As the table leads there on the shortest way.
  void Reach(CaseState target) {
    const DeskActor b = Reviewer("b"), c = Reviewer("c");
    const auto both = [&](DeskAction action) { Vote(action, b), Vote(action, c); };
    switch (target) {
      case CaseState::kHeld:
        break;
      case CaseState::kInReview:
        Do(DeskAction::kClaim, b);
        break;
      case CaseState::kConflict:
        Vote(DeskAction::kApprove, b), Vote(DeskAction::kDeny, c);
        break;
      case CaseState::kChangesRequested:
        both(DeskAction::kRequestChanges);
        break;
      case CaseState::kApproved:
        both(DeskAction::kApprove);
        break;
      case CaseState::kDenied:
        both(DeskAction::kDeny);
        break;
      case CaseState::kWithdrawn:
        Do(DeskAction::kWithdraw, Anna());
        break;
      case CaseState::kAfterCheck: {
        HeldRequest drawn = held().request;
        drawn.after_check = true;
        desk = Desk();
        desk.Open(drawn);
        break;
      }
      case CaseState::kReleased:
      case CaseState::kRecalled:
        both(DeskAction::kApprove);
        Do(DeskAction::kRelease, TheDesk());
        if (target == CaseState::kRecalled) Do(DeskAction::kRecall, b);
        break;
    }
    ASSERT_EQ(state(), target);
  }

  Desk desk;
  int required;
  int index = 1;
  std::string digest = "d";
  std::set<std::string> close = {"anna", "jan"};
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_DESK_STORY_H_
