// The form of an event: every limit at its edge, for every action.
#include "server/desk/event_checks.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/server/desk/story.h"

namespace kluis {
namespace {

using A = DeskAction;

// The code of the objection to this form; empty: none.
std::string FormOf(const DeskEvent& event) {
  const auto objection = CheckForm(event);
  return objection ? objection->code : "";
}

// A good event of this action.
DeskEvent Good(A action) { return Story().Event(action, Reviewer("b")); }

std::string Times(int n, const std::string& text) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}

TEST(EventChecksTest, AGoodEventOfEveryActionHasItsForm) {
  for (const A action : DeskActions()) EXPECT_EQ(FormOf(Good(action)), "") << ActionName(action);
}

TEST(EventChecksTest, WhatPeopleDecideHasAReasonOfFifteenCharacters) {
  const std::set<A> decisions = {A::kApprove, A::kRequestChanges, A::kDeny,
                                 A::kReopen,  A::kRecall,         A::kPrecedent,
                                 A::kConfirm, A::kEndPrecedent};
  const struct {
    std::string reason;
    bool enough;
  } rows[] = {{"x", false},
              {Times(14, "x"), false},
              {Times(15, "x"), true},
              {Times(14, "\xC3\xA9"), false},
              {Times(15, "\xC3\xA9"), true},
              {Times(14, "x") + Times(9, " "), false},
              {Times(9, "\n") + Times(14, "x"), false},
              {Times(kReasonMost, "x"), true}};
  for (const A action : DeskActions()) {
    DeskEvent event = Good(action);
    for (const auto& row : rows) {
      event.reason = row.reason;
      EXPECT_EQ(FormOf(event), row.enough || decisions.count(action) == 0 ? "" : "NO_REASON")
          << ActionName(action) << ": " << row.reason.substr(0, 20);
    }
    event.reason = Times(kReasonMost + 1, "x");
    EXPECT_EQ(FormOf(event), "REASON_TOO_LONG") << ActionName(action);
    for (const char* empty : {"", " \t\n"}) {
      event.reason = empty;
      const bool said = action == A::kComment || action == A::kReply;
      EXPECT_EQ(FormOf(event), decisions.count(action) > 0 ? "NO_REASON"
                               : said                      ? "NO_TEXT"
                                                           : "")
          << ActionName(action);
    }
  }
}

TEST(EventChecksTest, OnlyADenialHasACodeAndOneOfTheList) {
  for (const A action : DeskActions()) {
    DeskEvent event = Good(action);
    for (const std::string& code : DenyCodes()) {
      event.code = code;
      const bool may = action == A::kDeny || action == A::kRefuse;
      EXPECT_EQ(FormOf(event), may ? "" : "CODE_WITHOUT_DENIAL") << ActionName(action);
    }
  }
  DeskEvent denial = Good(A::kDeny);
  for (const char* code : {"", "quality", "QUALITY ", "BECAUSE"}) {
    denial.code = code;
    EXPECT_EQ(FormOf(denial), "NO_REASON_CODE") << code;
  }
}

TEST(EventChecksTest, OnlyAnApprovalAndItsLookHaveAProtectionWithinItsLimits) {
  constexpr int kMost = 1'000'000;
  const struct {
    Strength strength;
    const char* code;
  } rows[] = {{{1, 0}, ""},
              {{kMost, 0}, ""},
              {{kMost + 1, 0}, "BAD_STRENGTH"},
              {{-1, 0}, "BAD_STRENGTH"},
              {{0, 1}, "BAD_STRENGTH"},
              {{0, 2}, ""},
              {{0, kMost}, ""},
              {{0, kMost + 1}, "BAD_STRENGTH"},
              {{0, -1}, "BAD_STRENGTH"}};
  for (const A action : DeskActions()) {
    DeskEvent event = Good(action);
    for (const auto& row : rows) {
      event.strength = row.strength;
      const bool may = action == A::kApprove || action == A::kView;
      EXPECT_EQ(FormOf(event), may ? row.code : "STRENGTH_WITHOUT_APPROVAL")
          << ActionName(action) << " " << row.strength.minimum << " " << row.strength.round_to;
    }
  }
}

TEST(EventChecksTest, WhatIsCountedSaysHowManyAreNeededAndTheRestWhatItIsOf) {
  for (const A action : DeskActions()) {
    DeskEvent event = Good(action);
    for (const int required : {0, -1}) {
      event.required = required;
      const bool counted = IsVote(action) || action == A::kPrecedent;
      EXPECT_EQ(FormOf(event), counted ? "BAD_REQUIRED" : "") << ActionName(action);
    }
    event = Good(action);
    event.digest.clear();
    EXPECT_EQ(FormOf(event), action == A::kView ? "NO_DIGEST" : "") << ActionName(action);
    event = Good(action);
    event.release.clear();
    EXPECT_EQ(FormOf(event), action == A::kRelease ? "NO_RELEASE" : "") << ActionName(action);
  }
}

TEST(EventChecksTest, ADayIsADayOfTheCalendar) {
  for (const char* day : {"2026-11-22", "2024-02-29"}) EXPECT_TRUE(IsDate(day)) << day;
  for (const char* text : {"", "2026-02-29", "2026-13-01", "2026-1-1", "2026-11-22T00:00:00Z",
                           "22-11-2026", "2026/11/22", " 2026-11-2"})
    EXPECT_FALSE(IsDate(text)) << text;
}

}  // namespace
}  // namespace kluis
