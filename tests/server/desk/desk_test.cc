#include "server/desk/desk.h"

#include <gmock/gmock.h>

#include "tests/server/desk/story.h"

namespace kluis {
namespace {

using A = DeskAction;
using S = CaseState;
using ::testing::ElementsAre;

std::vector<std::string> ActionsOf(const Desk& desk) {
  std::vector<std::string> actions;
  for (const DeskChange& change : desk.changes()) actions.push_back(change.action);
  return actions;
}

TEST(DeskTest, TwoPersonsApproveAndTheAnswerLeaves) {
  Story story;
  EXPECT_EQ(story.Do(A::kClaim, Reviewer("b")), "");
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("b")), "");
  EXPECT_EQ(story.state(), S::kInReview);
  EXPECT_EQ(story.Do(A::kRelease, TheDesk()), "NOT_IN_THIS_STATE") << "one is not enough";
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("c")), "");
  EXPECT_EQ(story.state(), S::kApproved);
  EXPECT_EQ(story.Do(A::kRelease, TheDesk()), "");
  EXPECT_EQ(story.state(), S::kReleased);
  EXPECT_EQ(story.desk.FindByRelease("r1"), story.desk.Find("c1"));
}

TEST(DeskTest, OneReviewerIsEnoughWhereTheRuleSetSaysSo) {
  Story story(1);
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("b")), "");
  EXPECT_EQ(story.state(), S::kApproved);
}

// Whatever the certificate: the person counts.
TEST(DeskTest, FourEyesAreOfTwoPersons) {
  struct Row {
    const char* name;
    DeskActor second;
    const char* code;
  };
  const Row rows[] = {
      {"the same once more", Reviewer("b"), "HAS_VOTED"},
      {"the same under another certificate", Reviewer("b", "b.jansen@cbs.nl"), "HAS_VOTED"},
      {"who asked, as a reviewer", Reviewer("anna", "anna@cbs.nl"), "OWN_REQUEST"},
      {"a member of the project", Reviewer("jan"), "OWN_REQUEST"},
      {"who asked, as such", Anna(), "ROLE_MAY_NOT"},
      {"the operator", {"o", "o", DeskRole::kOperator}, "ROLE_MAY_NOT"},
      {"the privacy officer", {"p", "p", DeskRole::kPrivacyOfficer}, "ROLE_MAY_NOT"},
      {"another person", Reviewer("c"), ""},
  };
  for (const Row& row : rows) {
    for (const A action : {A::kApprove, A::kRequestChanges, A::kDeny}) {
      Story story;
      ASSERT_EQ(story.Vote(action, Reviewer("b")), "");
      story.Do(A::kView, row.second);
      EXPECT_EQ(story.Do(action, row.second), row.code) << row.name << ", " << ActionName(action);
      EXPECT_EQ(story.held().votes.size(), *row.code == '\0' ? 2u : 1u) << row.name;
    }
  }
}

TEST(DeskTest, WhoMayNotJudgeACaseMayNotSeeItsFiguresEither) {
  Story story;
  EXPECT_EQ(story.Do(A::kView, Reviewer("anna", "anna@cbs.nl")), "OWN_REQUEST");
  EXPECT_EQ(story.Do(A::kClaim, Reviewer("jan")), "OWN_REQUEST");
  EXPECT_EQ(story.Do(A::kComment, Reviewer("jan")), "OWN_REQUEST");
}

TEST(DeskTest, VotesAreBlindUntilAllAreIn) {
  Story story;
  ASSERT_EQ(story.Vote(A::kDeny, Reviewer("b")), "");
  EXPECT_FALSE(VotesAreOpen(story.held()));
  EXPECT_THAT(ActionsOf(story.desk), ElementsAre("hold", "view", "vote"));
  ASSERT_EQ(story.Vote(A::kDeny, Reviewer("c")), "");
  EXPECT_TRUE(VotesAreOpen(story.held()));
  EXPECT_THAT(ActionsOf(story.desk), ElementsAre("hold", "view", "vote", "view", "deny"));
}

