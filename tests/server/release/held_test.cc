// Requests that wait for reviewers: which do, what is seen of them, and what leaves.
#include <gmock/gmock.h>

#include "tests/server/release/held_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class HeldTest : public HeldWorkshop {};

constexpr char kTable[] =
    "SELECT gemeente, geslacht, COUNT(*) AS n, SUM(inkomen) AS som FROM persoon "
    "GROUP BY CUBE (gemeente, geslacht)";

TEST_F(HeldTest, AHeldRequestIsOneEntryWithoutAFigure) {
  const uint64_t before = ledger_->size();
  const json answer = Ask(kTable, "11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(answer["status"], "held");
  EXPECT_EQ(answer["reasons"][0]["code"], "HELD_FOR_REVIEW");
  EXPECT_EQ(answer["reasons"][0]["kind"], "held");
  EXPECT_EQ(ledger_->ListReleases({}, 0, 1)->front().status, "held") << "as the log is searched";
  EXPECT_EQ(answer["rows"], json::array());
  EXPECT_EQ(ledger_->size(), before + 1);
  EXPECT_EQ(engine_->runs, 0) << "a hold touches no data";
  const Case held = CaseOf(answer["release"]);
  EXPECT_EQ(held.request.query, kTable);
  EXPECT_THAT(held.request.reasons, ElementsAre("first_release"));
  EXPECT_EQ(Ask(kTable, "11111111-1111-4111-8111-111111111111"), answer) << "asked once more";
  EXPECT_EQ(ledger_->size(), before + 1);
}

TEST_F(HeldTest, TheRuleSetSaysWhatIsHeld) {
  constexpr char kCount[] = "SELECT geslacht, COUNT(*) AS n FROM persoon GROUP BY geslacht";
  constexpr char kSum[] = "SELECT gemeente, SUM(inkomen) AS s FROM persoon GROUP BY gemeente";
  struct Row {
    const char* hold;
    const char* sql;
    std::vector<std::string> conditions;  // none: not held
  };
  const Row rows[] = {
      {"[]", kCount, {}},
      {"[{statistic: count}]", kCount, {"statistic count"}},
      {"[{statistic: frequencies}]", kCount, {"statistic count"}},
      {"[{statistic: sum}]", kCount, {}},
      {"[{statistic: linear_aggregations}, {statistic: sum}]", kSum, {"statistic sum"}},
      {"[{statistic: regression}]", kSum, {}},
      {"[{cells_over: 2}]", kCount, {}},
      {"[{cells_over: 1}]", kCount, {"cells_over 1"}},
      {"[{new_dataset: true}]", kCount, {"new_dataset persoon"}},
      {"[{new_dataset: false}, {first_release: false}]", kCount, {}},
      {"[{first_release: true}, {cells_over: 1}]", kCount, {"cells_over 1", "first_release"}},
      {"[{sample: 100}]", kCount, {"sample"}},
  };
  for (const Row& row : rows) {
    TearDown();
    SetUp();
    Rules(row.hold);
    const json answer = Ask(row.sql);
    EXPECT_EQ(answer["status"], row.conditions.empty() ? "released" : "held") << row.hold;
    if (!row.conditions.empty()) {
      EXPECT_EQ(answer["reasons"][0]["message"], "reviewers look at this first")
          << "some conditions tell what others have asked";
      EXPECT_EQ(CaseOf(answer["release"]).request.reasons, row.conditions) << row.hold;
    }
  }
}

TEST_F(HeldTest, WhatWasReleasedOnceIsNotNew) {
  Rules("[]");
  ASSERT_EQ(Ask(kTable)["status"], "released");
  Rules("[{new_dataset: true}, {first_release: true}]");
  EXPECT_EQ(Ask(kTable)["status"], "released");
}

// A question is in the sample or not, whenever it is asked; about as many as the rule set says.
TEST_F(HeldTest, TheSampleIsOfQuestions) {
  Rules("[{sample: 30}]", 2, "2036-11-28", "limits: {queries_per_day: 1000}\n");
  int held = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string sql =
        absl::StrCat("SELECT geslacht, COUNT(*) AS n", i, " FROM persoon GROUP BY geslacht");
    const json answer = Ask(sql);
    held += answer["status"] == "held";
    if (i % 40 == 0) {
      EXPECT_EQ(Ask(sql)["status"], answer["status"]);
    }
  }
  EXPECT_GT(held, 30);
  EXPECT_LT(held, 90);
}

