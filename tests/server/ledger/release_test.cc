// From a protected table to a receipt.
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protect.h"
#include "gmock/gmock.h"
#include "kluis/v1/release.pb.h"
#include "tests/server/ledger/ledger_fixture.h"
#include "tests/server/ledger/three_municipalities.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReleaseTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(3);
  }
  absl::StatusOr<CommittedRelease> Release(
      const ReleaseContext& context, const std::optional<DecidedAgainst>& against = std::nullopt) {
    RuleSet rules;
    rules.frequency.minimum = 10;
    auto table = Protect(ThreeMunicipalities(), rules, {});
    if (!table.ok()) return table.status();
    return ledger_->Commit(*std::move(table), context, against);
  }
  v1::SealedRequest Sealed(uint64_t index) {
    v1::SealedRequest sealed;
    const auto entry = ledger_->ReadSealed(index);
    EXPECT_TRUE(entry.ok()) << entry.status();
    EXPECT_TRUE(sealed.ParseFromString(entry->bytes));
    return sealed;
  }
};

TEST_F(ReleaseTest, AProtectedTableBecomesAReleaseWithAReceiptThatVerifies) {
  const auto release = Release(Context("r-1"));
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->status(), "released");
  const auto verified = Verify(*release, key_.verifier());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->entry.index, 3u);
  const auto records = ledger_->ListReleases({}, 0, 1);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(records->front().cells, 4);
  EXPECT_GE(records->front().suppressed, 2);
  EXPECT_EQ(Release(Context("r-1"))->release(), release->release());
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ledger_->FindRelease(release->release(), "")->answer(), release->answer());
}

TEST_F(ReleaseTest, TheSealedPartHoldsWhyEachCellIsNotShownAndOnWhatItWasDecided) {
  ReleaseContext context = Context();
  context.snapshots = {{"bedrijf", std::string(64, 'b'), "bedrijf", "2016"}};
  const auto release = Release(context);
  ASSERT_TRUE(release.ok()) << release.status();
  const v1::SealedRequest sealed = Sealed(release->index());
  EXPECT_EQ(sealed.outcome(), "released");
  EXPECT_EQ(sealed.answer(), release->answer());
  EXPECT_EQ(sealed.answer_sha256(), ToHex(Sha256(release->answer())));
  EXPECT_EQ(sealed.policy_entry(), 1u);
  EXPECT_EQ(sealed.snapshots(0).entry(), 2u);
  bool primary = false;
  for (const std::string& bytes : sealed.cell_reviews()) {
    v1::SealedCell cell;
    ASSERT_TRUE(cell.ParseFromString(bytes));
    primary |= cell.decision() == "primary" && cell.contributors() == 3;
  }
  EXPECT_TRUE(primary);
}

