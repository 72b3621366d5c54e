// From a protected table to a receipt.
#include <string>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protect.h"
#include "gmock/gmock.h"
#include "kluis/v1/release.pb.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Three municipalities with 20, 15 and 3 firms, and their total.
AggregateTable ThreeMunicipalities() {
  AggregateTable table;
  Axis axis{.name = "gemeente", .kind = VariableKind::kIdentifying, .categories = {}};
  axis.categories = {{.code = kTotalCode},
                     {.code = "GM0917", .parent = 0, .level = 1},
                     {.code = "GM0928", .parent = 0, .level = 1},
                     {.code = "GM1954", .parent = 0, .level = 1}};
  table.axes = {axis};
  table.shape.dimensions = {{"gemeente", "Gemeente"}};
  table.shape.statistics = {{"n", StatisticKind::kCount, -1, 0}};
  table.shape.column_order = {0, 1};
  const int64_t firms[] = {38, 20, 15, 3};
  for (int i = 0; i < 4; ++i) {
    table.keys.push_back({i});
    table.uses.push_back(CellUse::kDisplayed);
    table.units.push_back({firms[i], firms[i], firms[i]});
    table.shape.rows.push_back({{axis.categories[i].code}, i});
  }
  return table;
}

class ReleaseTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(3);
  }
  absl::StatusOr<CommittedRelease> Release(const ReleaseContext& context) {
    RuleSet rules;
    rules.frequency.minimum = 10;
    auto table = Protect(ThreeMunicipalities(), rules, {});
    if (!table.ok()) return table.status();
    return ledger_->Commit(*std::move(table), context);
  }
  v1::SealedRequest Sealed(uint64_t index) {
    v1::SealedRequest sealed;
    const absl::Status read = database_->Read([&](Connection& connection) -> absl::Status {
      auto select = connection.Prepare("SELECT sealed FROM entries WHERE idx = ?");
      select->BindInt(1, static_cast<int64_t>(index));
      EXPECT_TRUE(*select->Step());
      EXPECT_TRUE(sealed.ParseFromString(select->Text(0)));
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
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
  const auto records = ledger_->ListReleases("", 0, 1);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(records->front().cells, 4);
  EXPECT_GE(records->front().suppressed, 2);
  EXPECT_EQ(Release(Context("r-1"))->release(), release->release());
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ledger_->FindRelease(release->release(), "")->answer(), release->answer());
}

TEST_F(ReleaseTest, TheSealedPartHoldsWhyEachCellIsNotShownAndOnWhatItWasDecided) {
  ReleaseContext context = Context();
  context.snapshots = {{"bedrijf", std::string(64, 'b')}};
  const auto release = Release(context);
  ASSERT_TRUE(release.ok()) << release.status();
  const v1::SealedRequest sealed = Sealed(release->index());
  EXPECT_EQ(sealed.outcome(), "released");
  EXPECT_EQ(sealed.answer(), release->answer());
  EXPECT_EQ(sealed.answer_sha256(), ToHex(Sha256(release->answer())));
  EXPECT_EQ(sealed.policy_entry(), 1u);
  EXPECT_EQ(sealed.snapshots(0).entry(), 2u);
  bool primary = false;
  for (const v1::SealedCell& cell : sealed.cell_reviews()) {
    primary |= cell.decision() == "primary" && cell.contributors() == 3;
  }
  EXPECT_TRUE(primary);
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
