// F15 and F32 of the test plan: a signed bundle that was cut, flipped or mixed with others. What is
// let through is never weaker than what is in force, and has the value that was signed.
// KLUIS_LONG=1 tries every cut and flip; else a random part of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>

#include "disclosure/policy_sign/verify_bundle.h"
#include "tests/disclosure/policy_check/cases.h"
#include "tests/disclosure/policy_sign/signed_policy.h"

namespace kluis {
namespace {

constexpr char kNow[] = "2026-11-27T10:00:00Z";

PolicyFiles Weaker() {
  PolicyFiles files = GoodFiles();
  std::string& text = files.at("rules/standard.yaml");
  text.replace(text.find("minimum: 10, z"), 14, "minimum: 9, z");
  return files;
}

// A signed bundle: the files and signatures.json.
struct Bundle {
  PolicyFiles files;
  std::string signatures;
};

class MutationTest : public testing::Test {
 protected:
  MutationTest()
      : in_force_(ReadPolicyFolder(GoodFiles())),
        good_{GoodFiles(), FormatSignatures(SignedBy({Petra()}, GoodFiles(), 8))},
        weaker_{Weaker(), FormatSignatures(SignedBy({Petra(), Jan()}, Weaker(), 8))},
        one_of_two_{Weaker(), FormatSignatures(SignedBy({Petra()}, Weaker(), 8))} {}

  // What may be true of a bundle that verifies: it has the value of a bundle that was signed for
  // it.
  void Try(const Bundle& bundle, const PolicyFiles& signed_files, const std::string& what) {
    ++tried_;
    const PolicyFolder draft = ReadPolicyFolder(bundle.files);
    if (!draft.ok()) return;  // it does not load
    const auto verified = VerifyBundle({.in_force = {in_force_.bundle, in_force_.datasets},
                                        .version_in_force = 7,
                                        .draft = {draft.bundle, draft.datasets},
                                        .files = bundle.files,
                                        .now = kNow},
                                       bundle.signatures);
    if (!verified.ok()) return;
    ++accepted_;
    const bool two = verified->signatures().signatures.size() == 2;
    EXPECT_TRUE(two || !verified->changes().NeedsSecondOfficer()) << what;
    EXPECT_EQ(MakeManifest(bundle.files, 8, kNow)->files,
              MakeManifest(signed_files, 8, kNow)->files)
        << what;
    const PolicyFolder meant = ReadPolicyFolder(signed_files);
    const ChangeReport report =
        JudgeChange({meant.bundle, meant.datasets}, {draft.bundle, draft.datasets});
    EXPECT_TRUE(report.changes.empty()) << what;
  }

  // Cuts and flips of one text of the bundle; all of them, or `part` of a thousand.
  void Mutate(const Bundle& bundle, const std::string& name, int part) {
    const std::string text = name.empty() ? bundle.signatures : bundle.files.at(name);
    const auto with = [&](const std::string& changed) {
      Bundle mutated = bundle;
      (name.empty() ? mutated.signatures : mutated.files.at(name)) = changed;
      return mutated;
    };
    for (size_t i = 0; i < text.size(); ++i) {
      const std::string where = absl::StrCat(name, " at ", i);
      if (Chosen(part)) Try(with(text.substr(0, i)), bundle.files, "cut " + where);
      if (!Chosen(part)) continue;
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << (random_() % 8)));
      Try(with(flipped), bundle.files, "flipped " + where);
    }
  }

  bool Chosen(int part) { return IsLong() || static_cast<int>(random_() % 1000) < part; }
  static bool IsLong() { return std::getenv("KLUIS_LONG") != nullptr; }

  const PolicyFolder in_force_;
  const Bundle good_, weaker_, one_of_two_;
  const uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  int tried_ = 0, accepted_ = 0;
};

TEST_F(MutationTest, TheBundlesThemselves) {
  Try(good_, good_.files, "good");
  Try(weaker_, weaker_.files, "weaker");
  EXPECT_EQ(accepted_, 2);
  Try(one_of_two_, one_of_two_.files, "one of two");
  EXPECT_EQ(accepted_, 2);
}

TEST_F(MutationTest, CutOrFlippedSignaturesAreNeverAccepted) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  for (const Bundle* bundle : {&good_, &weaker_, &one_of_two_}) Mutate(*bundle, "", 25);
  EXPECT_EQ(accepted_, 0);
  std::printf("%d signature files\n", tried_);
}

TEST_F(MutationTest, CutOrFlippedFilesAreWhatWasSignedOrNothing) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  for (const auto& [name, text] : good_.files) Mutate(good_, name, 25);
  for (const char* name : {"rules/standard.yaml", "officers.yaml"}) Mutate(weaker_, name, 25);
  std::printf("%d bundles, %d with what was signed\n", tried_, accepted_);
}

TEST_F(MutationTest, SignaturesOfOtherBundlesVersionsAndPeople) {
  const PolicyFiles& files = weaker_.files;
  for (const int64_t version : {1, 6, 7, 9})
    Try({files, FormatSignatures(SignedBy({Petra(), Jan()}, files, version))}, files, "version");
  Try({files, good_.signatures}, files, "the signatures of another bundle");
  Try({files, FormatSignatures(SignedBy({Petra(), Petra()}, files, 8))}, files, "twice");
  Try({files, FormatSignatures(SignedBy({Petra(), Mallory()}, files, 8))}, files, "foreign");
  Try({files, FormatSignatures(SignedBy({Mallory()}, files, 8))}, files, "foreign alone");
  Try({files, FormatSignatures(SignedBy({}, files, 8))}, files, "none");
  Try({files, ""}, files, "no file");
  // The manifest of the weaker bundle under signatures of the good one.
  PolicySignatures mixed = *ParseSignatures(good_.signatures);
  mixed.manifest = ParseSignatures(weaker_.signatures)->manifest;
  Try({files, FormatSignatures(mixed)}, files, "mixed");
  EXPECT_EQ(accepted_, 0);
}

// Each file of a folder that changes from one signed state to another while it is read.
TEST_F(MutationTest, FilesOfTwoSignedBundlesMixed) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  PolicyFiles third = weaker_.files;
  third.at("projects/heerlen.yaml")
      .replace(third.at("projects/heerlen.yaml").find("2027-12-31"), 10, "2028-06-30");
  const std::string signatures = FormatSignatures(SignedBy({Petra(), Jan()}, third, 8));
  int whole = 0;
  for (int i = 0; i < (IsLong() ? 500 : 40); ++i) {
    PolicyFiles files;
    for (const auto& [path, text] : third)
      files[path] = random_() % 2 == 0 ? text : good_.files.at(path);
    whole += files == third ? 1 : 0;
    Try({files, signatures}, third, "mixed");
  }
  EXPECT_EQ(accepted_, whole);
}

}  // namespace
}  // namespace kluis