TEST_F(ReleaseTest, OneCellIsShownToAnAuditorWithoutTheRest) {
  const auto release = Release(Context());
  ASSERT_TRUE(release.ok()) << release.status();
  const v1::SealedRequest sealed = Sealed(release->index());
  ASSERT_GT(sealed.cell_reviews_size(), 1);
  for (int i = 0; i < sealed.cell_reviews_size(); ++i) {
    const auto proof = ledger_->ProveCell(release->index(), i);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(proof->cell, sealed.cell_reviews(i));
    const std::string text = FormatCellProof(*proof);
    const auto parsed = ParseCellProof(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_TRUE(VerifyCell(*parsed, key_.verifier()).ok());
    for (int j = 0; j < sealed.cell_reviews_size(); ++j) {
      if (j == i) continue;
      EXPECT_THAT(text, Not(HasSubstr(Base64(sealed.cell_reviews(j)))));
    }
    CellProof other = *proof;
    other.cell.back() ^= 1;
    EXPECT_EQ(VerifyCell(other, key_.verifier()).status().code(),
              absl::StatusCode::kPermissionDenied);
    other = *proof;
    other.index = other.index == 0 ? 1 : other.index - 1;
    EXPECT_FALSE(VerifyCell(other, key_.verifier()).ok());
  }
  EXPECT_EQ(ledger_->ProveCell(release->index(), sealed.cell_reviews_size()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger_->ProveCell(0, 0).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReleaseTest, OfDecisionsAgainstOnePastOnlyOneOfEachLineageIsKept) {
  for (const char* lineage : {"bedrijf", "persoon"}) {
    const DecidedAgainst past = {ledger_->size(), {lineage}};
    std::vector<absl::StatusOr<CommittedRelease>> results(8, absl::InternalError("not run"));
    std::vector<std::thread> threads;
    for (auto& result : results) {
      threads.emplace_back([&result, &past, lineage, this] {
        ReleaseContext mine = Context();
        mine.snapshots = {{"d", std::string(64, 'b'), lineage, "2016"}};
        result = Release(mine, past);
      });
    }
    for (std::thread& thread : threads) thread.join();
    int kept = 0;
    for (const auto& result : results) {
      kept += result.ok() ? 1 : 0;
      EXPECT_TRUE(result.ok() || absl::IsAborted(result.status())) << result.status();
    }
    EXPECT_EQ(kept, 1) << lineage;
    EXPECT_EQ(ledger_->size(), past.size + 1);
  }
  ReleaseContext context = Context();
  context.snapshots = {{"d", std::string(64, 'b'), "bedrijf", "2016"}};
  ASSERT_TRUE(Refuse(context).ok());
  context.release = NewReleaseId();
  EXPECT_TRUE(Release(context, DecidedAgainst{ledger_->size() - 2, {"bedrijf"}}).ok())
      << "neither a refusal nor another lineage is in the way";
  EXPECT_EQ(Release(Context(), DecidedAgainst{ledger_->size() + 1, {}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReleaseTest, AReviewSinceThenUndoesADecisionThatRestsOnIt) {
  const auto first = Release(Context());
  ASSERT_TRUE(first.ok()) << first.status();
  ReleaseContext context = Context();
  const auto after = [&](uint64_t size, uint64_t reviewed) {
    context.release = NewReleaseId();
    return Release(context, DecidedAgainst{.size = size, .reviewed = {reviewed}}).status().code();
  };
  const uint64_t before = ledger_->size();
  ASSERT_TRUE(ledger_->AppendReview(first->index(), R"({"event":"vote"})").ok());
  const uint64_t then = ledger_->size();
  EXPECT_EQ(after(before, first->index()), absl::StatusCode::kAborted);
  EXPECT_EQ(ledger_->size(), then) << "nothing is written";
  EXPECT_EQ(after(before, first->index() - 1), absl::StatusCode::kOk) << "of another entry";
  EXPECT_EQ(after(then, first->index()), absl::StatusCode::kOk) << "it was known";
}

TEST_F(ReleaseTest, OfSixteenAtOnceNoMoreAreKeptThanTheProjectHasRoomFor) {
  const DecidedAgainst::Limit limit = {Context().project, "2000-01-01T00:00:00Z",
                                       ledger_->CountReleasesSince(Context().project, "2000") + 4};
  std::vector<absl::StatusOr<CommittedRelease>> results(16, absl::InternalError("not run"));
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      ReleaseContext mine = Context();
      mine.release = NewReleaseId();
      result = Release(mine, DecidedAgainst{.size = ledger_->size(), .limit = limit});
    });
  }
  for (std::thread& thread : threads) thread.join();
  int kept = 0;
  for (const auto& result : results) {
    kept += result.ok();
    EXPECT_TRUE(result.ok() || absl::IsAborted(result.status())) << result.status();
  }
  EXPECT_EQ(kept, 4);
}

TEST_F(ReleaseTest, NothingOfTheSealedPartStandsInTheDatabaseFile) {
  ReleaseContext context = Context();
  context.query_text = "SELECT bijzonder_inkomen FROM huishouden_zeldzaam";
  const auto release = Release(context);
  ASSERT_TRUE(release.ok());
  Close();
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream file(Path() + suffix, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_THAT(bytes, Not(HasSubstr("bijzonder_inkomen")));
    EXPECT_THAT(bytes, Not(HasSubstr("GM1954"))) << "a code of the answer";
  }
}

TEST_F(ReleaseTest, ReleasedAndRefusedEntriesLookAlike) {
  const auto released = Release(Context()), refused = Refuse(Context());
  ASSERT_TRUE(released.ok() && refused.ok());
  Entry a = *ParseEntry(released->receipt().entry), b = *ParseEntry(refused->receipt().entry);
  EXPECT_NE(a.answer, b.answer);
  EXPECT_NE(a.sealed, b.sealed);
  b.index = a.index;
  b.answer = a.answer;
  b.sealed = a.sealed;
  EXPECT_EQ(*FormatEntry(a), *FormatEntry(b));
  EXPECT_THAT(refused->receipt().entry, Not(HasSubstr(kNoHash)));
}

}  // namespace
}  // namespace kluis
