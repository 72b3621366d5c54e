#include "disclosure/evidence/receipt.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/log_check.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"
#include "gmock/gmock.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr char kAnswer[] = R"({"release":"abc","status":"released"})";

Entry MakeEntry(uint64_t index, const std::string& salt) {
  return {index,
          "request",
          "2026-11-22T22:20:00Z",
          std::string(64, 'a'),
          EmptyCatalogue(),
          ToHex(Commitment(salt, kAnswer)),
          std::string(64, 'c')};
}

// A log of `size` requests of one answer.
struct SmallLog {
  explicit SmallLog(uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) {
      leaves.push_back(*FormatEntry(MakeEntry(i, Salt(i))));
      EXPECT_TRUE(tree.Add(leaves.back()).ok());
    }
  }
  static std::string Salt(uint64_t i) { return Sha256(absl::StrCat("salt ", i)); }
  std::string Note() const {
    return key.Sign(FormatCheckpoint({key.verifier().name(), tree.size(), tree.Root()}));
  }
  Receipt ReceiptOf(uint64_t index) {
    const auto read = [this](int level, uint64_t i) -> absl::StatusOr<std::string> {
      TreeHasher part;
      for (uint64_t j = i << level; j < (i + 1) << level; ++j) part.Add(leaves[j]).IgnoreError();
      return part.Root();
    };
    TlogProof proof{index, *InclusionProof(index, tree.size(), read), Note()};
    return {leaves[index], Salt(index), FormatTlogProof(proof)};
  }
  absl::StatusOr<LogSummary> Check(const std::vector<std::string>& notes) {
    size_t next = 0;
    const auto read = [&](std::string* leaf) -> absl::StatusOr<bool> {
      if (next == leaves.size()) return false;
      *leaf = leaves[next++];
      return true;
    };
    return CheckLog(read, notes, key.verifier());
  }

  NoteSigner key = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'k'));
  std::vector<std::string> leaves;
  TreeHasher tree;
};

TEST(ReceiptTest, VerifiesForEachEntryOfEachSmallLog) {
  for (uint64_t size = 1; size <= 17; ++size) {
    SmallLog log(size);
    for (uint64_t i = 0; i < size; ++i) {
      const auto verified = VerifyReceipt(kAnswer, log.ReceiptOf(i), log.key.verifier());
      ASSERT_TRUE(verified.ok()) << verified.status();
      EXPECT_EQ(verified->entry.index, i);
      EXPECT_EQ(verified->checkpoint.size, size);
    }
  }
}

TEST(ReceiptTest, SaysWhatDoesNotHold) {
  SmallLog log(6);
  const Receipt good = log.ReceiptOf(3), other = log.ReceiptOf(4);
  const NoteSigner stranger = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'z'));
  const std::string forged =
      stranger.Sign(FormatCheckpoint({"kluis.example/test", 6, log.tree.Root()}));
  const struct {
    const char* name;
    std::string answer;
    Receipt receipt;
    const char* says;
  } cases[] = {
      {"a changed value", absl::StrReplaceAll(kAnswer, {{"abc", "abd"}}), good, "it was changed"},
      {"another entry's salt", kAnswer, {good.entry, other.salt, good.proof}, "it was changed"},
      {"a short salt", kAnswer, {good.entry, "x", good.proof}, "salt does not have 32 bytes"},
      {"another entry's proof", kAnswer, {good.entry, good.salt, other.proof}, "another log entry"},
      {"another index in the proof",
       kAnswer,
       {good.entry, good.salt, absl::StrReplaceAll(other.proof, {{"index 4", "index 3"}})},
       "inclusion proof does not hold"},
      {"a cut entry", kAnswer, {good.entry.substr(1), good.salt, good.proof}, "log entry: not 364"},
      {"a log of another key",
       kAnswer,
       {good.entry, good.salt, good.proof.substr(0, good.proof.find("\n\n") + 2) + forged},
       "not signed by"},
      {"an `extra` line",
       kAnswer,
       {good.entry, good.salt,
        absl::StrReplaceAll(good.proof, {{"index 3", "extra AA==\nindex 3"}})},
       "not a tlog-proof"},
  };
  for (const auto& c : cases) {
    const auto verified = VerifyReceipt(c.answer, c.receipt, log.key.verifier());
    ASSERT_FALSE(verified.ok()) << c.name;
    EXPECT_THAT(std::string(verified.status().message()), HasSubstr(c.says)) << c.name;
  }
}

