// Releases that reviewers look at afterwards, and releases that a precedent let through.
#include <gmock/gmock.h>

#include "tests/server/release/held_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

class AfterCheckTest : public HeldWorkshop {
 protected:
  static std::string Question(int i) {
    return absl::StrCat("SELECT geslacht, COUNT(*) AS n", i, " FROM persoon GROUP BY geslacht");
  }
  std::string IsDrawn(const json& answer) {
    std::string state;
    EXPECT_TRUE(desk_
                    ->Look([&](const Desk& desk) {
                      const Case* drawn = desk.Find(answer["release"]);
                      if (drawn != nullptr) state = StateName(drawn->state);
                    })
                    .ok());
    return state;
  }
};

TEST_F(AfterCheckTest, AReleaseIsLookedAtAfterwardsAndConfirmed) {
  Rules("[], after_check: 100");
  const json answer = Ask(Question(0));
  EXPECT_EQ(answer["status"], "released") << "it has left";
  const std::string id = answer["release"];
  EXPECT_EQ(IsDrawn(answer), "after-check");
  EXPECT_TRUE(SealedOf(id).after_check());
  const Case drawn = CaseOf(id);
  EXPECT_EQ(drawn.release, id);
  EXPECT_EQ(drawn.request.query, Question(0));
  EXPECT_THAT(drawn.request.reasons, ElementsAre("after-check"));
  const auto preview = Look(id);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->population, 264);
  EXPECT_EQ(json::parse(preview->answer)["rows"], answer["rows"]) << "as it left";

  EXPECT_EQ(Do(DeskAction::kConfirm, id), "NOT_SEEN");
  EXPECT_EQ(Do(DeskAction::kApprove, id), "NOT_IN_THIS_STATE");
  EXPECT_EQ(Do(DeskAction::kView, id), "");
  EXPECT_EQ(Do(DeskAction::kConfirm, id, "c"), "NOT_SEEN") << "somebody else has";
  EXPECT_EQ(Do(DeskAction::kConfirm, id), "");
  EXPECT_EQ(CaseOf(id).state, CaseState::kReleased);
  EXPECT_EQ(Do(DeskAction::kRecall, id), "") << "even then";

  const std::string other = Ask(Question(1))["release"];
  EXPECT_EQ(Do(DeskAction::kRecall, other), "");
  EXPECT_EQ(CaseOf(other).state, CaseState::kRecalled);
}

// The project has ended by now; the release is judged on its day.
TEST_F(AfterCheckTest, WhatLeftIsJudgedOnItsDay) {
  Rules("[], after_check: 100", 2, "2026-11-22");
  const json answer = Ask(Question(0));
  now_ = "2026-11-25T12:00:00Z";
  EXPECT_EQ(Ask(Question(1))["status"], "refused");
  const auto preview = Look(answer["release"]);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(json::parse(preview->answer)["rows"], answer["rows"]);
}

TEST_F(AfterCheckTest, TheDrawIsOfQuestionsAndOfReleasesAlone) {
  Rules("[{sample: 30}], after_check: 30", 2, "2036-11-28", "limits: {queries_per_day: 1000}\n");
  int drawn = 0, released = 0;
  for (int i = 0; i < 200; ++i) {
    const json answer = Ask(Question(i));
    if (answer["status"] == "held") {
      EXPECT_EQ(IsDrawn(answer), "held") << "what people see first needs no second look";
      continue;
    }
    ++released;
    const std::string state = IsDrawn(answer);
    drawn += state == "after-check";
    if (i % 40 == 0) {
      EXPECT_EQ(IsDrawn(Ask(Question(i))), state) << "of the question, so whenever it is asked";
    }
  }
  EXPECT_GT(released, 100);
  EXPECT_GT(drawn * 100, released * 15);
  EXPECT_LT(drawn * 100, released * 45);
  EXPECT_EQ(IsDrawn(Ask("SELECT nergens FROM persoon")), "") << "a refusal";
}

TEST_F(AfterCheckTest, TheDeskIsTheSameFromTheLogAlone) {
  Rules("[], after_check: 100");
  const std::string first = Ask(Question(0))["release"], second = Ask(Question(1))["release"];
  EXPECT_EQ(Do(DeskAction::kView, first), "");
  EXPECT_EQ(Do(DeskAction::kConfirm, first), "");
  const auto again = ReviewDesk::Open(*database_, *ledger_, [this] { return now_; });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE((*again)
                  ->Look([&](const Desk& desk) {
                    EXPECT_EQ(desk.Find(first)->state, CaseState::kReleased);
                    EXPECT_EQ(desk.Find(second)->state, CaseState::kAfterCheck);
                  })
                  .ok());
}

TEST_F(AfterCheckTest, WithoutADeskNothingIsReleasedThatSomebodyShouldSee) {
  Rules("[], after_check: 1");
  PipelineOptions options;
  options.cost_key = "k";
  options.today = [this] { return now_.substr(0, 10); };
  ReleasePipeline alone(*engine_, *ledger_, options);
  const auto answer =
      alone.Run(anna_, {.sql = Question(0), .project = "", .request_id = "", .client_version = ""},
                in_force_, nullptr, [](absl::string_view, double) {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status(), "refused");
}

std::string Of(const char* gemeente) {
  return absl::StrCat("SELECT geslacht, COUNT(*) AS n FROM persoon WHERE gemeente = '", gemeente,
                      "' GROUP BY geslacht");
}

TEST_F(AfterCheckTest, TheEndOfAPrecedentNamesWhatItLetThrough) {
  Rules("[{statistic: count}], after_check: 100");
  const std::string id = Ask(Of("GM0917"))["release"];
  ASSERT_EQ(Approve(id), "");
  EXPECT_EQ(Do(DeskAction::kEndPrecedent, id), "NO_PRECEDENT");
  MakePrecedent(id);
  const auto first = Release(id);
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ(IsDrawn(json::parse((*first)->answer())), "") << "people have decided on it";
  const std::string one = Ask(Of("GM0928"))["release"], two = Ask(Of("GM0882"))["release"];
  EXPECT_EQ(IsDrawn({{"release", one}}), "after-check") << "nobody has seen this one";
  EXPECT_EQ(Do(DeskAction::kEndPrecedent, id), "");
  EXPECT_THAT(CaseOf(id).under_precedent, ElementsAre(one, two));
  EXPECT_EQ(CaseOf(id).state, CaseState::kReleased) << "the decision itself stands";
  EXPECT_EQ(Ask(Of("GM0928"))["status"], "held");
  EXPECT_EQ(Do(DeskAction::kEndPrecedent, id), "NO_PRECEDENT");
}

TEST_F(AfterCheckTest, ARecallNamesWhatThePrecedentLetThrough) {
  Rules("[{statistic: count}]");
  const std::string id = Ask(Of("GM0917"))["release"];
  ASSERT_EQ(Approve(id), "");
  MakePrecedent(id);
  ASSERT_TRUE(Release(id).ok());
  const std::string one = Ask(Of("GM0928"))["release"];
  EXPECT_EQ(Do(DeskAction::kRecall, id), "");
  EXPECT_THAT(CaseOf(id).dependants, ElementsAre(one));
}

}  // namespace
}  // namespace kluis
