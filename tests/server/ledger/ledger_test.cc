#include "server/ledger/ledger.h"

#include <set>
#include <thread>
#include <vector>

#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/log_check.h"
#include "disclosure/evidence/merkle.h"
#include "gmock/gmock.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LedgerTest : public LedgerFixture {
 protected:
  void SetUp() override { ASSERT_TRUE(Open().ok()); }

  absl::StatusOr<LogSummary> CheckPublicParts(const std::string& note) {
    auto leaves = ledger_->Leaves(0, ledger_->size());
    if (!leaves.ok()) return leaves.status();
    size_t next = 0;
    return CheckLog(
        [&](std::string* leaf) -> absl::StatusOr<bool> {
          if (next == leaves->size()) return false;
          *leaf = (*leaves)[next++];
          return true;
        },
        {note}, key_.verifier());
  }
};

TEST_F(LedgerTest, ANewLogSignsThatItIsEmpty) {
  const auto checkpoint = OpenCheckpoint(ledger_->checkpoint(), key_.verifier());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 0u);
  EXPECT_EQ(checkpoint->root, EmptyRoot());
  EXPECT_TRUE(Open().ok());
}

TEST_F(LedgerTest, ARefusalIsAnEntryWithAReceiptThatVerifies) {
  Fill(7);
  const auto release = Refuse(Context());
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->index(), 7u);
  EXPECT_EQ(release->status(), "refused");
  const auto verified = Verify(*release, key_.verifier());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->checkpoint.size, 8u);
  EXPECT_EQ(verified->entry.policy, std::string(64, 'a'));
}

TEST_F(LedgerTest, TheSameRequestOfTheSameCallerGivesTheStoredRelease) {
  const auto first = Refuse(Context("r-1"));
  const auto again = Refuse(Context("r-1"));
  ReleaseContext other = Context("r-1");
  other.caller = "kluis:researcher/bram";
  const auto of_another = Refuse(other);
  ASSERT_TRUE(first.ok() && again.ok() && of_another.ok());
  EXPECT_EQ(first->release(), again->release());
  EXPECT_EQ(first->answer(), again->answer());
  EXPECT_NE(first->release(), of_another->release());
  EXPECT_EQ(ledger_->size(), 2u);
  EXPECT_EQ(ledger_->FindRequest(other.caller, "r-1")->release(), other.release);
  EXPECT_FALSE(ledger_->FindRequest(other.caller, "r-2").has_value());
}