TEST(ReceiptTest, EverySingleBitOfTheFileCounts) {
  SmallLog log(11);
  const std::string file = FormatReceipt(log.ReceiptOf(7));
  const auto verifies = [&log](const std::string& text) {
    const auto receipt = ParseReceipt(text);
    return receipt.ok() && VerifyReceipt(kAnswer, *receipt, log.key.verifier()).ok();
  };
  ASSERT_TRUE(verifies(file));
  for (size_t i = 0; i < file.size() * 8; ++i) {
    std::string flipped = file;
    flipped[i / 8] ^= 1 << (i % 8);
    EXPECT_FALSE(verifies(flipped)) << "bit " << i % 8 << " of byte " << i / 8;
  }
}

TEST(ReceiptTest, EverySingleBitOfTheAnswerCounts) {
  SmallLog log(2);
  const Receipt receipt = log.ReceiptOf(1);
  for (size_t i = 0; i < sizeof(kAnswer) * 8 - 8; ++i) {
    std::string flipped = kAnswer;
    flipped[i / 8] ^= 1 << (i % 8);
    EXPECT_FALSE(VerifyReceipt(flipped, receipt, log.key.verifier()).ok());
  }
}

TEST(ReceiptTest, AFileOfAnotherFormIsRefused) {
  for (const char* text :
       {"", "[]", "{}", R"({"entry": "", "proof": ""})", R"({"entry": 1, "proof": "", "salt": ""})",
        R"({"entry": "", "proof": "", "salt": "", "x": ""})",
        R"({"entry": "AB==", "proof": "", "salt": ""})", "\xFF"}) {
    EXPECT_FALSE(ParseReceipt(text).ok()) << text;
  }
}

