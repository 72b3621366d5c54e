// The independent checker (check_receipt.py) agrees with ours about what holds: receipts, exported
// logs, cosignatures and single cells. KLUIS_LONG=1 flips every bit, not every n-th.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/evidence/cosignature.h"
#include "disclosure/evidence/log_check.h"
#include "disclosure/evidence/tiles.h"
#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protect.h"
#include "tests/server/ledger/ledger_fixture.h"
#include "tests/server/ledger/three_municipalities.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

class VerifierTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(11);
    auto table = Protect(ThreeMunicipalities(), RuleSet(), {});
    ASSERT_TRUE(table.ok()) << table.status();
    const auto release = ledger_->Commit(*std::move(table), Context());
    ASSERT_TRUE(release.ok());
    ASSERT_TRUE(Refuse(Context()).ok());
    const std::string note = ledger_->checkpoint();
    const std::string body = note.substr(0, note.find("\n\n") + 1);
    ASSERT_TRUE(ledger_
                    ->AddCosignatures(ledger_->size(), Witness('a').Cosign(body, 1'795'000'000) +
                                                           Witness('b').Cosign(body, 1'795'000'001))
                    .ok());
    const auto again = ledger_->FindRelease(release->release(), "");
    const ReceiptParts& parts = again->receipt();
    answer_ = again->answer();
    receipt_ = FormatReceipt({parts.entry, parts.answer_salt, parts.proof});
    cell_ = FormatCellProof(*ledger_->ProveCell(release->index(), 1));
    entries_ = absl::StrJoin(*ledger_->Leaves(0, ledger_->size()), "");
    Put("trust", Trust("group both all a b\nquorum both\n"));
    Put("answer.json", answer_);
    Put("answer.receipt", receipt_);
    Put("cell.json", cell_);
    Put("entries", entries_);
    Put("checkpoint", ledger_->cosigned());
  }
  static CosignatureSigner Witness(char seed) {
    return *CosignatureSigner::FromSeed(absl::StrCat("getuige-", std::string(1, seed)),
                                        std::string(32, seed));
  }
  std::string Trust(const std::string& rest) const {
    std::string text = absl::StrCat("log ", key_.verifier().ToString(), "\n");
    for (const char w : {'a', 'b', 'c'})
      absl::StrAppend(&text, "witness ", std::string(1, w), " ", Witness(w).verifier().ToString(),
                      "\n");
    return text + rest;
  }
  void Put(const std::string& name, const std::string& content) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
  }
  int Python(const std::string& script, const std::string& arguments) {
    return WEXITSTATUS(std::system(absl::StrCat("cd ", folder_, " && /usr/bin/python3 -B ",
                                                KLUIS_SOURCE_DIR, "/tests/verifier/", script, " ",
                                                arguments, " --trust trust >/dev/null 2>&1")
                                       .c_str()));
  }
  int Check(const std::string& arguments) { return Python("check_receipt.py", arguments); }
  int Receipt() { return Check("receipt answer.json --receipt answer.receipt"); }
  static int Every(int step) { return std::getenv("KLUIS_LONG") != nullptr ? 1 : step; }
  int FlipBits(const std::string& arguments, int step) {
    return Python("flip_bits.py", absl::StrCat(arguments, " --step ", Every(step)));
  }

  std::string answer_, receipt_, cell_, entries_;
};

TEST_F(VerifierTest, AReceiptHoldsAlsoInsideTheAnswerAndWhenTheAnswerIsLaidOutOtherwise) {
  EXPECT_EQ(Receipt(), 0);
  Put("answer.json", " {\n" + answer_.substr(1));
  EXPECT_EQ(Receipt(), 0);
  Put("whole.json", absl::StrCat("{\"receipt\": ", receipt_, ",", answer_.substr(1)));
  EXPECT_EQ(Check("receipt whole.json"), 0);
  std::string changed = answer_;
  changed[changed.find("released")] = 'R';
  Put("answer.json", changed);
  EXPECT_EQ(Receipt(), 2);
}

