#include "server/review/review_desk.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/desk/hold.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using A = DeskAction;
using S = CaseState;

// All that a desk knows, as text.
std::string Dump(const Desk& desk) {
  std::string text;
  for (const auto& [id, held] : desk.cases()) {
    absl::StrAppend(&text, id, " ", StateName(held.state), " round ", held.round, " of ",
                    held.required, " release ", held.release, " recalled ", held.recalled,
                    held.recall_reason, " project ", held.request.project, " held ",
                    absl::StrJoin(held.request.reasons, "|"), "\n");
    for (const CaseVote& vote : held.votes) {
      absl::StrAppend(&text, " vote ", vote.by.person, " ", ActionName(vote.action), " ",
                      vote.strength.minimum, " ", vote.digest, " ", vote.reason, vote.time, "\n");
    }
    for (const DeskActor& claim : held.claims) absl::StrAppend(&text, " claim ", claim.id, "\n");
    for (const CaseNote& note : held.notes) absl::StrAppend(&text, " note ", note.text, "\n");
    for (const auto& [person, seen] : held.seen)
      absl::StrAppend(&text, " seen ", person, " ", seen.size(), "\n");
  }
  for (const Precedent& rule : desk.precedents())
    absl::StrAppend(&text, "precedent ", rule.case_id, " ", rule.until, " ", rule.by.size(), "\n");
  for (const DeskChange& change : desk.changes()) {
    absl::StrAppend(&text, change.index, " ", change.time, " ", change.case_id, " ", change.action,
                    " ", StateName(change.state), "\n");
  }
  return text;
}

class ReviewDeskTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    OpenDesk();
  }
  void TearDown() override { desk_.reset(); }

  std::unique_ptr<ReviewDesk> NewDesk() {
    auto desk = ReviewDesk::Open(*database_, *ledger_, [] { return "2026-11-22T22:20:00Z"; });
    EXPECT_TRUE(desk.ok()) << desk.status();
    return desk.ok() ? *std::move(desk) : nullptr;
  }
  void OpenDesk() { desk_ = NewDesk(); }
  // The id of a new case.
  std::string Hold(const std::string& request_id = "") {
    ReleaseContext context = Context(request_id);
    context.held_for = {"first_release", "cells_over 10"};
    const auto held = ledger_->CommitRefusal(Held(), context);
    EXPECT_TRUE(held.ok()) << held.status();
    EXPECT_TRUE(desk_->CatchUp().ok());
    return held->release();
  }

  static DeskEvent Event(A action, const std::string& case_id, const std::string& person) {
    DeskEvent event;
    event.action = action;
    event.case_id = case_id;
    event.by = {person + "@cbs.nl", person, DeskRole::kReviewer};
    if (action == A::kReply || action == A::kWithdraw)
      event.by = {"kluis:researcher/anna", "anna", DeskRole::kResearcher};
    if (action == A::kReturn) event.by = {"desk", "desk", DeskRole::kDesk};
    event.reason = "looked at it with care";
    if (IsVote(action) || action == A::kPrecedent) event.required = 2;
    if (action == A::kApprove || action == A::kView) event.digest = "d";
    if (action == A::kDeny) event.code = "QUALITY";
    if (action == A::kPrecedent) event.until = "2027-11-22", event.shape = "s", event.cells = 3;
    return event;
  }
  // The code of the objection; empty: done.
  std::string Do(A action, const std::string& case_id, const std::string& person) {
    const auto done = desk_->Do(Event(action, case_id, person), {"anna"});
    EXPECT_TRUE(done.ok()) << done.status();
    return done.ok() && done->has_value() ? (*done)->code : "";
  }
  void Approve(const std::string& case_id) {
    for (const char* person : {"b", "c"}) {
      ASSERT_EQ(Do(A::kView, case_id, person), "");
      ASSERT_EQ(Do(A::kApprove, case_id, person), "");
    }
  }
  // The answer of an approved case, as a refusal: what is tested is the order.
  absl::StatusOr<CommittedRelease> Release(const std::string& case_id) {
    return desk_->Release(case_id,
                          [&](const Case&) { return Refuse(Context(RequestIdOf(case_id))); });
  }
  std::string DumpOf(ReviewDesk& desk) const {
    std::string text;
    EXPECT_TRUE(desk.Look([&](const Desk& all) { text = Dump(all); }).ok());
    return text;
  }
  S StateOf(const std::string& case_id) const {
    S state = S::kHeld;
    EXPECT_TRUE(desk_->Look([&](const Desk& all) { state = all.Find(case_id)->state; }).ok());
    return state;
  }

  std::unique_ptr<ReviewDesk> desk_;
};

TEST_F(ReviewDeskTest, AHeldRequestIsACaseWithWhatHoldsIt) {
  const std::string id = Hold();
  ASSERT_TRUE(desk_
                  ->Look([&](const Desk& desk) {
                    const Case* held = desk.Find(id);
                    ASSERT_NE(held, nullptr);
                    EXPECT_THAT(held->request.reasons,
                                ::testing::ElementsAre("first_release", "cells_over 10"));
                    EXPECT_EQ(held->request.caller, "kluis:researcher/anna");
                    EXPECT_EQ(held->request.project, "heerlen-2026-014");
                  })
                  .ok());
}

TEST_F(ReviewDeskTest, OtherRefusalsAreNoCases) {
  ASSERT_TRUE(Refuse(Context()).ok());
  EXPECT_EQ(DumpOf(*desk_), "");
}

