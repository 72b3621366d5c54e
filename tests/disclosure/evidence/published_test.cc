// Checkpoints and cosignatures that others made (published/SOURCES.md).
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"
#include "disclosure/evidence/trust.h"
#include "gtest/gtest.h"

namespace kluis {
namespace {

std::string Read(const std::string& name) {
  std::ifstream file(KLUIS_SOURCE_DIR "/tests/disclosure/evidence/published/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(PublishedTest, ACheckpointOfAPublicLogHasTheQuorumOfItsPublicWitnesses) {
  const std::string note = Read("arche2025h1.note");
  const auto trust = TrustPolicy::Parse(Read("witnesses"), "witnesses");
  ASSERT_TRUE(trust.ok()) << trust.status();
  const auto checkpoint = trust->Open(note);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 1'432'088'532u);
  for (const TrustPolicy::Witness& witness : trust->witnesses()) {
    const auto time = witness.key.Check(note);
    ASSERT_TRUE(time.ok() && time->has_value()) << witness.name;
    EXPECT_EQ(**time, 1'779'573'024u) << witness.name;
  }
  std::string grown = note;
  grown[grown.find("1432088532")] = '2';
  EXPECT_FALSE(trust->OpenSigned(grown).ok());
}

TEST(PublishedTest, ACheckpointOfAnotherImplementationVerifies) {
  const auto key = NoteVerifier::Parse(
      "geomys.org/witness/test-log+c0787ff4+AeMb5VOzy60PTGdGmLPxOKGAa0jNyDGsgv2rnprGju1t");
  ASSERT_TRUE(key.ok()) << key.status();
  const auto checkpoint = OpenCheckpoint(Read("geomys-test-log.note"), *key);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 1u);
}

// Values that others published, and others made of them that must be refused.
TEST(PublishedTest, ProofsOfTheTreeOfEightEntriesHoldAndChangedOnesDoNot) {
  std::istringstream lines(Read("proofs"));
  std::string line;
  int held = 0, refused = 0;
  while (std::getline(lines, line)) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words[0] == "#") continue;
    const auto bytes = [&words](size_t i) {
      return words[i] == "-" ? std::string() : absl::HexStringToBytes(words[i]);
    };
    std::vector<std::string> proof;
    for (size_t i = 7; i < words.size(); ++i) proof.push_back(bytes(i));
    const uint64_t first = std::stoull(words[3]), second = std::stoull(words[4]);
    const absl::Status status =
        words[0] == "inclusion"
            ? VerifyInclusion(first, second, LeafHash(bytes(5)), proof, bytes(6))
            : VerifyConsistency(first, bytes(5), second, bytes(6), proof);
    EXPECT_EQ(status.ok(), words[1] == "ok") << line << "\n" << status;
    ++(status.ok() ? held : refused);
  }
  EXPECT_EQ(held, 10);
  EXPECT_GT(refused, 100);
}

// The example of c2sp.org/tlog-proof: its hashes and its checkpoint are read; the line `extra`,
// which nothing authenticates, and signatures that are cut in the middle are refused.
TEST(PublishedTest, TheExampleOfAProofIsReadWithoutItsExtraLine) {
  const std::string text = Read("example.tlog-proof");
  EXPECT_FALSE(ParseTlogProof(text).ok()) << "with extra";
  const size_t extra = text.find("extra "), index = text.find("index ");
  const auto proof = ParseTlogProof(text.substr(0, extra) + text.substr(index));
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->index, 73'894u);
  EXPECT_EQ(proof->hashes.size(), 5u);
  EXPECT_EQ(FormatTlogProof(*proof), text.substr(0, extra) + text.substr(index));
}

}  // namespace
}  // namespace kluis