TEST(DeskTest, VotesThatDifferAreAConflictThatThoseWhoVotedSettle) {
  Story story;
  story.Vote(A::kApprove, Reviewer("b"));
  story.Vote(A::kDeny, Reviewer("c"));
  ASSERT_EQ(story.state(), S::kConflict);
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("e")), "NOT_YOUR_CONFLICT");
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("b")), "") << "stays with it";
  EXPECT_EQ(story.state(), S::kConflict);
  EXPECT_EQ(story.Vote(A::kApprove, Reviewer("c", "c2@cbs.nl")), "") << "the same person";
  EXPECT_EQ(story.state(), S::kApproved);
  EXPECT_EQ(story.held().votes.size(), 2u);
}

TEST(DeskTest, AReopenedConflictBeginsAgainWithoutItsVotes) {
  Story story;
  story.Reach(S::kConflict);
  ASSERT_EQ(story.Do(A::kReopen, Reviewer("e")), "");
  EXPECT_EQ(story.state(), S::kHeld);
  EXPECT_EQ(story.held().round, 2);
  EXPECT_TRUE(story.held().votes.empty());
  EXPECT_EQ(story.Do(A::kApprove, Reviewer("b")), "NOT_SEEN") << "seen in another round";
}

TEST(DeskTest, ApprovalsOfDifferentAnswersOrProtectionsAreNone) {
  Story other_answer;
  other_answer.Vote(A::kApprove, Reviewer("b"));
  other_answer.digest = "e";
  other_answer.Vote(A::kApprove, Reviewer("c"));
  EXPECT_EQ(other_answer.state(), S::kConflict);

  Story stronger;
  stronger.Vote(A::kApprove, Reviewer("b"));
  for (const A action : {A::kView, A::kApprove}) {
    DeskEvent event = stronger.Event(action, Reviewer("c"));
    event.strength.minimum = 20;
    EXPECT_EQ(stronger.Do(event), "");
  }
  EXPECT_EQ(stronger.state(), S::kConflict);
}

TEST(DeskTest, VotesThatSayDifferentThingsAreAConflictAlsoWhereNeitherSawFigures) {
  Story story;
  story.Vote(A::kDeny, Reviewer("b"));
  story.Vote(A::kRequestChanges, Reviewer("c"));
  EXPECT_EQ(story.state(), S::kConflict);
}

TEST(DeskTest, ARoundNeedsAsManyVotesAsTheStrictestRuleSetOfItsTime) {
  Story story(3);
  story.Vote(A::kRequestChanges, Reviewer("b"));
  story.required = 1;
  story.Vote(A::kRequestChanges, Reviewer("c"));
  EXPECT_EQ(story.state(), S::kInReview) << "three were needed when the first vote was cast";
  story.Vote(A::kRequestChanges, Reviewer("e"));
  ASSERT_EQ(story.state(), S::kChangesRequested);
  ASSERT_EQ(story.Do(A::kReply, Anna()), "");
  story.Vote(A::kDeny, Reviewer("b"));
  EXPECT_EQ(story.state(), S::kDenied) << "a new round asks the rule set again";
}

TEST(DeskTest, OnlyWhatWasSeenIsApproved) {
  Story story;
  EXPECT_EQ(story.Do(A::kApprove, Reviewer("b")), "NOT_SEEN");
  ASSERT_EQ(story.Do(A::kView, Reviewer("b")), "");
  DeskEvent stale = story.Event(A::kApprove, Reviewer("b"));
  stale.digest = "e";
  EXPECT_EQ(story.Do(stale), "STALE");
  DeskEvent stronger = story.Event(A::kApprove, Reviewer("b"));
  stronger.strength.round_to = 5;
  EXPECT_EQ(story.Do(stronger), "NOT_SEEN") << "seen with another protection";
  EXPECT_EQ(story.Do(A::kDeny, Reviewer("c")), "") << "the request alone may be reason enough";
}

