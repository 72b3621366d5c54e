// The independent checker (check_receipt.py) agrees with the server about what holds.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

class VerifierTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(11);
    auto release = Refuse(Context());
    ASSERT_TRUE(release.ok());
    answer_ = release->answer();
    const ReceiptParts& parts = release->receipt();
    receipt_ = FormatReceipt({parts.entry, parts.answer_salt, parts.proof});
    ASSERT_TRUE(Refuse(Context()).ok());
    entries_ = absl::StrJoin(*ledger_->Leaves(0, ledger_->size()), "");
    checkpoint_ = ledger_->checkpoint();
  }
  void Put(const std::string& name, const std::string& content) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
  }
  int Python(const std::string& arguments) {
    const int status = std::system(
        absl::StrCat("/usr/bin/python3 ", KLUIS_SOURCE_DIR, "/tests/verifier/check_receipt.py ",
                     arguments, " --key '", key_.verifier().ToString(), "' >/dev/null 2>&1")
            .c_str());
    return WEXITSTATUS(status);
  }
  int Receipt(const std::string& answer, const std::string& receipt) {
    Put("answer.json", answer);
    Put("answer.receipt", receipt);
    return Python(
        absl::StrCat("receipt ", folder_, "/answer.json --receipt ", folder_, "/answer.receipt"));
  }
  int Log(const std::string& entries, const std::string& checkpoint) {
    Put("entries", entries);
    Put("checkpoint", checkpoint);
    return Python(absl::StrCat("log ", folder_));
  }

  std::string answer_, receipt_, entries_, checkpoint_;
};

TEST_F(VerifierTest, AReceiptHoldsAlsoInsideTheAnswerAndWhenTheAnswerIsLaidOutOtherwise) {
  EXPECT_EQ(Receipt(answer_, receipt_), 0);
  EXPECT_EQ(Receipt(" {\n" + answer_.substr(1), receipt_), 0);
  Put("whole.json", absl::StrCat("{\"receipt\": ", receipt_, ",", answer_.substr(1)));
  EXPECT_EQ(Python(absl::StrCat("receipt ", folder_, "/whole.json")), 0);
}

TEST_F(VerifierTest, AFlippedBitIsRefused) {
  const unsigned seed = std::random_device()();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const auto flip = [&random](std::string text) {
    text[random() % text.size()] ^= 1 << (random() % 8);
    return text;
  };
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(Receipt(answer_, flip(receipt_)), 2);
    EXPECT_EQ(Log(flip(entries_), checkpoint_), 2);
    EXPECT_EQ(Log(entries_, flip(checkpoint_)), 2);
  }
  std::string changed = answer_;
  changed[changed.find("refused")] = 'R';
  EXPECT_EQ(Receipt(changed, receipt_), 2);
}

TEST_F(VerifierTest, AnExportedLogHoldsAndACutOneDoesNot) {
  EXPECT_EQ(Log(entries_, checkpoint_), 0);
  EXPECT_EQ(Log(entries_.substr(0, entries_.size() - 364), checkpoint_), 2);
  EXPECT_EQ(Log(entries_.substr(364), checkpoint_), 2);
  EXPECT_EQ(Log(entries_ + entries_.substr(0, 364), checkpoint_), 2);
  EXPECT_EQ(Log(entries_.substr(0, 100), checkpoint_), 2);
}

}  // namespace
}  // namespace kluis
