// What a witness answers to which checkpoint: a row for each rule of c2sp.org/tlog-witness.
#include "server/witness/witness.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/merkle.h"
#include "gmock/gmock.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kNow = 1'795'000'000;

class WitnessTest : public LedgerFixture {
 protected:
  void SetUp() override { Restart(); }
  void Restart() {
    witness_.reset();
    database_.reset();
    database_ = *Database::Open(Path(), "");
    witness_ = *Witness::Open(
        *database_, {*CosignatureSigner::FromSeed("heerlen.nl/getuige", std::string(32, 'w')),
                     TrustPolicy(key_.verifier()), [] { return kNow; },
                     [this](const ForkEvidence& fork) { forks_.push_back(fork); }});
  }
  void TearDown() override { witness_.reset(); }

  // A log of entries "<prefix> 0", "<prefix> 1", ...
  static std::string Hash(const std::string& prefix, int level, uint64_t index) {
    TreeHasher tree;
    for (uint64_t i = index << level; i < (index + 1) << level; ++i)
      tree.Add(absl::StrCat(prefix, " ", i)).IgnoreError();
    return tree.Root();
  }
  std::string Note(uint64_t size, const std::string& prefix = "entry") const {
    TreeHasher tree;
    for (uint64_t i = 0; i < size; ++i) tree.Add(absl::StrCat(prefix, " ", i)).IgnoreError();
    return key_.Sign(FormatCheckpoint({kOrigin, size, tree.Root()}));
  }
  static std::vector<std::string> Proof(uint64_t from, uint64_t to) {
    return *ConsistencyProof(from, to, [](int level, uint64_t index) {
      return absl::StatusOr<std::string>(Hash("entry", level, index));
    });
  }
  HttpResponse Post(const std::string& body) {
    return witness_->Answer({"POST", "/add-checkpoint", body});
  }
  HttpResponse Add(uint64_t from, uint64_t to) {
    return Post(FormatAddCheckpoint({from, Proof(from, to), Note(to)}));
  }

  std::unique_ptr<Witness> witness_;
  std::vector<ForkEvidence> forks_;
};

TEST_F(WitnessTest, WhatContinuesIsCosignedAndKeptOverARestart) {
  const auto key = CosignatureSigner::FromSeed("heerlen.nl/getuige", std::string(32, 'w'));
  for (const auto& [from, to] : {std::pair{0, 3}, {3, 3}, {3, 8}, {8, 13}}) {
    const HttpResponse response = Add(from, to);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(*key->verifier().Check(Note(to) + response.body), kNow);
    Restart();
  }
  const HttpResponse stale = Add(3, 13);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.body, "13\n");
  EXPECT_EQ(stale.content_type, "text/x.tlog.size");
}

TEST_F(WitnessTest, EachRuleOfTheProtocolHasItsStatus) {
  ASSERT_EQ(Add(0, 5).status, 200);
  const NoteSigner unknown = *NoteSigner::FromSeed("other.example/log", std::string(32, 'k'));
  const NoteSigner forged = *NoteSigner::FromSeed(kOrigin, std::string(32, 'z'));
  const std::string body = FormatCheckpoint({kOrigin, 8, Sha256("x")});
  struct Case {
    const char* name;
    std::string request;
    int status;
  };
  auto long_proof = std::vector<std::string>(64, Sha256("x"));
  const Case cases[] = {
      {"empty", "", 400},
      {"no old size", "\n\n" + Note(8), 400},
      {"a leading zero", "old 05\n\n" + Note(8), 400},
      {"64 hashes", FormatAddCheckpoint({5, long_proof, Note(8)}), 400},
      {"a hash of 31 bytes", "old 5\n" + Base64(std::string(31, 'x')) + "\n\n" + Note(8), 400},
      {"old over new", FormatAddCheckpoint({9, {}, Note(8)}), 400},
      {"unknown log",
       FormatAddCheckpoint(
           {5, {}, unknown.Sign(FormatCheckpoint({"other.example/log", 8, Sha256("x")}))}),
       404},
      {"another key", FormatAddCheckpoint({5, {}, forged.Sign(body)}), 403},
      {"no signature", "old 5\n\n" + body + "\n", 403},
      {"another old size", FormatAddCheckpoint({4, Proof(4, 8), Note(8)}), 409},
      {"one size, another root", FormatAddCheckpoint({5, {}, Note(5, "forked")}), 409},
      {"no proof", FormatAddCheckpoint({5, {}, Note(8)}), 422},
      {"a proof of another history", FormatAddCheckpoint({5, Proof(5, 8), Note(8, "forked")}), 422},
  };
  for (const Case& c : cases) EXPECT_EQ(Post(c.request).status, c.status) << c.name;
  EXPECT_EQ(witness_->Answer({"GET", "/add-checkpoint", ""}).status, 405);
  EXPECT_EQ(witness_->Answer({"POST", "/", Note(8)}).status, 404);
  EXPECT_EQ(Add(5, 8).status, 200) << "nothing of all this was kept as seen";
}

TEST_F(WitnessTest, AForkIsKeptAsEvidenceThatBothSignaturesAreOn) {
  ASSERT_EQ(Add(0, 5).status, 200);
  for (int again = 0; again < 2; ++again)
    ASSERT_EQ(Post(FormatAddCheckpoint({5, {}, Note(5, "forked")})).status, 409);
  Restart();
  const auto kept = witness_->Forks();
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_EQ(kept->front().seen, Note(5));
  EXPECT_EQ(kept->front().shown, Note(5, "forked"));
  EXPECT_EQ(forks_.size(), 2u) << "it is said each time";
}

TEST_F(WitnessTest, OfTwoHistoriesAtOnceOnlyOneIsCosigned) {
  ASSERT_EQ(Add(0, 5).status, 200);
  std::vector<int> statuses(16);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < statuses.size(); ++i) {
    threads.emplace_back([&, i] { statuses[i] = Add(5, 6 + i).status; });
  }
  for (std::thread& thread : threads) thread.join();
  int cosigned = 0;
  for (const int status : statuses) {
    cosigned += status == 200 ? 1 : 0;
    EXPECT_TRUE(status == 200 || status == 409) << status;
  }
  EXPECT_EQ(cosigned, 1) << "all others named an old size that was no longer the last";
}

}  // namespace
}  // namespace kluis
