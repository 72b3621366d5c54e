// What a request uses and overlaps with is in its entry, and nobody passes against a past that has
// gone by.
#include <gmock/gmock.h>

#include <thread>

#include "tests/server/release/held_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

class PastTest : public HeldWorkshop {};

constexpr char kByPlace[] =
    "SELECT gemeente, geslacht, COUNT(*) AS n FROM persoon GROUP BY gemeente, geslacht";

TEST_F(PastTest, AnEntrySaysWhatWasReadAndUsed) {
  Rules("[]", 2, "2036-11-28", "limits: {queries_per_day: 9}\n");
  const v1::SealedRequest first = SealedOf(Ask(kByPlace)["release"]);
  EXPECT_EQ(first.population(), 264) << "60 men and 40 women, of whom 4 in the last";
  EXPECT_EQ(first.population_contributors(), 264);
  EXPECT_EQ(first.rows_read(), 264);
  EXPECT_EQ(first.noise().method(), "none");
  EXPECT_EQ(first.budget().queries_today(), 1);
  EXPECT_EQ(first.budget().queries_per_day(), 9);
  EXPECT_GT(first.budget().work(), 0);
  EXPECT_EQ(first.overlap_count(), 0);
  EXPECT_EQ(first.secondary() > 0, first.cost() > 0);
  const uint64_t index = ledger_->size() - 1;
  const json narrow =
      Ask("SELECT gemeente, COUNT(*) AS n FROM persoon WHERE geslacht = '1' GROUP BY gemeente");
  const v1::SealedRequest second = SealedOf(narrow["release"]);
  EXPECT_EQ(second.population(), 180) << "the others are hidden cells of the same table";
  EXPECT_EQ(second.rows_read(), 264);
  EXPECT_EQ(second.budget().queries_today(), 2);
  EXPECT_EQ(second.overlap_count(), 1);
  EXPECT_THAT(second.overlaps(), ElementsAre(index));
  EXPECT_EQ(second.past(), index + 1);
  const v1::SealedRequest again = SealedOf(Ask(kByPlace)["release"]);
  EXPECT_EQ(again.rows_read(), 0) << "it was answered from what was protected before";
  EXPECT_EQ(again.population(), 264);
}

TEST_F(PastTest, OverlapsAreCountedAndTheNewestNamed) {
  Rules("[]");
  ASSERT_EQ(Ask("SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente")["status"],
            "released");
  std::string last;
  for (int i = 0; i < 25; ++i)
    last = Ask(absl::StrCat("SELECT geslacht, COUNT(*) AS n", i,
                            " FROM persoon GROUP BY geslacht"))["release"];
  const v1::SealedRequest sealed = SealedOf(last);
  EXPECT_EQ(sealed.overlap_count(), 24) << "the first has no variable of it";
  ASSERT_EQ(sealed.overlaps_size(), 20);
  EXPECT_EQ(sealed.overlaps(0), ledger_->size() - 2) << "the newest first";
  EXPECT_EQ(sealed.overlaps(19), ledger_->size() - 21);
  // From the log alone, as after a start.
  const auto again = ReviewDesk::Open(*database_, *ledger_, [this] { return now_; });
  ASSERT_TRUE(again.ok());
  const auto overlap = (*again)->Overlaps(sealed.plan_canonical(), ledger_->size() - 1, 3);
  ASSERT_TRUE(overlap.ok()) << overlap.status();
  EXPECT_EQ(overlap->count, 24);
  EXPECT_EQ(overlap->newest.size(), 3u);
}

TEST_F(PastTest, WhatIsSuppressedForOthersHasACost) {
  Rules("[]");
  const v1::SealedRequest one = SealedOf(Ask(
      "SELECT gemeente, geslacht, COUNT(*) AS n FROM persoon GROUP BY CUBE (gemeente, geslacht)")
                                             ["release"]);
  EXPECT_GT(one.secondary(), 0);
  EXPECT_GE(one.cost(), 40) << "at least the women of another municipality";
  EXPECT_EQ(SealedOf(Ask("SELECT COUNT(*) AS n FROM persoon")["release"]).cost(), 0);
}

