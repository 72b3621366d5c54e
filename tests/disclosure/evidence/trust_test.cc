// Cosignatures, and who must have given one.
#include "disclosure/evidence/trust.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/evidence/digest.h"
#include "gmock/gmock.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kTime = 1'795'000'000;

const NoteSigner& Log() {
  static const NoteSigner key = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'k'));
  return key;
}

CosignatureSigner Witness(char seed) {
  return *CosignatureSigner::FromSeed(absl::StrCat("getuige-", std::string(1, seed)),
                                      std::string(32, seed));
}

std::string Body() { return FormatCheckpoint({"kluis.example/test", 7, Sha256("root")}); }

// The checkpoint with the cosignatures of these witnesses.
std::string Note(const std::string& witnesses) {
  std::string note = Log().Sign(Body());
  for (const char w : witnesses) note += Witness(w).Cosign(Body(), kTime);
  return note;
}

std::string File(const std::string& rest) {
  std::string text = absl::StrCat("# trust\n\n\tlog  ", Log().verifier().ToString(), "\n");
  for (const char w : {'a', 'b', 'c', 'd'}) {
    absl::StrAppend(&text, "witness ", std::string(1, w), " ", Witness(w).verifier().ToString(),
                    w == 'a' ? " http://a.example:7450\n" : "\n");
  }
  return text + rest;
}

bool Trusted(const std::string& rest, const std::string& witnesses) {
  const auto policy = TrustPolicy::Parse(File(rest), "trust");
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() && policy->Open(Note(witnesses)).ok();
}

TEST(CosignatureTest, SaysWhenItWasGiven) {
  const auto time = Witness('a').verifier().Check(Note("ab"));
  ASSERT_TRUE(time.ok()) << time.status();
  EXPECT_EQ(*time, kTime);
  EXPECT_EQ(*Witness('c').verifier().Check(Note("ab")), std::nullopt);
  EXPECT_TRUE(Log().verifier().Open(Note("ab")).ok()) << "the log's own line still holds";
  const auto again = CosignatureSigner::ParsePrivateText(Witness('a').ToPrivateText());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Cosign(Body(), 1), Witness('a').Cosign(Body(), 1));
  EXPECT_EQ(CosignatureVerifier::Parse(again->verifier().ToString())->public_key(),
            again->verifier().public_key());
}

TEST(CosignatureTest, AKeyOfALogIsNoKeyOfAWitness) {
  EXPECT_FALSE(CosignatureVerifier::Parse(Log().verifier().ToString()).ok());
  EXPECT_FALSE(NoteVerifier::Parse(Witness('a').verifier().ToString()).ok());
  EXPECT_FALSE(CosignatureSigner::ParsePrivateText(Log().ToPrivateText()).ok());
}

TEST(CosignatureTest, EverySingleBitCounts) {
  const std::string note = Note("a");
  const std::string file = File("quorum a\n");
  const TrustPolicy policy = *TrustPolicy::Parse(file, "trust");
  ASSERT_TRUE(policy.Open(note).ok());
  for (size_t bit = 0; bit < 8 * note.size(); ++bit) {
    std::string flipped = note;
    flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
    ASSERT_FALSE(policy.Open(flipped).ok()) << "bit " << bit;
  }
}

TEST(TrustTest, TheQuorumDecides) {
  struct Case {
    const char *name, *rest, *witnesses;
    bool trusted;
  };
  const Case cases[] = {
      {"no quorum asked", "quorum none\n", "", true},
      {"one witness, there", "quorum a\n", "a", true},
      {"one witness, another there", "quorum a\n", "b", false},
      {"any of two", "group g any a b\nquorum g\n", "b", true},
      {"all of two, one there", "group g all a b\nquorum g\n", "b", false},
      {"all of two", "group g all a b\nquorum g\n", "ab", true},
      {"two of three", "group g 2 a b c\nquorum g\n", "ac", true},
      {"two of three, one there", "group g 2 a b c\nquorum g\n", "c", false},
      {"one twice is one", "group g 2 a b c\nquorum g\n", "cc", false},
      {"a group of groups", "group g 2 a b c\ngroup h all g d\nquorum h\n", "abd", true},
      {"a group of groups, one short", "group g 2 a b c\ngroup h all g d\nquorum h\n", "abc",
       false},
  };
  for (const Case& c : cases) EXPECT_EQ(Trusted(c.rest, c.witnesses), c.trusted) << c.name;
  const auto policy = *TrustPolicy::Parse(File("group g all a b\nquorum g\n"), "trust");
  EXPECT_THAT(policy.Open(Note("b")).status().message(),
              HasSubstr("the quorum g is not reached: cosigned by b, not by a, c, d"));
  EXPECT_EQ(policy.witnesses()[0].url, "http://a.example:7450");
}

TEST(TrustTest, ALogThatIsNotInTheFileIsNotTrusted) {
  const NoteSigner other = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'z'));
  const auto policy = *TrustPolicy::Parse(File("quorum none\n"), "trust");
  EXPECT_EQ(policy.Open(other.Sign(Body())).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST(TrustTest, AMistakeInTheFileIsNamedWithItsLine) {
  const std::string key = Log().verifier().ToString(), a = Witness('a').verifier().ToString();
  struct Case {
    std::string text, says;
  };
  const Case cases[] = {
      {"log " + key + "\nwitness a " + a + "\n", "trust: no quorum line"},
      {"quorum none\n", "trust: no log line"},
      {"log " + a + "\nquorum none\n", "trust:1: key of getuige-a is not Ed25519"},
      {"log " + key + "\nwitness a " + key + "\n", "trust:2: key of kluis.example/test"},
      {"log " + key + "\nlog " + key + "\nquorum none\n", "trust:2: this log stands here twice"},
      {File("witness e " + a + "\n"), "trust:8: this witness stands here twice"},
      {File("witness a x\n"), "trust:8: a key is written"},
      {File("quorum e\n"), "trust:8: e is not defined above"},
      {File("quorum g\ngroup g any a\n"), "trust:8: g is not defined above"},
      {File("quorum a\nquorum a\n"), "trust:9: there is one quorum line"},
      {File("group g 3 a b\n"), "trust:8: a group asks for"},
      {File("group g 0 a b\n"), "trust:8: a group asks for"},
      {File("group g 01 a b\n"), "trust:8: a group asks for"},
      {File("group g any a\ngroup h any a\n"), "trust:9: a is a member already"},
      {File("group none any a\n"), "trust:8: none is no name"},
      {File("group a any b\n"), "trust:8: a is defined twice"},
      {File("quorum a b\n"), "trust:8: write: quorum NAME"},
      {File("vote a\n"), "trust:8: a line starts with"},
      {File("quorum none\r\n"), "trust: it has control characters"},
  };
  for (const Case& c : cases) {
    const auto policy = TrustPolicy::Parse(c.text, "trust");
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(policy.status().message(), HasSubstr(c.says)) << c.text;
  }
  EXPECT_TRUE(TrustPolicy::Parse(key + "\n", "trust").ok()) << "a key alone";
}

}  // namespace
}  // namespace kluis