TEST(EntryTest, ReadsBackAsWrittenAndHasOneSize) {
  for (const char* type : {"request", "review", "policy", "snapshot", "grant", "key", "open"}) {
    Entry entry = MakeEntry(999'999'999'999, SmallLog::Salt(0));
    entry.type = type;
    const auto text = FormatEntry(entry);
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(text->size(), kEntrySize) << type;
    EXPECT_EQ(*FormatEntry(*ParseEntry(*text)), *text);
  }
}

// Nothing that is accepted has another spelling: any one or two changed bytes, cut or repeated
// ones.
TEST(EntryTest, WhatIsAcceptedIsWrittenTheSame) {
  std::mt19937 random(20261127);
  static constexpr char kLetters[] = "0123456789abcdefA -+\n\0\xFF:TZirqux";
  constexpr absl::string_view kBytes(kLetters, sizeof kLetters - 1);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 200'000; ++i) {
    Entry entry = MakeEntry(random() % 1'000'000'000'000, SmallLog::Salt(i % 7));
    if (i % 3 == 0) entry.type = "key";
    std::string text = *FormatEntry(entry);
    for (unsigned n = random() % 3; n > 0; --n) {
      const size_t at = random() % text.size();
      if (const unsigned how = random() % 8; how == 0) {
        text.erase(at, 1);
      } else if (how == 1) {
        text.insert(at, 1, kBytes[random() % kBytes.size()]);
      } else {
        text[at] = kBytes[random() % kBytes.size()];
      }
    }
    const auto parsed = ParseEntry(text);
    ++(parsed.ok() ? accepted : refused);
    if (parsed.ok()) {
      ASSERT_EQ(*FormatEntry(*parsed), text) << "seed 20261127, " << i;
    }
  }
  EXPECT_GT(accepted, 60'000);
  EXPECT_GT(refused, 60'000);
}

TEST(EntryTest, FieldsThatDoNotFitAreNamed) {
  const struct {
    const char* field;
    void (*spoil)(Entry*);
  } cases[] = {
      {"index", [](Entry* e) { e->index = 1'000'000'000'000; }},
      {"type", [](Entry* e) { e->type = "release"; }},
      {"time", [](Entry* e) { e->time = "2026-11-22 22:20:00Z"; }},
      {"time", [](Entry* e) { e->time = "2026-11-22T22:20:00+01:00"; }},
      {"policy", [](Entry* e) { e->policy = "sha256:" + e->policy; }},
      {"snapshot", [](Entry* e) { e->snapshot[0] = 'A'; }},
      {"answer", [](Entry* e) { e->answer.pop_back(); }},
      {"sealed", [](Entry* e) { e->sealed.clear(); }},
  };
  for (const auto& c : cases) {
    Entry entry = MakeEntry(1, SmallLog::Salt(1));
    c.spoil(&entry);
    EXPECT_THAT(std::string(FormatEntry(entry).status().message()), HasSubstr(c.field));
  }
}

TEST(LogCheckTest, SaysWhereALogLeavesWhatWasSigned) {
  SmallLog log(9);
  const std::string at_9 = log.Note(), at_5 = SmallLog(5).Note();
  ASSERT_TRUE(log.Check({at_9}).ok());
  ASSERT_TRUE(log.Check({at_9, at_5}).ok());
  SmallLog changed(9);
  changed.leaves[6] = *FormatEntry(MakeEntry(6, "other"));
  SmallLog fork(5);
  fork.leaves.clear();
  fork.tree = TreeHasher();
  for (int i = 0; i < 5; ++i) fork.tree.Add("x").IgnoreError();
  SmallLog shorter(8), longer(10), swapped(9), none(9);
  std::swap(swapped.leaves[2], swapped.leaves[3]);
  SmallLog of_another(9);
  of_another.key = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'z'));
  const struct {
    const char* name;
    SmallLog* log;
    std::vector<std::string> notes;
    const char* says;
  } cases[] = {
      {"changed, one checkpoint",
       &changed,
       {at_9},
       "a log entry between 0 and 8 is not the one that was signed"},
      {"changed, an older checkpoint too",
       &changed,
       {at_9, at_5},
       "a log entry between 5 and 8 is not"},
      {"changed, a checkpoint just before and after",
       &changed,
       {at_9, SmallLog(6).Note(), SmallLog(7).Note()},
       "log entry 6 is not the one"},
      {"shorter", &shorter, {at_9}, "log entry 8 is missing"},
      {"longer than signed", &longer, {at_9}, "log entry 9 is not signed"},
      {"swapped", &swapped, {at_9}, "log entry 2: the entry in its place calls itself 3"},
      {"forked", &log, {at_9, at_5, fork.Note()}, "forked: two signed checkpoints of size 5"},
      {"another key", &log, {of_another.Note()}, "not signed by"},
      {"no checkpoint", &log, {}, "no checkpoint"},
  };
  for (const auto& c : cases) {
    const auto result = c.log->Check(c.notes);
    ASSERT_FALSE(result.ok()) << c.name;
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(c.says)) << c.name;
  }
}

TEST(DigestTest, Base64HasOneSpelling) {
  EXPECT_EQ(*StrictBase64("QQ=="), "A");
  EXPECT_EQ(*StrictBase64(""), "");
  for (const char* text : {"QQ", "QQ=", "QR==", "Q Q==", "QQ==\n", "QUJ=", "Q", "====", "-_-_"}) {
    EXPECT_FALSE(StrictBase64(text).ok()) << text;
  }
}

}  // namespace
}  // namespace kluis