TEST_F(HeldTest, ReviewersSeeEachValueBeforeAndAfterWithTheReason) {
  const json answer = Ask(kTable);
  const auto preview = Look(answer["release"]);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_THAT(preview->plan.words, HasSubstr("population: Persons (persoon) of 2022"));
  EXPECT_THAT(preview->plan.canonical, HasSubstr("axis gemeente"));
  EXPECT_THAT(preview->plan.members, ElementsAre("anna@heerlen.nl", "jan@cbs.nl"));
  EXPECT_EQ(preview->plan.cells, 24);
  EXPECT_THAT(preview->dimensions, ElementsAre("gemeente", "geslacht"));
  ASSERT_EQ(preview->figures.size(), 24u);
  int seen = 0;
  for (const Figure& figure : preview->figures) {
    const bool women = figure.codes == std::vector<std::string>{"GM0882", "2"};
    if (women && figure.statistic == "n") {
      ++seen;
      EXPECT_EQ(figure.before, "4");
      EXPECT_EQ(figure.after, ".");
      EXPECT_EQ(figure.contributors, 4);
      EXPECT_EQ(figure.decision, "primary");
      EXPECT_EQ(figure.rule, "frequency");
      EXPECT_GE(figure.interval_high, 10) << "an attacker must hold ten possible";
    }
    if (women && figure.statistic == "som") {
      ++seen;
      EXPECT_EQ(figure.before, "125354");
      EXPECT_EQ(figure.after, ".");
      EXPECT_NEAR(figure.largest, 31340.0 / 125354, 1e-9);
      EXPECT_NEAR(figure.second, 31339.0 / 125354, 1e-9);
    }
    if (figure.codes == std::vector<std::string>{"GM0917", "_T"} && figure.statistic == "n") {
      ++seen;
      EXPECT_EQ(figure.before, "100");
      EXPECT_EQ(figure.after, "100");
      EXPECT_EQ(figure.decision, "");
      EXPECT_EQ(figure.largest, -1) << "of a count nobody has the largest part";
    }
  }
  EXPECT_EQ(seen, 3);
}