TEST_F(VerifierTest, EverySingleBitIsSeenByBothVerifiers) {
  const TrustPolicy trust =
      *TrustPolicy::Parse(Trust("group both all a b\nquorum both\n"), "trust");
  const auto flipped = [](std::string text, size_t bit) {
    text[bit / 8] ^= static_cast<char>(1 << bit % 8);
    return text;
  };
  const auto receipt_holds = [&](const std::string& text) {
    const auto receipt = ParseReceipt(text);
    return receipt.ok() && VerifyReceipt(answer_, *receipt, trust).ok();
  };
  const auto cell_holds = [&](const std::string& text) {
    const auto cell = ParseCellProof(text);
    return cell.ok() && VerifyCell(*cell, trust).ok();
  };
  const auto log_holds = [&](const std::string& entries, const std::string& note) {
    size_t at = 0;
    const LeafReader next = [&](std::string* leaf) -> absl::StatusOr<bool> {
      *leaf = entries.substr(at, kEntrySize);
      at += leaf->size();
      return !leaf->empty();
    };
    return CheckLog(next, {note}, trust).ok();
  };
  const std::string note = ledger_->cosigned();
  ASSERT_TRUE(receipt_holds(receipt_));
  ASSERT_TRUE(cell_holds(cell_));
  ASSERT_TRUE(log_holds(entries_, note));
  for (size_t bit = 0; bit < 8 * receipt_.size(); bit += Every(11))
    ASSERT_FALSE(receipt_holds(flipped(receipt_, bit))) << "receipt, bit " << bit;
  for (size_t bit = 0; bit < 8 * cell_.size(); bit += Every(11))
    ASSERT_FALSE(cell_holds(flipped(cell_, bit))) << "cell, bit " << bit;
  for (size_t bit = 0; bit < 8 * entries_.size(); bit += Every(31))
    ASSERT_FALSE(log_holds(flipped(entries_, bit), note)) << "entries, bit " << bit;
  for (size_t bit = 0; bit < 8 * note.size(); bit += Every(3))
    ASSERT_FALSE(log_holds(entries_, flipped(note, bit))) << "checkpoint, bit " << bit;

  EXPECT_EQ(FlipBits("receipt answer.json --receipt answer.receipt --of answer.receipt", 1009), 0);
  EXPECT_EQ(FlipBits("cell cell.json --of cell.json", 1009), 0);
  EXPECT_EQ(FlipBits("log . --of entries", 3001), 0);
  EXPECT_EQ(FlipBits("log . --of checkpoint", 307), 0) << "body, signature and cosignatures";
  std::printf("%zu bits of a receipt, %zu of a cell, %zu of entries, %zu of a checkpoint\n",
              8 * receipt_.size(), 8 * cell_.size(), 8 * entries_.size(), 8 * note.size());
}

TEST_F(VerifierTest, TheQuorumOfTheTrustFileIsAskedFor) {
  const struct {
    const char* rest;
    int exit;
  } cases[] = {{"quorum none\n", 0},
               {"quorum a\n", 0},
               {"quorum c\n", 2},
               {"group g 2 a b c\nquorum g\n", 0},
               {"group g all a b c\nquorum g\n", 2},
               {"group g 1 c\ngroup h any g a\nquorum h\n", 0},
               {"", 2}};
  for (const auto& c : cases) {
    Put("trust", Trust(c.rest));
    EXPECT_EQ(Receipt(), c.exit) << c.rest;
    EXPECT_EQ(Check("log ."), c.exit) << c.rest;
    const auto trust = TrustPolicy::Parse(Trust(c.rest), "trust");
    EXPECT_EQ(trust.ok() && trust->Open(ledger_->cosigned()).ok(), c.exit == 0) << c.rest;
  }
}