TEST_F(LedgerTest, AReleaseIsFoundByItsOwnCallerAndByReviewersOnly) {
  const ReleaseContext context = Context();
  const auto release = Refuse(context);
  ASSERT_TRUE(release.ok());
  EXPECT_EQ(ledger_->FindRelease(context.release, context.caller)->answer(), release->answer());
  EXPECT_TRUE(ledger_->FindRelease(context.release, "").ok());
  EXPECT_EQ(ledger_->FindRelease(context.release, "kluis:researcher/bram").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(LedgerTest, ReleasesAreListedNewestFirstAndCountedPerProject) {
  Fill(6);
  const auto all = ledger_->ListReleases({}, 0, 10);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ(all->front().index, 5u);
  EXPECT_EQ(ledger_->ListReleases({.caller = "kluis:researcher/anna"}, 5, 1)->front().index, 4u);
  EXPECT_TRUE(ledger_->ListReleases({.caller = "kluis:researcher/bram"}, 0, 10)->empty());
  EXPECT_EQ(ledger_->CountReleasesSince("heerlen-2026-014", "2026-11-22T00:00:00Z"), 3);
  EXPECT_EQ(ledger_->CountReleasesSince("heerlen-2026-014", "2026-11-23T00:00:00Z"), 0);
  EXPECT_EQ(ledger_->CountReleasesSince("another", "2026-11-22T00:00:00Z"), 0);
}

TEST_F(LedgerTest, ThePublicPartTellsNothingOfWhoAskedWhat) {
  Fill(3);
  const auto release = Refuse(Context());
  ASSERT_TRUE(release.ok());
  const std::string& leaf = release->receipt().entry;
  for (const char* word : {"anna", "heerlen", "SELECT", "UNKNOWN", "refused"}) {
    EXPECT_THAT(leaf, Not(HasSubstr(word)));
  }
  EXPECT_THAT(leaf, Not(HasSubstr(ToHex(Sha256(release->answer())))));
  EXPECT_EQ(leaf.size(), kEntrySize);
}

TEST_F(LedgerTest, EqualAnswersHaveDifferentCommitments) {
  ReleaseContext context = Context();
  const auto first = Refuse(context);
  context.release[0] = context.release[0] == 'a' ? 'b' : 'a';
  const auto second = Refuse(context);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->receipt().answer_salt, second->receipt().answer_salt);
  EXPECT_NE(ParseEntry(first->receipt().entry)->answer,
            ParseEntry(second->receipt().entry)->answer);
}

TEST_F(LedgerTest, ARequestCarriesTheCatalogueAndNotItsOwnSnapshot) {
  Fill(4);
  ReleaseContext context = Context();
  context.snapshots = {{"bedrijf", std::string(64, 'b'), "bedrijf", "2016"}};
  const auto with = Refuse(context);
  const auto without = Refuse(Context());
  ASSERT_TRUE(with.ok() && without.ok());
  const std::string catalogue = NextCatalogue(EmptyCatalogue(), std::string(64, 'b'));
  EXPECT_EQ(ParseEntry(with->receipt().entry)->snapshot, catalogue);
  EXPECT_EQ(ParseEntry(without->receipt().entry)->snapshot, catalogue);
}

TEST_F(LedgerTest, ARefusalWithoutAPolicyCarriesThePolicyInForce) {
  Fill(3);
  ReleaseContext context = Context();
  context.policy_sha256.clear();
  const auto release = Refuse(context);
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(ParseEntry(release->receipt().entry)->policy, std::string(64, 'a'));
}

TEST_F(LedgerTest, EveryOldCheckpointIsConsistentWithEveryLaterOne) {
  std::vector<Checkpoint> seen;
  for (int i = 0; i < 20; ++i) {
    seen.push_back(*OpenCheckpoint(ledger_->checkpoint(), key_.verifier()));
    ASSERT_TRUE(Refuse(Context()).ok());
  }
  for (const Checkpoint& old : seen) {
    for (const Checkpoint& later : seen) {
      if (later.size < old.size) continue;
      const auto proof = ledger_->ConsistencyProof(old.size, later.size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(VerifyConsistency(old.size, old.root, later.size, later.root, *proof).ok());
    }
  }
}

TEST_F(LedgerTest, ManyThreadsShareFewSynchronisedTransactions) {
  constexpr int kThreads = 64, kEach = 8;
  std::vector<std::thread> threads;
  std::vector<std::string> problems(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t, &problems] {
      for (int i = 0; i < kEach; ++i) {
        const auto release = Refuse(Context());
        if (!release.ok())
          problems[t] = release.status().ToString();
        else if (!Verify(*release, key_.verifier()).ok())
          problems[t] = "receipt";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& problem : problems) EXPECT_EQ(problem, "");
  EXPECT_EQ(ledger_->size(), uint64_t{kThreads} * kEach);
  EXPECT_TRUE(CheckPublicParts(ledger_->checkpoint()).ok());
  int64_t groups = 0;
  ASSERT_TRUE(database_
                  ->Read([&groups](Connection& connection) -> absl::Status {
                    auto select = connection.Prepare("SELECT count(*) FROM checkpoints");
                    if (!select.ok() || !select->Step().ok()) return select.status();
                    groups = select->Int(0);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_LT(groups, kThreads * kEach / 2) << "no group commit";  // how many is the scheduler's
  EXPECT_TRUE(Open().ok());
}

TEST_F(LedgerTest, SixtyFourRetriesOfOneRequestAreOneEntry) {
  std::vector<std::thread> threads;
  std::vector<std::string> ids(64);
  for (std::string& id : ids) {
    threads.emplace_back([this, &id] { id = Refuse(Context("once"))->release(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
  EXPECT_EQ(ledger_->size(), 1u);
}

TEST_F(LedgerTest, TheKeyMustCarryTheNameOfTheLog) {
  Close();
  database_ = *Database::Open(Path(), "");
  EXPECT_EQ(
      Ledger::Open(*database_, key_, {"other", [] { return ""; }, kSealedKey}).status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST_F(LedgerTest, EventsOfUnknownTypesAreRefusedAndLeaveNoTrace) {
  for (const char* type : {"request", "", "Open", "releases"}) {
    EXPECT_EQ(ledger_->AppendEvent(type, "", "", "{}").status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(ledger_->size(), 0u);
  EXPECT_TRUE(ledger_->AppendEvent("grant", "", "", "{}").ok());
}

TEST_F(LedgerTest, ReleaseIdsAre26LettersAndNeverRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewReleaseId());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_THAT(*ids.begin(), ::testing::MatchesRegex("[a-z2-7]{26}"));
}

}  // namespace
}  // namespace kluis
