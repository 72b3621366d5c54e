// Nothing sensitive: whoever holds the public export, and knows all but a small number, tries every
// value against every hash in it and finds nothing. With the salts the same trying finds it: so the
// test tries the right thing.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/sealed_part.h"
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

class BruteForceTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(4);
    auto table = Protect(ThreeMunicipalities(), RuleSet(), {});
    ASSERT_TRUE(table.ok()) << table.status();
    const auto release = ledger_->Commit(*std::move(table), Context());
    ASSERT_TRUE(release.ok());
    answer_ = release->answer();
    const auto entry = ledger_->ReadSealed(release->index());
    ASSERT_TRUE(sealed_.ParseFromString(entry->bytes));
    bytes_ = entry->bytes;
    index_ = release->index();
    const std::vector<std::string> leaves = *ledger_->Leaves(0, ledger_->size());
    for (const std::string& leaf : leaves) export_ += leaf;
    export_ += ledger_->checkpoint();
    for (const std::string& leaf : leaves) {
      const Entry e = *ParseEntry(leaf);
      for (const std::string& hash : {e.policy, e.snapshot, e.answer, e.sealed})
        hashes_.insert(hash);
      hashes_.insert(ToHex(LeafHash(leaf)));
    }
  }

  // Every way in which `guess` might have been hashed without a salt, or with one that is known.
  std::vector<std::string> Ways(const std::string& guess) const {
    std::vector<std::string> ways = {guess, ToHex(Sha256(guess)), ToHex(LeafHash(guess)),
                                     ToHex(Sha256(Sha256(guess)))};
    for (const std::string& salt : {std::string(), std::string(32, '\0'), sealed_.release(),
                                    Sha256(sealed_.release()), std::string(32, '0')}) {
      ways.push_back(ToHex(Commitment(salt, guess)));
      ways.push_back(ToHex(LeafHash(Commitment(salt, guess))));
      ways.push_back(ToHex(SealedCommitment(salt, guess, EmptyRoot())));
      ways.push_back(ToHex(SealedCommitment(salt, guess, CellsRoot(salt, {guess}))));
    }
    return ways;
  }
  bool Found(const std::string& guess) const {
    for (const std::string& way : Ways(guess)) {
      if (hashes_.count(way) > 0) return true;
    }
    return false;
  }

  v1::SealedRequest sealed_;
  std::string answer_, bytes_, export_;
  uint64_t index_ = 0;
  std::set<std::string> hashes_;
};

TEST_F(BruteForceTest, NoValueUnderTheThresholdIsFoundByTrying) {
  int guesses = 0;
  for (const std::string& bytes : sealed_.cell_reviews()) {
    v1::SealedCell cell;
    ASSERT_TRUE(cell.ParseFromString(bytes));
    for (int value = 0; value < 100; ++value) {
      cell.set_value(absl::StrCat(value));
      cell.set_contributors(value);
      for (const std::string& guess : {cell.SerializeAsString(), absl::StrCat(value),
                                       absl::StrCat(cell.variable(), "=", value)}) {
        EXPECT_FALSE(Found(guess)) << guess;
        ++guesses;
      }
    }
    EXPECT_FALSE(Found(bytes)) << "not even who knows the cell sees that it is there";
  }
  EXPECT_GT(guesses, 500);
  for (const std::string& known : {bytes_, answer_, sealed_.query_text(), sealed_.query_canonical(),
                                   sealed_.caller(), sealed_.project()}) {
    EXPECT_TRUE(known.empty() || !Found(known)) << known;
  }
}

TEST_F(BruteForceTest, NoNameAndNoTextStandsInTheExport) {
  for (const char* secret : {"anna", "heerlen-2026", "SELECT", "bedrijf", "GM1954", "standard"})
    EXPECT_THAT(export_, Not(HasSubstr(secret)));
}

TEST_F(BruteForceTest, WithTheSaltOfOneCellItIsFoundAndNoOther) {
  const CellProof shown = *ledger_->ProveCell(index_, 0);
  const auto root_with = [&](const std::string& cell, const std::string& salt) {
    return *RootFromInclusion(shown.index, shown.count, LeafHash(Commitment(salt, cell)),
                              shown.path);
  };
  const auto in_log = [&](const std::string& root) {
    return hashes_.count(ToHex(NodeHash(shown.part, root))) > 0;
  };
  int found = 0;
  v1::SealedCell cell;
  ASSERT_TRUE(cell.ParseFromString(shown.cell));
  for (int guess = 0; guess < 100; ++guess) {
    cell.set_value(absl::StrCat(guess));
    found += in_log(root_with(cell.SerializeAsString(), shown.salt)) ? 1 : 0;
  }
  EXPECT_EQ(found, 1) << "the right thing is tried";
  // The sibling of the shown cell stands in its path: its value cannot be tried with this salt.
  v1::SealedCell other;
  ASSERT_TRUE(other.ParseFromString(sealed_.cell_reviews(1)));
  for (int guess = 0; guess < 100; ++guess) {
    other.set_value(absl::StrCat(guess));
    other.set_contributors(guess);
    const std::string bytes = other.SerializeAsString();
    for (const std::string& salt : {shown.salt, CellSalt(shown.salt, 1), shown.part})
      EXPECT_NE(LeafHash(Commitment(salt, bytes)), shown.path.front());
    EXPECT_NE(LeafHash(Sha256(bytes)), shown.path.front());
  }
  EXPECT_EQ(LeafHash(Commitment(ledger_->ProveCell(index_, 1)->salt, sealed_.cell_reviews(1))),
            shown.path.front());
}

}  // namespace
}  // namespace kluis