TEST_F(ReviewDeskTest, EveryActionIsAnEntryAndWhatIsRefusedIsNone) {
  const std::string id = Hold();
  const uint64_t before = ledger_->size();
  EXPECT_EQ(Do(A::kClaim, id, "b"), "");
  EXPECT_EQ(ledger_->size(), before + 1);
  EXPECT_EQ(Do(A::kApprove, id, "b"), "NOT_SEEN");
  EXPECT_EQ(Do(A::kClaim, id, "anna"), "OWN_REQUEST");
  EXPECT_EQ(Do(A::kClaim, "nothing", "b"), "UNKNOWN_CASE");
  EXPECT_EQ(ledger_->size(), before + 1);
}

TEST_F(ReviewDeskTest, WhatTheLogDoesNotTakeIsNotDone) {
  const std::string id = Hold();
  const std::string before = DumpOf(*desk_);
  database_->SetBeforeCommit(
      [](Connection&) { return absl::UnavailableError("the disk is full"); });
  EXPECT_FALSE(desk_->Do(Event(A::kClaim, id, "b"), {}).ok());
  EXPECT_EQ(DumpOf(*desk_), before);
}

// A walk of chance; the desk of the log alone is the same at any time.
TEST_F(ReviewDeskTest, TheDeskIsRebuiltFromTheLog) {
  const uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  std::vector<std::string> ids;
  const char* const persons[] = {"b", "c", "e", "anna"};
  for (int step = 0; step < 300; ++step) {
    if (ids.size() < 4) ids.push_back(Hold());
    const std::string id = ids[random() % ids.size()];
    const A action = DeskActions()[random() % DeskActions().size()];
    if (action == A::kRelease || action == A::kRefuse) {
      (void)Release(id);
    } else {
      Do(action, id, persons[random() % 4]);
    }
    if (IsClosed(StateOf(id)) && random() % 4 == 0) ids.push_back(Hold());
    if (step % 50 == 49) {
      ASSERT_EQ(DumpOf(*NewDesk()), DumpOf(*desk_)) << "seed " << seed << " step " << step;
    }
  }
  const std::string before = DumpOf(*desk_);
  desk_.reset();
  ASSERT_TRUE(Open().ok()) << "and the log verifies";
  OpenDesk();
  EXPECT_EQ(DumpOf(*desk_), before) << "seed " << seed;
}

TEST_F(ReviewDeskTest, AnAnswerIsCommittedOnceAndOnlyWhenApproved) {
  const std::string id = Hold();
  EXPECT_EQ(Release(id).status().code(), absl::StatusCode::kFailedPrecondition);
  Approve(id);
  ASSERT_EQ(StateOf(id), S::kApproved);
  const uint64_t before = ledger_->size();
  ASSERT_TRUE(Release(id).ok());
  EXPECT_EQ(StateOf(id), S::kDenied) << "here the answer is a refusal";
  EXPECT_EQ(Release(id).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger_->size(), before + 1);
}

// The process ended between the entry of the answer and what follows: the entry counts.
TEST_F(ReviewDeskTest, AnAnswerThatIsInTheLogHasLeft) {
  const std::string id = Hold();
  Approve(id);
  ASSERT_TRUE(Refuse(Context(RequestIdOf(id))).ok());
  OpenDesk();
  EXPECT_EQ(StateOf(id), S::kDenied);
}

TEST_F(ReviewDeskTest, ALogThatTheTableDoesNotAllowIsNotOpened) {
  const std::string id = Hold();
  ASSERT_TRUE(ledger_->AppendReview(ledger_->size() - 1, EventJson(Event(A::kReopen, id, "b"))).ok());
  EXPECT_TRUE(absl::IsDataLoss(desk_->CatchUp()));
  EXPECT_TRUE(absl::IsDataLoss(desk_->Do(Event(A::kClaim, id, "b"), {}).status())) << "stays so";
  const auto desk = ReviewDesk::Open(*database_, *ledger_, [] { return std::string(); });
  EXPECT_TRUE(absl::IsDataLoss(desk.status()));
}

TEST_F(ReviewDeskTest, VotesAtOnceAreOneAfterTheOther) {
  const std::string id = Hold();
  std::vector<std::thread> voters;
  std::atomic<int> done{0};
  for (int i = 0; i < 8; ++i) {
    voters.emplace_back([&, i] {
      const auto vote = desk_->Do(Event(A::kDeny, id, absl::StrCat("v", i)), {});
      done += vote.ok() && !vote->has_value();
    });
  }
  for (std::thread& voter : voters) voter.join();
  EXPECT_EQ(done, 2) << "after two votes it is decided";
  EXPECT_EQ(StateOf(id), S::kDenied);
}

TEST_F(ReviewDeskTest, AWatcherWaitsForWhatIsNew) {
  const std::string id = Hold();
  const size_t known = desk_->WaitForChange(0, std::chrono::milliseconds(0));
  EXPECT_EQ(known, 1u);
  EXPECT_EQ(desk_->WaitForChange(known, std::chrono::milliseconds(1)), known);
  std::thread reviewer([&] { Do(A::kClaim, id, "b"); });
  EXPECT_EQ(desk_->WaitForChange(known, std::chrono::seconds(20)), known + 1);
  reviewer.join();
}

}  // namespace
}  // namespace kluis
