// Key files, signatures and their file: one spelling each, and nothing can be taken over.
#include "disclosure/policy_sign/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/disclosure/policy_sign/signed_policy.h"

namespace kluis {
namespace {

const std::map<std::string, std::string> kFiles = {{"rules/a.yaml", "rules: a\n"}};

std::string PublicKey(const OfficerKey& key) { return *Ed25519PublicKey(key.seed); }

TEST(OfficerKeyTest, IsReadAsItWasWritten) {
  const auto read = ParseOfficerKey(FormatOfficerKey(Petra()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->officer, Petra().officer);
  EXPECT_EQ(read->seed, Petra().seed);
}

TEST(OfficerKeyTest, NoOtherTextIsRead) {
  const std::string text = FormatOfficerKey(Petra());
  for (size_t i = 0; i < text.size(); ++i)
    EXPECT_FALSE(ParseOfficerKey(text.substr(0, i)).ok()) << i;
  EXPECT_FALSE(ParseOfficerKey(" " + text).ok());
  EXPECT_FALSE(ParseOfficerKey(text + "\n").ok());
  const auto wrong = ParseOfficerKey("{\"secret\":\"hunter2\"}");
  EXPECT_EQ(wrong.status().message().find("hunter2"), std::string::npos);
}

TEST(SignatureTest, IsOverManifestOfficerAndReason) {
  const PolicySignature good = Signed(Petra(), "manifest");
  EXPECT_TRUE(IsSignedBy(good, "manifest", PublicKey(Petra())));
  EXPECT_FALSE(IsSignedBy(good, "manifest2", PublicKey(Petra())));
  EXPECT_FALSE(IsSignedBy(good, "manifest", PublicKey(Jan())));
  PolicySignature other = good;
  other.officer = Jan().officer;
  EXPECT_FALSE(IsSignedBy(other, "manifest", PublicKey(Petra())));
  other = good;
  other.reason += ".";
  EXPECT_FALSE(IsSignedBy(other, "manifest", PublicKey(Petra())));
  other = good;
  other.signature = SignEd25519(Petra().seed, "manifest");  // of another use of the key
  EXPECT_FALSE(IsSignedBy(other, "manifest", PublicKey(Petra())));
}

TEST(SignatureTest, AReasonIsTextOfSomeLength) {
  EXPECT_TRUE(SignPolicy(Petra(), "m", "").ok());
  EXPECT_TRUE(SignPolicy(Petra(), "m", "één reden").ok());
  EXPECT_FALSE(SignPolicy(Petra(), "m", "\xff").ok());
  EXPECT_FALSE(SignPolicy(Petra(), "m", std::string(2001, 'x')).ok());
  EXPECT_FALSE(SignPolicy({"x", "short"}, "m", "").ok());
}

TEST(SignaturesFileTest, IsReadAsItWasWritten) {
  const PolicySignatures signatures = SignedBy({Petra(), Jan()}, kFiles, 2);
  const auto read = ParseSignatures(FormatSignatures(signatures));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, signatures);
}

TEST(SignaturesFileTest, HasOneLayout) {
  const std::string text = FormatSignatures(SignedBy({Petra()}, kFiles, 2));
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(ParseSignatures(text.substr(0, i)).ok()) << i;
    if (text[i] != '\n') continue;
    EXPECT_FALSE(ParseSignatures(text.substr(0, i) + " " + text.substr(i)).ok());
  }
  EXPECT_FALSE(ParseSignatures(text + " ").ok());
  EXPECT_FALSE(ParseSignatures("[]").ok());
  EXPECT_FALSE(ParseSignatures("{\"format\":\"kluis-policy-signatures/1\"}").ok());
}

}  // namespace
}  // namespace kluis
