#include "server/desk/report.h"

#include <gmock/gmock.h>

#include "tests/server/desk/story.h"

namespace kluis {
namespace {

using A = DeskAction;
using ::testing::ElementsAre;
using ::testing::Pair;

// A second and a third case beside the story's.
void Open(Story* story, const std::string& id, const std::string& time) {
  story->desk.Open({.id = id,
                    .index = 1,
                    .time = time,
                    .caller = "anna@heerlen.nl",
                    .project = "heerlen",
                    .rules = "standard",
                    .query = "",
                    .reasons = {"first_release", "cells_over"}});
}

void VoteOn(Story* story, const std::string& id, const std::string& time, A action,
            const std::string& person) {
  for (const A step : {A::kView, action}) {
    DeskEvent event = story->Event(step, Reviewer(person));
    event.case_id = id;
    event.time = time;
    ASSERT_EQ(story->Do(event), "");
  }
}

TEST(ReportTest, CountsWhatBecameOfTheCases) {
  Story story;
  Open(&story, "c2", "2026-11-23T12:00:00Z");
  Open(&story, "c3", "2026-11-24T12:00:00Z");
  VoteOn(&story, "c1", "2026-11-22T13:00:00Z", A::kApprove, "b");
  VoteOn(&story, "c1", "2026-11-22T14:00:00Z", A::kApprove, "c");
  VoteOn(&story, "c2", "2026-11-23T13:00:00Z", A::kApprove, "b");
  VoteOn(&story, "c2", "2026-11-23T14:00:00Z", A::kDeny, "c");
  VoteOn(&story, "c2", "2026-11-23T12:30:00Z", A::kDeny, "b");

  const DeskReport report = ReportOf(story.desk, "", "");
  EXPECT_EQ(report.cases, 3);
  EXPECT_EQ(report.open, 2) << "approved is open until the answer has left";
  EXPECT_EQ(report.decided, 2);
  EXPECT_THAT(report.by_state,
              ElementsAre(Pair("approved", 1), Pair("denied", 1), Pair("held", 1)));
  EXPECT_THAT(report.by_hold_reason, ElementsAre(Pair("cells_over", 2), Pair("first_release", 3)));
  EXPECT_THAT(report.by_denial, ElementsAre(Pair("QUALITY", 1)));
  EXPECT_EQ(report.turnaround_median_s, 1800);
  EXPECT_EQ(report.turnaround_longest_s, 7200);
  EXPECT_EQ(report.overrides, 1);
  EXPECT_EQ(report.strengthened, 0);
  EXPECT_EQ(report.rounds, 2);
  EXPECT_EQ(report.rounds_agreed, 1);
  EXPECT_EQ(report.votes_changed, 1);
}

TEST(ReportTest, ARecallIsOfTheDayOfTheRecall) {
  Story story;
  VoteOn(&story, "c1", "2026-11-22T13:00:00Z", A::kApprove, "b");
  VoteOn(&story, "c1", "2026-11-22T14:00:00Z", A::kApprove, "c");
  for (const A step : {A::kRelease, A::kRecall}) {
    DeskEvent event = story.Event(step, step == A::kRelease ? TheDesk() : Reviewer("b"));
    event.time = step == A::kRecall ? "2026-12-05T12:00:00Z" : "2026-11-22T15:00:00Z";
    ASSERT_EQ(story.Do(event), "");
  }
  EXPECT_EQ(ReportOf(story.desk, "", "").recalls, 1);
  EXPECT_EQ(ReportOf(story.desk, "2026-12-05", "2026-12-05").recalls, 1);
  EXPECT_EQ(ReportOf(story.desk, "2026-12-05", "2026-12-05").cases, 0) << "held before";
  EXPECT_EQ(ReportOf(story.desk, "", "2026-12-04").recalls, 0);
  EXPECT_EQ(ReportOf(story.desk, "2026-12-06", "").recalls, 0);
}

TEST(ReportTest, DaysAreBounds) {
  Story story;
  Open(&story, "c2", "2026-11-23T12:00:00Z");
  EXPECT_EQ(ReportOf(story.desk, "2026-11-23", "").cases, 1);
  EXPECT_EQ(ReportOf(story.desk, "", "2026-11-22").cases, 1);
  EXPECT_EQ(ReportOf(story.desk, "2026-11-22", "2026-11-23").cases, 2);
  EXPECT_EQ(ReportOf(story.desk, "2026-11-24", "").cases, 0);
  EXPECT_FALSE(ReportOf(story.desk, "", "").turnaround_median_s.has_value());
}

}  // namespace
}  // namespace kluis