TEST_F(VerifierTest, WhatOthersPublishedHoldsForPythonToo) {
  const auto open = [](const std::string& quorum) {
    const std::string folder = KLUIS_SOURCE_DIR "/tests/";
    return std::system(
        absl::StrCat("cd ", folder, "verifier && /usr/bin/python3 -B -c '",
                     "import check_receipt as c\n", "d = \"../disclosure/evidence/published/\"\n",
                     "trust = c.read(d, \"witnesses\").decode()", quorum, "\n",
                     "c.open_checkpoint(c.read(d, \"arche2025h1.note\").decode(), c.Trust(trust))",
                     "' >/dev/null 2>&1")
            .c_str());
  };
  EXPECT_EQ(open(""), 0);
  EXPECT_NE(open(".replace(\"BOvN\", \"BOvM\")"), 0) << "another key";
}

TEST_F(VerifierTest, PublishedProofsOfInclusionHoldForPythonAndChangedOnesDoNot) {
  Put("published.py", R"(
import sys
sys.path.insert(0, sys.argv[1] + "/tests/verifier")
import check_receipt as c
seen = {"ok": 0, "bad": 0}
for line in open(sys.argv[1] + "/tests/disclosure/evidence/published/proofs"):
    kind, verdict, name, *rest = line.split()
    if kind != "inclusion":
        continue
    index, size = int(rest[0]), int(rest[1])
    entry, root, *path = (bytes.fromhex(word.strip("-")) for word in rest[2:])
    try:
        holds = index < size and c.root_from_path(index, size, c.leaf_hash(entry), path) == root
    except c.Bad:
        holds = False
    if holds != (verdict == "ok"):
        sys.exit(line)
    seen[verdict] += 1
sys.exit(seen["ok"] != 5 or seen["bad"] < 50)
)");
  const std::string command =
      absl::StrCat("/usr/bin/python3 -B ", folder_, "/published.py ", KLUIS_SOURCE_DIR);
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(VerifierTest, PythonSaysWhatItExpected) {
  const auto says = [this](const std::string& arguments) {
    EXPECT_EQ(WEXITSTATUS(std::system(
                  absl::StrCat("cd ", folder_, " && /usr/bin/python3 -B ", KLUIS_SOURCE_DIR,
                               "/tests/verifier/check_receipt.py ", arguments, " >/dev/null 2>said")
                      .c_str())),
              2)
        << arguments;
    std::ifstream file(folder_ + "/said");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  Put("answer.csv", "wijk,n,n_status\r\n");
  std::filesystem::create_directory(folder_ + "/csv");
  Put("csv/entries.csv", "");
  Put("csv/checkpoint", ledger_->cosigned());
  EXPECT_THAT(says("log . --key trust"), HasSubstr("the key is not NAME+8 hex digits+BASE64"));
  EXPECT_THAT(says("log ."), HasSubstr("--key KEY or --trust FILE"));
  EXPECT_THAT(says("receipt answer.csv --trust trust"), HasSubstr("answers of --format json"));
  EXPECT_THAT(says("log csv --trust trust"), HasSubstr("exports --as plain or tiles"));
}

TEST_F(VerifierTest, AnExportedLogHoldsAndACutOneDoesNot) {
  EXPECT_EQ(Check("log ."), 0);
  EXPECT_EQ(Check("cell cell.json"), 0);
  for (const std::string& bad :
       {entries_.substr(0, entries_.size() - 364), entries_.substr(364),
        entries_ + entries_.substr(0, 364), entries_.substr(0, 100), std::string()}) {
    Put("entries", bad);
    EXPECT_EQ(Check("log ."), 2);
  }
}

TEST_F(VerifierTest, TilesHoldAndDamagedOnesDoNot) {
  std::filesystem::remove(folder_ + "/entries");
  TileWriter tiles([this](const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(folder_ + "/" + name).parent_path());
    Put(name, bytes);
    return absl::OkStatus();
  });
  const std::vector<std::string> leaves = *ledger_->Leaves(0, ledger_->size());
  for (const std::string& leaf : leaves) ASSERT_TRUE(tiles.Add(leaf).ok());
  ASSERT_TRUE(tiles.Finish().ok());
  EXPECT_EQ(Check("log ."), 0);
  EXPECT_EQ(FlipBits("log . --of tile/entries/000.p/13", 3001), 0);
  EXPECT_EQ(FlipBits("log . --of tile/0/000.p/13", 501), 0);
}

}  // namespace
}  // namespace kluis
