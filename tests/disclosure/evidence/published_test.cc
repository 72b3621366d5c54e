// Checkpoints and cosignatures that others made (published/SOURCES.md).
#include <fstream>
#include <sstream>
#include <string>

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

}  // namespace
}  // namespace kluis
