// Reviews: entries about earlier entries, in one transaction with what the desk keeps of them.
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr char kVote[] = R"({"event": "vote", "reviewer": "c@cbs.nl", "decision": "approve"})";

class ReviewTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(5);
  }
};

TEST_F(ReviewTest, ReviewsOfAnEntryComeInTheOrderOfTheLog) {
  EXPECT_EQ(*ledger_->AppendReview(3, kVote), 5u);
  EXPECT_EQ(*ledger_->AppendReview(4, R"({"event": "view"})"), 6u);
  EXPECT_EQ(*ledger_->AppendReview(3, R"({"event": "decision"})"), 7u);
  ASSERT_TRUE(Open().ok());  // verifies
  const auto reviews = ledger_->Reviews(3);
  ASSERT_TRUE(reviews.ok()) << reviews.status();
  ASSERT_EQ(reviews->size(), 2u);
  EXPECT_EQ((*reviews)[0].index, 5u);
  EXPECT_EQ((*reviews)[0].sealed,
            R"({"decision":"approve","entry":3,"event":"vote","reviewer":"c@cbs.nl"})");
  EXPECT_EQ((*reviews)[1].index, 7u);
  EXPECT_TRUE(ledger_->Reviews(1)->empty());
}

TEST_F(ReviewTest, WhatIsNoReviewOfAnEntryIsRefused) {
  const uint64_t size = ledger_->size();
  EXPECT_EQ(ledger_->AppendReview(size, kVote).status().code(), absl::StatusCode::kNotFound);
  for (const char* sealed : {"", "[]", "{", R"({"entry": 3})", "{\"reason\": \"\xff\"}"}) {
    EXPECT_EQ(ledger_->AppendReview(3, sealed).status().code(), absl::StatusCode::kInvalidArgument)
        << sealed;
  }
  EXPECT_FALSE(ledger_->AppendEvent("review", "", "", "{}").ok());
  EXPECT_EQ(ledger_->size(), size);
}

TEST_F(ReviewTest, WhatGoesTogetherWithAnEntryIsKeptOrLostWithIt) {
  const auto table = [](Connection& connection) {
    return connection.Execute("CREATE TABLE votes (entry INTEGER PRIMARY KEY, vote INTEGER)");
  };
  ASSERT_TRUE(database_->Write(table).ok());
  const auto vote = [](Connection& connection, uint64_t index) -> absl::Status {
    auto insert = connection.Prepare("INSERT INTO votes VALUES (3, ?)");
    if (!insert.ok()) return insert.status();
    if (insert->BindInt(1, static_cast<int64_t>(index)).Run().ok()) return absl::OkStatus();
    return absl::AbortedError("voted already");
  };
  std::vector<absl::StatusOr<uint64_t>> results(8, absl::InternalError("not run"));
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&] { result = ledger_->AppendReview(3, kVote, vote); });
  for (std::thread& thread : threads) thread.join();
  int kept = 0;
  for (const auto& result : results) {
    kept += result.ok() ? 1 : 0;
    EXPECT_TRUE(result.ok() || result.status() == absl::AbortedError("voted already"));
  }
  EXPECT_EQ(kept, 1);
  EXPECT_EQ(ledger_->Reviews(3)->size(), 1u);
  EXPECT_EQ(ledger_->size(), 6u);
}

TEST_F(ReviewTest, AReviewThatIsTurnedToAnotherEntryIsNoticed) {
  ASSERT_TRUE(ledger_->AppendReview(3, kVote).ok());
  Tamper("UPDATE entries SET subject = '4' WHERE idx = 5");
  const absl::Status opened = Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(opened.message(), HasSubstr("log entry 5"));
}

}  // namespace
}  // namespace kluis
