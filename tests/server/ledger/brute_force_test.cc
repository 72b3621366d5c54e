// Nothing sensitive: whoever holds the public export, and knows all but a small number, tries every
// value under every salt that the export could give away, against every hash in it, and finds
// nothing. With the salts the same trying finds it: so the test tries the right thing.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "disclosure/base/canonical_json.h"
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
    salt_ = release->receipt().answer_salt;
    const std::vector<std::string> leaves = *ledger_->Leaves(0, ledger_->size());
    for (const std::string& leaf : leaves) export_ += leaf;
    export_ += ledger_->checkpoint();
    for (const std::string& leaf : leaves) {
      const Entry e = *ParseEntry(leaf);
      for (const std::string& hash : {e.policy, e.snapshot, e.answer, e.sealed})
        hashes_.insert(hash);
      hashes_.insert(ToHex(LeafHash(leaf)));
    }
    KnowWhatIsPublic(*ParseEntry(leaves[index_]), leaves[index_]);
  }

  // What stands in the export or follows from it, as a salt might be: as text, as bytes, hashed.
  void KnowWhatIsPublic(const Entry& entry, const std::string& leaf) {
    const std::string empty_salt(32, '\0');
    public_salts_ = {"", empty_salt, std::string(32, '0')};
    for (const std::string& known :
         {std::to_string(entry.index), absl::StrFormat("%012d", entry.index), entry.type,
          entry.time, entry.policy, entry.snapshot, entry.answer, entry.sealed, leaf,
          std::string(kOrigin), key_.verifier().ToString(), ledger_->checkpoint(),
          sealed_.release(), sealed_.request_id()}) {
      public_salts_.push_back(known);
      public_salts_.push_back(Sha256(known));
      public_salts_.push_back(ToHex(Sha256(known)));
      public_salts_.push_back(LeafHash(known));
      if (const std::string bytes = absl::HexStringToBytes(known); known.size() == 64)
        public_salts_.push_back(bytes);
    }
  }

  // Every way in which `guess` might have been hashed without a salt, or with one that is known.
  std::vector<std::string> Ways(const std::string& guess) const {
    std::vector<std::string> ways = {guess, ToHex(Sha256(guess)), ToHex(LeafHash(guess)),
                                     ToHex(Sha256(Sha256(guess)))};
    for (const std::string& salt : public_salts_) {
      const std::string commitment = Commitment(salt, guess);
      ways.push_back(ToHex(commitment));
      ways.push_back(ToHex(LeafHash(commitment)));
      ways.push_back(ToHex(Sha256(absl::StrCat(salt, guess))));
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
  std::string answer_, bytes_, export_, salt_;
  std::vector<std::string> public_salts_;
  uint64_t index_ = 0;
  std::set<std::string> hashes_;
};

constexpr int kLargest = 199;  // the threshold is 10

TEST_F(BruteForceTest, NoValueUnderTheThresholdIsFoundByTrying) {
  int guesses = 0;
  for (const std::string& bytes : sealed_.cell_reviews()) {
    v1::SealedCell cell;
    ASSERT_TRUE(cell.ParseFromString(bytes));
    for (int value = 0; value <= kLargest; ++value) {
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
  EXPECT_GT(guesses, 1000);
}

// Who knows the whole sealed part or answer but for one value, tries that one.
TEST_F(BruteForceTest, NoValueIsFoundByWhoKnowsAllOthers) {
  for (int i = 0; i < sealed_.cell_reviews_size(); ++i) {
    v1::SealedCell cell;
    ASSERT_TRUE(cell.ParseFromString(sealed_.cell_reviews(i)));
    for (int value = 0; value <= kLargest; ++value) {
      cell.set_value(absl::StrCat(value));
      v1::SealedRequest guess = sealed_;
      guess.set_cell_reviews(i, cell.SerializeAsString());
      EXPECT_FALSE(Found(guess.SerializeAsString())) << i << ": " << value;
    }
  }
  EXPECT_FALSE(Found(bytes_)) << "as it was written";
  auto answer = nlohmann::json::parse(answer_);
  int suppressed = 0;
  for (auto& row : answer["rows"]) {
    const nlohmann::json before = row["n"];
    suppressed += before["value"].is_null() ? 1 : 0;
    for (int value = 0; value <= kLargest; ++value) {
      row["n"] = {{"status", "ok"}, {"value", value}};
      EXPECT_FALSE(Found(CanonicalJson(answer))) << value;
    }
    row["n"] = before;
  }
  EXPECT_GT(suppressed, 0) << "there is something to find";
  EXPECT_EQ(CanonicalJson(answer), answer_);
  EXPECT_FALSE(Found(answer_));
  EXPECT_EQ(hashes_.count(ToHex(Commitment(salt_, answer_))), 1u)
      << "with the salt of the receipt it is there: the right thing is tried";
}

// Names and queries are few enough to be tried one by one.
TEST_F(BruteForceTest, NoNameAndNoQueryIsFoundByTrying) {
  for (const std::string& known :
       {sealed_.query_text(), sealed_.query_canonical(), sealed_.plan_canonical(), sealed_.caller(),
        sealed_.organisation(), sealed_.project(), sealed_.purpose(), sealed_.rules(),
        sealed_.release(), sealed_.request_id(), sealed_.answer_sha256(), sealed_.query_sha256(),
        sealed_.plan_sha256(), std::string("anna"), std::string("anna@heerlen.nl"),
        std::string("released"), std::string("refused"), std::string("held")}) {
    EXPECT_TRUE(known.empty() || !Found(known)) << known;
  }
}

TEST_F(BruteForceTest, NoNameAndNoTextStandsInTheExport) {
  for (const std::string secret :
       {"anna", "heerlen-2026", "SELECT", "bedrijf", "GM1954", "standard"})
    for (const std::string& form :
         {secret, absl::BytesToHexString(secret), absl::Base64Escape(secret)})
      EXPECT_THAT(export_, Not(HasSubstr(form)));
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
