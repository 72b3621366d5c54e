#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/signed_note.h"
#include "gmock/gmock.h"

namespace kluis {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const NoteSigner& Key() {
  static const NoteSigner key = *NoteSigner::FromSeed("kluis.example/test", std::string(32, 'k'));
  return key;
}

// A key, a note and its signature that the Go module sumdb publishes in its tests.
constexpr char kPeterNeumann[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPeterNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(NoteTest, ANoteOfAnotherImplementationVerifies) {
  const auto verifier = NoteVerifier::Parse(kPeterNeumann);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->ToString(), kPeterNeumann);
  const auto body = verifier->Open(kPeterNote);
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_THAT(*body, HasSubstr("cryptography"));
}

// RFC 8032 section 7.1, test 1.
TEST(NoteTest, ThePublicKeyIsThatOfTheStandard) {
  const std::string seed =
      absl::HexStringToBytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const auto key = NoteSigner::FromSeed("rfc8032", seed);
  ASSERT_TRUE(key.ok());
  EXPECT_THAT(
      key->verifier().ToString(),
      EndsWith(Base64("\x01" + absl::HexStringToBytes("d75a980182b10ab7d54bfed3c964073a"
                                                      "0ee172f3daa62325af021a68f707511a"))));
}

TEST(NoteTest, KeysReadBackAsWritten) {
  const auto again = NoteSigner::ParsePrivateText(Key().ToPrivateText());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Sign("a\n"), Key().Sign("a\n"));
  EXPECT_EQ(NoteVerifier::Parse(Key().verifier().ToString())->ToString(),
            Key().verifier().ToString());
}

TEST(NoteTest, EveryPartAndEveryNeighbourOfAKeyIsRefused) {
  const std::string text = Key().verifier().ToString();
  for (size_t from = 0; from < text.size(); ++from) {
    for (size_t to = from; to <= text.size(); ++to) {
      if (to - from == text.size()) continue;
      EXPECT_FALSE(NoteVerifier::Parse(text.substr(from, to - from)).ok()) << from << " " << to;
    }
    std::string next = text;
    ++next[from];
    EXPECT_FALSE(NoteVerifier::Parse(next).ok()) << next;
  }
  const std::string secret = Key().ToPrivateText();
  for (size_t i = 0; i < secret.size(); ++i) {
    std::string next = secret;
    ++next[i];
    EXPECT_FALSE(NoteSigner::ParsePrivateText(next).ok()) << i;
  }
}

TEST(NoteTest, EverySingleBitOfANoteCounts) {
  const std::string note = Key().Sign("kluis.example/test\n0\nroot\n");
  ASSERT_TRUE(Key().verifier().Open(note).ok());
  for (size_t i = 0; i < note.size() * 8; ++i) {
    std::string flipped = note;
    flipped[i / 8] ^= 1 << (i % 8);
    EXPECT_FALSE(Key().verifier().Open(flipped).ok()) << "bit " << i;
  }
}

TEST(NoteTest, LinesOfOthersAreIgnoredAndBadLinesOfOursAreNot) {
  const std::string note = Key().Sign("body\n");
  const std::string line = note.substr(note.find("— "));
  const NoteSigner other = *NoteSigner::FromSeed("other", std::string(32, 'o'));
  const std::string foreign = other.Sign("body\n").substr(6);
  std::string many = note;
  for (int i = 0; i < 99; ++i) many += foreign;
  const struct {
    const char* name;
    std::string note;
    bool good;
  } cases[] = {
      {"as signed", note, true},
      {"another's line before ours", "body\n\n" + foreign + line, true},
      {"another's line after ours", note + foreign, true},
      {"another's line over another text", note + other.Sign("x\n").substr(3), true},
      {"one hundred lines", many, true},
      {"one hundred and one lines", many + foreign, false},
      {"only another's line", "body\n\n" + foreign, false},
      {"no line", "body\n\n", false},
      {"no empty line", "body\n" + line, false},
      {"no newline at the end", note.substr(0, note.size() - 1), false},
      {"an empty line after the end", note + "\n", false},
      {"our line over another text", "x\n\n" + line, false},
      {"our good line and our bad line", note + Key().Sign("x\n").substr(3), false},
      {"a control character", Key().Sign("body\n").insert(2, "\x01"), false},
      {"a carriage return", absl::StrReplaceAll(note, {{"\n", "\r\n"}}), false},
      {"invalid UTF-8", "\xFF" + note, false},
      {"a line that is no signature", note + "hello\n", false},
      {"", "", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Key().verifier().Open(c.note).ok(), c.good) << c.name;
  }
}

TEST(NoteTest, NamesHaveNoSpaceAndNoPlus) {
  for (const char* name : {"", "a b", "a+b", "a\nb", "\xFF"}) {
    EXPECT_FALSE(NoteSigner::FromSeed(name, std::string(32, 'k')).ok()) << name;
  }
  EXPECT_FALSE(NoteSigner::FromSeed("a", std::string(31, 'k')).ok());
  EXPECT_FALSE(NoteSigner::FromSeed("a", std::string(33, 'k')).ok());
}

TEST(CheckpointTest, HasOneSpellingOnly) {
  const std::string root = Base64(Sha256(""));
  const struct {
    const char* name;
    std::string body;
    bool good;
  } cases[] = {
      {"as written", absl::StrCat("o\n12\n", root, "\n"), true},
      {"size 0", absl::StrCat("o\n0\n", root, "\n"), true},
      {"the largest size", absl::StrCat("o\n18446744073709551615\n", root, "\n"), true},
      {"too large a size", absl::StrCat("o\n18446744073709551616\n", root, "\n"), false},
      {"a leading zero", absl::StrCat("o\n012\n", root, "\n"), false},
      {"a sign", absl::StrCat("o\n+12\n", root, "\n"), false},
      {"a space", absl::StrCat("o\n 12\n", root, "\n"), false},
      {"no origin", absl::StrCat("\n12\n", root, "\n"), false},
      {"an extension", absl::StrCat("o\n12\n", root, "\nx\n"), false},
      {"no last newline", absl::StrCat("o\n12\n", root), false},
      {"a short root", absl::StrCat("o\n12\n", Base64("x"), "\n"), false},
      {"other pad bits", "o\n12\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", false},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseCheckpoint(c.body);
    EXPECT_EQ(parsed.ok(), c.good) << c.name;
    EXPECT_TRUE(!parsed.ok() || FormatCheckpoint(*parsed) == c.body) << c.name;
  }
}

TEST(CheckpointTest, OfAnotherLogIsRefused) {
  const std::string note = Key().Sign(FormatCheckpoint({"another.log", 0, Sha256("")}));
  EXPECT_EQ(OpenCheckpoint(note, Key().verifier()).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace kluis