TEST_F(PastTest, ARoundedAnswerSaysSoInItsEntry) {
  const std::string id = Ask(kByPlace)["release"];
  ASSERT_EQ(Approve(id, {0, 7}), "");
  const auto release = Release(id);
  ASSERT_TRUE(release.ok() && release->has_value()) << release.status();
  const v1::SealedRequest sealed = SealedOf((*release)->release());
  EXPECT_EQ(sealed.noise().method(), "round");
  EXPECT_EQ(sealed.noise().base(), 7);
  EXPECT_EQ(sealed.population(), 264);
}

// All see the same past; those that the limit has room for are answered, and no more.
TEST_F(PastTest, OfSixteenClientsAtTheLimitNoMorePassThanThereIsRoomFor) {
  Rules("[]", 2, "2036-11-28", "limits: {queries_per_day: 5}\n");
  std::atomic<int> released = 0, refused = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 16; ++c) {
    clients.emplace_back([&, c] {
      const json answer =
          Ask(absl::StrCat("SELECT geslacht, COUNT(*) AS n", c, " FROM persoon GROUP BY geslacht"));
      released += answer["status"] == "released";
      refused += answer["status"] == "refused" && answer["reasons"][0]["code"] == "DAILY_LIMIT";
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(released, 5);
  EXPECT_EQ(refused, 11);
  const auto records = ledger_->ListReleases({}, 0, 100);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(records->size(), 16u) << "each is an entry";
}

constexpr char kOf[] =
    "SELECT geslacht, COUNT(*) AS n FROM persoon WHERE gemeente = 'GM0917' "
    "GROUP BY geslacht";
constexpr char kOfAnother[] =
    "SELECT geslacht, COUNT(*) AS n FROM persoon WHERE gemeente = "
    "'GM0928' GROUP BY geslacht";

TEST_F(PastTest, WhatAPrecedentLetThroughNamesIt) {
  Rules("[{statistic: count}]");
  const std::string id = Ask(kOf)["release"];
  ASSERT_EQ(Approve(id), "");
  MakePrecedent(id);
  const json answer = Ask(kOfAnother);
  ASSERT_EQ(answer["status"], "released");
  EXPECT_EQ(SealedOf(answer["release"]).precedent(), id);
  Rules("[]");
  EXPECT_EQ(SealedOf(Ask(kOfAnother)["release"]).precedent(), "") << "nothing would have held it";
}

// The precedent is ended while the table is made: what was judged against it is judged again.
TEST_F(PastTest, AReleaseDoesNotPassOnAPrecedentThatEndedMeanwhile) {
  Rules("[{statistic: count}]");
  const std::string id = Ask(kOf)["release"];
  ASSERT_EQ(Approve(id), "");
  MakePrecedent(id);
  ASSERT_TRUE(Release(id).ok());
  engine_->on_run = [&] {
    engine_->on_run = nullptr;
    EXPECT_EQ(Do(DeskAction::kRecall, id), "");
  };
  const int runs = engine_->runs;
  EXPECT_EQ(Ask(kOfAnother)["status"], "held");
  EXPECT_EQ(engine_->runs, runs + 1);
}

TEST_F(PastTest, ARemarkOnThePrecedentMeanwhileUndoesNothing) {
  Rules("[{statistic: count}]");
  const std::string id = Ask(kOf)["release"];
  ASSERT_EQ(Approve(id), "");
  MakePrecedent(id);
  engine_->on_run = [&] {
    engine_->on_run = nullptr;
    EXPECT_EQ(Do(DeskAction::kComment, id), "");
  };
  const int runs = engine_->runs;
  EXPECT_EQ(Ask(kOfAnother)["status"], "released");
  EXPECT_EQ(engine_->runs, runs + 1) << "what was computed stays";
}

}  // namespace
}  // namespace kluis