TEST(DeskTest, WhatIsWrittenDownIsComplete) {
  Story story;
  story.Do(A::kView, Reviewer("b"));
  DeskEvent event = story.Event(A::kApprove, Reviewer("b"));
  event.reason = "too short     ";
  EXPECT_EQ(story.Do(event), "NO_REASON");
  event.reason = std::string(kReasonMost + 1, 'x');
  EXPECT_EQ(story.Do(event), "REASON_TOO_LONG");
  event.reason = "vijftien tekéns";
  EXPECT_EQ(story.Do(event), "") << "fifteen characters";
  event = story.Event(A::kDeny, Reviewer("c"));
  event.code = "BECAUSE";
  EXPECT_EQ(story.Do(event), "NO_REASON_CODE");
  event = story.Event(A::kRequestChanges, Reviewer("c"));
  event.code = "QUALITY";
  EXPECT_EQ(story.Do(event), "CODE_WITHOUT_DENIAL");
  event = story.Event(A::kDeny, Reviewer("c"));
  event.strength.minimum = 20;
  EXPECT_EQ(story.Do(event), "STRENGTH_WITHOUT_APPROVAL");
  event = story.Event(A::kComment, Reviewer("c"));
  event.reason = " ";
  EXPECT_EQ(story.Do(event), "NO_TEXT");
}

TEST(DeskTest, TheResearcherAnswersAndANewRoundBegins) {
  Story story;
  story.Do(A::kClaim, Reviewer("b"));
  story.Reach(S::kChangesRequested);
  DeskActor stranger = Anna();
  stranger.id = "eve@kerkrade.nl";
  EXPECT_EQ(story.Do(A::kReply, stranger), "UNKNOWN_CASE") << "as if there were none";
  EXPECT_EQ(story.Do(A::kReply, Anna()), "");
  EXPECT_EQ(story.state(), S::kHeld);
  EXPECT_TRUE(story.held().votes.empty());
  EXPECT_TRUE(story.held().claims.empty());
  EXPECT_TRUE(story.held().notes.back().to_researcher);
}

TEST(DeskTest, WhatTheDeskFindsChangedGoesBackAndWhatThePolicyRefusesEnds) {
  Story changed;
  changed.Reach(S::kApproved);
  EXPECT_EQ(changed.Do(A::kReturn, TheDesk()), "");
  EXPECT_EQ(changed.state(), S::kHeld);
  EXPECT_EQ(changed.held().round, 2);
  Story refused;
  refused.Reach(S::kApproved);
  EXPECT_EQ(refused.Do(A::kRefuse, TheDesk()), "");
  EXPECT_EQ(refused.state(), S::kDenied);
  EXPECT_EQ(refused.held().decision->code, "QUALITY");
}

TEST(DeskTest, APrecedentIsOfTwoPersonsForOneProjectShapeSizeAndTime) {
  Story story;
  story.Reach(S::kReleased);
  ASSERT_EQ(story.Do(A::kPrecedent, Reviewer("b")), "");
  const auto found = [&](const char* project, const char* rules, const char* shape, int64_t cells,
                         const char* today) {
    return story.desk.PrecedentFor(project, rules, shape, cells, today) != nullptr;
  };
  EXPECT_FALSE(found("heerlen", "standard", "shape", 12, "2026-12-01")) << "one has asked";
  EXPECT_EQ(story.Do(A::kPrecedent, Reviewer("b", "b2@cbs.nl")), "HAS_ASKED");
  ASSERT_EQ(story.Do(A::kPrecedent, Reviewer("c")), "");
  EXPECT_TRUE(found("heerlen", "standard", "shape", 12, "2027-11-22")) << "its last day";
  EXPECT_FALSE(found("heerlen", "standard", "shape", 12, "2027-11-23"));
  EXPECT_FALSE(found("heerlen", "standard", "shape", 13, "2026-12-01"));
  EXPECT_FALSE(found("heerlen", "standard", "form", 12, "2026-12-01"));
  EXPECT_FALSE(found("heerlen", "business", "shape", 12, "2026-12-01"));
  EXPECT_FALSE(found("kerkrade", "standard", "shape", 12, "2026-12-01"));
  ASSERT_EQ(story.Do(A::kRecall, Reviewer("b")), "");
  EXPECT_FALSE(found("heerlen", "standard", "shape", 12, "2026-12-01"))
      << "its release is recalled";
}