TEST_F(HeldTest, WhatIsApprovedLeavesThroughTheSameGateOnce) {
  const json held = Ask(kTable);
  const std::string id = held["release"];
  EXPECT_EQ(Release(id).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(Approve(id), "");
  const uint64_t before = ledger_->size();
  const auto release = Release(id);
  ASSERT_TRUE(release.ok() && release->has_value()) << release.status();
  EXPECT_EQ(ledger_->size(), before + 1);
  json answer = json::parse((*release)->answer());
  EXPECT_EQ(answer["status"], "released");
  EXPECT_NE(answer["release"], id);
  EXPECT_EQ(CaseOf(id).state, CaseState::kReleased);
  EXPECT_EQ(CaseOf(id).release, answer["release"]);
  EXPECT_THAT((*release)->answer(), Not(HasSubstr("125354")));
  EXPECT_EQ(Release(id).status().code(), absl::StatusCode::kFailedPrecondition) << "once";
  Rules("[]");
  json direct = Ask(kTable);
  for (json* one : {&answer, &direct}) {
    one->erase("release");
    (*one)["protection"].erase("policy");
  }
  EXPECT_EQ(answer, direct) << "the answer of somebody who was not held";
}

TEST_F(HeldTest, AHigherMinimumAndRoundingAreOfTheAnswer) {
  const std::string id = Ask(kTable)["release"];
  const auto as_asked = Look(id), more = Look(id, {.minimum = 45}), round = Look(id, {0, 7});
  ASSERT_TRUE(as_asked.ok() && more.ok() && round.ok());
  EXPECT_NE(as_asked->digest, more->digest);
  const auto suppressed = [](const Preview& preview) {
    return json::parse(preview.answer)["protection"]["suppressed"].get<int>();
  };
  EXPECT_GT(suppressed(*more), suppressed(*as_asked)) << "forty women are too few then";
  EXPECT_EQ(Look(id, {.minimum = 5})->digest, as_asked->digest) << "the rules ask for more";
  int shown = 0;
  for (const Figure& figure : round->figures) {
    if (figure.after == ".") continue;
    ++shown;
    EXPECT_EQ(std::stoll(figure.after) % 7, 0) << figure.statistic;
    EXPECT_LE(std::abs(std::stoll(figure.after) - std::stoll(figure.before)), 3);
  }
  EXPECT_GT(shown, 10);
  ASSERT_EQ(Approve(id, {45, 7}), "");
  const auto release = Release(id);
  ASSERT_TRUE(release.ok() && release->has_value()) << release.status();
  EXPECT_EQ(json::parse((*release)->answer())["protection"]["round_to"], 7) << "it says so";
  for (const auto& row : json::parse((*release)->answer())["rows"]) {
    if (!row["n"]["value"].is_null()) {
      EXPECT_EQ(row["n"]["value"].get<int>() % 7, 0);
    }
  }
}

// A mean beside a rounded sum would tell more of it.
TEST_F(HeldTest, BesideRoundedFiguresOthersAreNotShown) {
  const std::string id =
      Ask("SELECT gemeente, COUNT(*) AS n, AVG(inkomen) AS m FROM persoon GROUP BY gemeente")
          ["release"];
  const auto round = Look(id, {0, 10});
  ASSERT_TRUE(round.ok()) << round.status();
  for (const Figure& figure : round->figures)
    EXPECT_EQ(figure.after == ".", figure.statistic == "m") << figure.after;
}

TEST_F(HeldTest, HoldsAreCheckedAgainAtCommit) {
  const std::string changed = Ask(kTable)["release"];
  ASSERT_EQ(Approve(changed), "");
  engine_->SetRows(Rows(61));
  const auto none = Release(changed);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE(none->has_value()) << "the data are others than those that were approved";
  EXPECT_EQ(CaseOf(changed).state, CaseState::kHeld);
  EXPECT_EQ(CaseOf(changed).round, 2);

  ASSERT_EQ(Approve(changed), "");
  Rules("[{first_release: true}]", 2, "2026-11-21");
  const auto refused = Release(changed);
  ASSERT_TRUE(refused.ok() && refused->has_value()) << refused.status();
  EXPECT_EQ((*refused)->status(), "refused") << "the project has ended";
  EXPECT_EQ(CaseOf(changed).state, CaseState::kDenied);
}

TEST_F(HeldTest, ARuleThatHasNothingToDoWithTheAnswerDoesNotUndoAnApproval) {
  const std::string id = Ask(kTable)["release"];
  ASSERT_EQ(Approve(id), "");
  Rules("[{first_release: true}, {sample: 1}]");
  const auto release = Release(id);
  EXPECT_TRUE(release.ok() && release->has_value()) << release.status();
}

TEST_F(HeldTest, AFailureLeavesTheCaseApproved) {
  const std::string id = Ask(kTable)["release"];
  ASSERT_EQ(Approve(id), "");
  engine_->next_error = absl::InternalError("engine failed (reference 7)");
  EXPECT_FALSE(Release(id).ok());
  EXPECT_EQ(CaseOf(id).state, CaseState::kApproved);
  const auto release = Release(id);
  EXPECT_TRUE(release.ok() && release->has_value()) << release.status();
}

// What cannot be protected is a refusal, and ends the case like one.
TEST_F(HeldTest, WhatCannotBeProtectedIsDenied) {
  const std::string id = Ask(kTable)["release"];
  ASSERT_EQ(Approve(id), "");
  engine_->next_error = absl::FailedPreconditionError("too much work");
  const auto release = Release(id);
  ASSERT_TRUE(release.ok() && release->has_value()) << release.status();
  EXPECT_EQ((*release)->status(), "refused");
  EXPECT_EQ(CaseOf(id).state, CaseState::kDenied);
  EXPECT_EQ(CaseOf(id).decision->code, "NOT_PROTECTED");
}

// A replay is made under the protection that reviewers asked for, and a hold is of its moment.
TEST_F(HeldTest, AReleaseWithStrongerProtectionReplays) {
  const std::string id = Ask(kTable)["release"];
  ASSERT_EQ(Approve(id, {45, 7}), "");
  const auto release = Release(id);
  ASSERT_TRUE(release.ok() && release->has_value()) << release.status();
  const auto sealed = desk_->RequestOf((*release)->index());
  const auto replayed = pipeline_->Replay(*sealed, now_, in_force_);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(replayed->ran);
  EXPECT_EQ(replayed->found_sha256, replayed->expected_sha256);
  const auto held = pipeline_->Replay(*desk_->RequestOf(CaseOf(id).request.index), now_, in_force_);
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_FALSE(held->ran);
}

TEST_F(HeldTest, AClientCannotTakeTheIdsOfTheDesk) {
  const std::string id = Ask(kTable)["release"];
  const auto taken = pipeline_->Run(
      anna_, {.sql = kTable, .project = "", .request_id = "review/" + id, .client_version = ""},
      in_force_, nullptr, [](absl::string_view, double) {});
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HeldTest, APrecedentLetsTheSameTableOfAnotherPlaceThrough) {
  constexpr char kOf[] = "SELECT geslacht, COUNT(*) AS n FROM persoon WHERE gemeente = '";
  const auto sql = [&](const char* gemeente) {
    return absl::StrCat(kOf, gemeente, "' GROUP BY geslacht");
  };
  Rules("[{statistic: count}]");
  const std::string id = Ask(sql("GM0917"))["release"];
  ASSERT_EQ(Approve(id), "");
  for (const char* person : {"b", "c"}) {
    EXPECT_EQ(Ask(sql("GM0928"))["status"], "held");
    const auto plan = pipeline_->PlanOf(CaseOf(id), in_force_);
    ASSERT_TRUE(plan.ok()) << plan.status();
    DeskEvent event;
    event.action = DeskAction::kPrecedent;
    event.case_id = id;
    event.by = {absl::StrCat(person, "@cbs.nl"), person, DeskRole::kReviewer};
    event.reason = "counts of a municipality are harmless";
    event.required = 2;
    event.until = "2026-12-31";
    event.shape = plan->shape;
    event.cells = plan->cells;
    EXPECT_FALSE((*desk_->Do(event, {})).has_value());
  }
  EXPECT_EQ(Ask(sql("GM0928"))["status"], "released");
  EXPECT_EQ(Ask("SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente")["status"], "held");
  EXPECT_EQ(Ask(kTable)["status"], "held");
  now_ = "2027-01-01T00:00:00Z";
  EXPECT_EQ(Ask(sql("GM0928"))["status"], "held") << "after its last day";
}

TEST_F(HeldTest, EarlierReleasesOfTheSameVariablesAreFound) {
  Rules("[]");
  const std::string other =
      Ask("SELECT geslacht, COUNT(*) AS n FROM persoon GROUP BY geslacht")["release"];
  const std::string same =
      Ask("SELECT gemeente, SUM(inkomen) AS s FROM persoon GROUP BY gemeente")["release"];
  Rules("[{statistic: sum}]");
  const Case held =
      CaseOf(Ask("SELECT gemeente, SUM(inkomen) AS t FROM persoon GROUP BY gemeente")["release"]);
  const auto plan = pipeline_->PlanOf(held, in_force_);
  ASSERT_TRUE(plan.ok());
  const auto about = desk_->AboutTheSame(plan->canonical, held.release, 10);
  ASSERT_TRUE(about.ok()) << about.status();
  ASSERT_EQ(about->newest.size(), 1u);
  EXPECT_EQ(about->count, 1);
  EXPECT_EQ(about->newest[0].release, same);
  EXPECT_THAT(about->newest[0].shared, ElementsAre("gemeente", "inkomen"));
  EXPECT_EQ(about->newest[0].caller, "anna@heerlen.nl");

  // What left after this was held is half of a difference too; the answer itself is not.
  Rules("[]");
  const std::string later =
      Ask("SELECT geslacht, SUM(inkomen) AS s FROM persoon GROUP BY geslacht")["release"];
  const auto now = desk_->AboutTheSame(plan->canonical, held.release, 10);
  ASSERT_TRUE(now.ok()) << now.status();
  ASSERT_EQ(now->newest.size(), 2u);
  EXPECT_EQ(now->newest[0].release, later);
  const auto without = desk_->AboutTheSame(plan->canonical, later, 1);
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->count, 1);
  ASSERT_EQ(without->newest.size(), 1u);
  EXPECT_EQ(without->newest[0].release, same);
}

}  // namespace
}  // namespace kluis