TEST(DeskTest, APrecedentUntilAnotherDayIsAnother) {
  Story story;
  story.Reach(S::kReleased);
  ASSERT_EQ(story.Do(A::kPrecedent, Reviewer("b")), "");
  DeskEvent longer = story.Event(A::kPrecedent, Reviewer("c"));
  longer.until = "2030-01-01";
  ASSERT_EQ(story.Do(longer), "");
  DeskEvent own = story.Event(A::kPrecedent, Reviewer("b"));
  own.until = "2031-01-01";
  ASSERT_EQ(story.Do(own), "") << "one person may ask for several";
  EXPECT_EQ(story.desk.precedents().size(), 3u);
  EXPECT_EQ(story.desk.PrecedentFor("heerlen", "standard", "shape", 12, "2026-12-01"), nullptr)
      << "one has asked for each";
}

TEST(DeskTest, APrecedentNeedsAnEndAndAnApprovalAsAsked) {
  Story story;
  story.Reach(S::kReleased);
  DeskEvent shapeless = story.Event(A::kPrecedent, Reviewer("b"));
  shapeless.shape.clear();
  EXPECT_EQ(story.Do(shapeless), "NO_SHAPE");
  DeskEvent sizeless = story.Event(A::kPrecedent, Reviewer("b"));
  sizeless.cells = 0;
  EXPECT_EQ(story.Do(sizeless), "NO_SHAPE");
  for (const char* until : {"", "2026-11-21", "2026-02-30", "tomorrow", "2026-1-1"}) {
    DeskEvent event = story.Event(A::kPrecedent, Reviewer("b"));
    event.until = until;
    EXPECT_EQ(story.Do(event), "BAD_END") << until;
  }
  Story stronger(1);
  for (const A action : {A::kView, A::kApprove}) {
    DeskEvent event = stronger.Event(action, Reviewer("b"));
    event.strength.minimum = 20;
    ASSERT_EQ(stronger.Do(event), "");
  }
  EXPECT_EQ(stronger.Do(A::kPrecedent, Reviewer("c")), "NOT_AS_ASKED");
}

TEST(DeskTest, AReleaseThatWasNeverHeldIsRecalledToo) {
  Story story;
  DeskEvent event = story.Event(A::kRecall, Reviewer("b"));
  event.case_id = "r9";
  EXPECT_EQ(story.Do(event), "UNKNOWN_CASE");
  event.caller = "anna@heerlen.nl";
  event.project = "heerlen";
  event.dependants = {"r10"};
  EXPECT_EQ(story.Do(event), "");
  EXPECT_EQ(story.desk.Find("r9")->state, S::kRecalled);
  EXPECT_THAT(story.desk.Find("r9")->dependants, ElementsAre("r10"));
  EXPECT_EQ(story.Do(event), "NOT_IN_THIS_STATE") << "once";
}

// What the log says is not judged again by who may do what now, but the table holds.
TEST(DeskTest, ALogThatTheTableDoesNotAllowIsRefused) {
  Story story;
  EXPECT_TRUE(absl::IsDataLoss(story.desk.Apply(story.Event(A::kRelease, TheDesk()), 7)));
  DeskEvent stray = story.Event(A::kClaim, Reviewer("b"));
  stray.case_id = "c2";
  EXPECT_TRUE(absl::IsDataLoss(story.desk.Apply(stray, 8)));
}

}  // namespace
}  // namespace kluis
